internal import OrderedJSON

extension Notebook {
  /// The line of the notebook file, counted from 1, on which line `line` of `cell` stands; `nil`
  /// for a cell that the file does not hold. A line past the end of the cell is its last.
  ///
  /// - Cost: O(size of the file).
  package func fileLine(of cell: Cell, line: Int) -> Int? {
    guard let document, let origin = cell.origin, let cells = document.root["cells"]?.elements,
      cells.indices.contains(origin)
    else { return nil }
    guard let source = cells[origin]["source"] else {
      return document.line(at: cells[origin].range.lowerBound)
    }
    guard let parts = source.elements, !parts.isEmpty else {
      return document.line(at: source.range.lowerBound)
    }
    // Each part may hold several lines, or a piece of one.
    var current = 1
    for part in parts {
      let text = part.json.string ?? ""
      let breaks = text.utf8.count { $0 == 0x0A }
      let endsLine = text.utf8.last == 0x0A
      // A part that ends its last line holds that line, but not the one after.
      if line <= current + breaks - (endsLine ? 1 : 0) {
        return document.line(at: part.range.lowerBound)
      }
      current += breaks
    }
    return parts.last.map { document.line(at: $0.range.lowerBound) }
  }
}

extension JSONDocument {
  /// The line on which the byte at `offset` stands, counted from 1.
  fileprivate func line(at offset: Int) -> Int {
    bytes[..<offset].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
  }
}
