extension DataFrame {
  /// The frame as a table of text: shape, names, types, values; the middle of long frames is left
  /// out, and nulls read `null`.
  public var textTable: String { TableWindow(self).text }
}

extension TableWindow {
  var text: String {
    let window = self
    var columns = window.columns.map { TextColumn($0, rowGap: window.rowGap) }
    if let gap = window.columnGap {
      columns.insert(TextColumn(ellipsesFor: window), at: gap)
    }
    var lines = [window.shape]
    guard !columns.isEmpty else { return window.shape }
    let lineCount = columns[0].lines.count
    for line in 0..<lineCount {
      lines.append(
        TextColumn.trimmed(columns.map { $0.padded(line) }.joined(separator: "  ")))
      if line == 1 {
        lines.append(
          columns.map { String(repeating: "─", count: $0.width) }.joined(separator: "  "))
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension DataFrame: CustomStringConvertible {
  /// The frame as a table of text.
  public var description: String { textTable }
}

/// The lines of one column: name, type, cells.
private struct TextColumn {
  let lines: [String]
  let width: Int
  let isRightAligned: Bool

  init(_ column: TableWindow.ShownColumn, rowGap: Int?) {
    var cells = column.cells.map { $0 ?? "null" }
    if let rowGap { cells.insert("…", at: rowGap) }
    self.init([column.name, column.type] + cells, isRightAligned: column.isRightAligned)
  }

  init(ellipsesFor window: TableWindow) {
    let count = window.rowCount + (window.rowGap == nil ? 0 : 1) + 2
    self.init(Array(repeating: "…", count: count), isRightAligned: false)
  }

  private init(_ lines: [String], isRightAligned: Bool) {
    self.lines = lines
    self.isRightAligned = isRightAligned
    width = lines.reduce(0) { Swift.max($0, $1.count) }
  }

  func padded(_ line: Int) -> String {
    let space = String(repeating: " ", count: width - lines[line].count)
    return isRightAligned ? space + lines[line] : lines[line] + space
  }

  static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
