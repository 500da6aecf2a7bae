internal import OrderedJSON

extension Notebook {
  /// Where injected parameters went.
  package enum Injection: Sendable, Equatable {
    /// Into the cell of an earlier injection.
    case replaced
    /// After the cell tagged `parameters`.
    case afterParameters
    /// To the top, since no cell is tagged `parameters`.
    case atTop
  }

  /// The first cell tagged `parameters`.
  package var parametersCell: Cell? { cells.first { $0.hasTag("parameters") } }

  /// Puts `source` into the cell tagged `injected-parameters`, which is made where it is missing:
  /// after the first cell tagged `parameters`, or at the top.
  package mutating func inject(parameters source: String) -> Injection {
    let tag = "injected-parameters"
    if let index = cells.firstIndex(where: { $0.hasTag(tag) }) {
      if !cells[index].source.utf8.elementsEqual(source.utf8) { cells[index].source = source }
      return .replaced
    }
    let cell = Cell(
      .code, source: source, id: formatMinor >= 5 ? freeID(tag) : nil,
      metadata: ["tags": [.string(tag)]])
    if let index = cells.firstIndex(where: { $0.hasTag("parameters") }) {
      cells.insert(cell, at: index + 1)
      return .afterParameters
    }
    cells.insert(cell, at: 0)
    return .atTop
  }

  /// `name`, or with a number behind it if a cell has it. No random part: the same run makes the
  /// same file.
  private func freeID(_ name: String) -> String {
    let taken = Set(cells.compactMap(\.id))
    if !taken.contains(name) { return name }
    var number = 2
    while taken.contains("\(name)-\(number)") { number += 1 }
    return "\(name)-\(number)"
  }
}
