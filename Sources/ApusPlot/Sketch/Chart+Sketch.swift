extension Drawing {
  /// The chart in letters, for terminals and logs: dots of Unicode's braille between axes with their
  /// labels.
  public var sketch: String { ChartSketch.lines(tree, columns: 60).joined(separator: "\n") }
}

extension Chart {
  /// The chart in letters, for terminals and logs. The same chart gives the same text; one that
  /// cannot be drawn says why.
  public var sketch: String { drawing.sketch }
}

/// Sketches of plots, and of several beside each other.
private enum ChartSketch {
  static func lines(_ tree: PlotTree, columns: Int) -> [String] {
    switch tree {
    case .view(let view): return PlotSketch(view, columns: columns).lines()
    case .grid(let grid):
      let across = Swift.max(1, Swift.min(grid.columns, 5))
      let width = Swift.max(12, (across == 1 ? columns : columns * 3 / 2) / across)
      var lines = [grid.heading.title, grid.heading.subtitle].compactMap { $0 }
        .filter { !$0.isEmpty }
      for first in stride(from: 0, to: grid.cells.count, by: grid.columns) {
        let cells = grid.cells[first..<Swift.min(first + grid.columns, grid.cells.count)]
          .map { self.lines($0, columns: width) }
        lines += beside(cells)
      }
      if let caption = grid.heading.caption, !caption.isEmpty { lines.append(caption) }
      return lines
    }
  }

  /// Blocks of lines side by side.
  private static func beside(_ blocks: [[String]]) -> [String] {
    let height = blocks.map(\.count).max() ?? 0
    let widths = blocks.map { $0.map(\.count).max() ?? 0 }
    return (0..<height).map { row in
      var line = ""
      for (block, width) in zip(blocks, widths) {
        let words = row < block.count ? block[row] : ""
        line += words + String(repeating: " ", count: width - words.count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
