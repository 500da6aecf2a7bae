/// Text that the rewriter puts before a byte of the user's text, in place of `removing` bytes.
package struct Insertion: Sendable, Equatable {
  package var utf8Offset: Int
  package var text: String
  package var removedByteCount: Int

  package init(at utf8Offset: Int, _ text: String, removing removedByteCount: Int = 0) {
    self.utf8Offset = utf8Offset
    self.text = text
    self.removedByteCount = removedByteCount
  }
}

/// The way between the user's text and the rewritten one. No insertion holds a line break, so
/// lines are the same in both and only columns differ.
package struct SourceMap: Sendable {
  /// The user's text.
  package let originalText: String
  /// The user's text with every insertion made.
  package let rewrittenText: String
  private let insertions: [Insertion]
  private let lineStarts: [Int]

  package init(insertions: [Insertion], in text: String) {
    let bytes = Array(text.utf8)
    // Insertions at one place keep the order in which they were asked for.
    let ordered = insertions.enumerated().sorted {
      ($0.element.utf8Offset, $0.offset) < ($1.element.utf8Offset, $1.offset)
    }.map(\.element)
    var output: [UInt8] = []
    var position = 0
    for insertion in ordered {
      let offset = min(max(insertion.utf8Offset, position), bytes.count)
      output.append(contentsOf: bytes[position..<offset])
      output.append(contentsOf: insertion.text.utf8)
      position = min(offset + insertion.removedByteCount, bytes.count)
    }
    output.append(contentsOf: bytes[position...])
    originalText = text
    rewrittenText = String(decoding: output, as: UTF8.self)
    self.insertions = ordered
    lineStarts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
  }

  /// The user's column (in bytes, from 1) of `column` in `line` of the rewritten text; a position
  /// inside an insertion is the place where it was made.
  package func originalColumn(_ column: Int, line: Int) -> Int {
    guard line >= 1, line <= lineStarts.count else { return column }
    let start = lineStarts[line - 1]
    let end = line < lineStarts.count ? lineStarts[line] : Int.max
    var shift = 0  // rewritten minus original, up to here
    for insertion in insertions where insertion.utf8Offset >= start && insertion.utf8Offset < end {
      let place = insertion.utf8Offset - start + 1 + shift
      guard column > place || (column == place && insertion.text.isEmpty) else { break }
      let length = insertion.text.utf8.count
      if column < place + length { return insertion.utf8Offset - start + 1 }
      shift += length - insertion.removedByteCount
    }
    return max(1, column - shift)
  }

  /// Whether `column` of `line` stands in an insertion: in text that the user did not write.
  package func isInserted(column: Int, line: Int) -> Bool {
    let original = originalColumn(column, line: line)
    return column > 1 && originalColumn(column - 1, line: line) == original
      || originalColumn(column + 1, line: line) == original
  }

  /// The text of `line` (from 1) as the user wrote it, without its line break.
  package func originalLine(_ line: Int) -> String? {
    guard line >= 1, line <= lineStarts.count else { return nil }
    let utf8 = Array(originalText.utf8)
    let start = lineStarts[line - 1]
    let end = line < lineStarts.count ? lineStarts[line] - 1 : utf8.count
    return String(decoding: utf8[start..<max(start, end)], as: UTF8.self)
  }
}
