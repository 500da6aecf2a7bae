/// A part of a formula as it was read; what it means depends on where it stands.
indirect enum FormulaNode: Sendable {
  /// A column of the frame; `.` stands for all that are not named otherwise.
  case column(String, at: Int?)
  case number(Double, at: Int?)
  /// A text in quotes, such as the name of a level.
  case text(String, at: Int?)
  /// A function of arguments, some of which have labels.
  case call(String, [Argument], at: Int?)
  /// `+ - * / : ^` between two parts.
  case operation(Character, FormulaNode, FormulaNode, at: Int?)
  case negative(FormulaNode, at: Int?)

  struct Argument: Sendable {
    var label: String?
    var node: FormulaNode
  }

  /// Where the part stands in the formula's text, in characters; `nil` when there is no text.
  var position: Int? {
    switch self {
    case .column(_, let at), .number(_, let at), .text(_, let at), .call(_, _, let at),
      .operation(_, _, _, let at), .negative(_, let at):
      at
    }
  }

  /// The part in one way of writing it: parts that mean the same have the same text.
  var text: String { text(above: 0) }

  private func text(above binding: Int) -> String {
    switch self {
    case .column(let name, _): return Self.written(name)
    case .number(let value, _): return NumberText.short(value, digits: 17)
    case .text(let text, _): return "\"\(text)\""
    case .call(let name, let arguments, _):
      let list = arguments.map { argument in
        (argument.label.map { "\($0)=" } ?? "") + argument.node.text
      }
      return "\(name)(\(list.joined(separator: ", ")))"
    case .operation(let sign, let left, let right, _):
      let own = FormulaParser.binding(of: sign)
      let space = sign == ":" || sign == "^" ? "" : " "
      let inside = "\(left.text(above: own))\(space)\(sign)\(space)\(right.text(above: own + 1))"
      return own < binding ? "(\(inside))" : inside
    case .negative(let part, _): return "-\(part.text(above: 4))"
    }
  }

  private static func written(_ name: String) -> String {
    let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    return isPlain && name.first?.isNumber == false ? name : "`\(name)`"
  }

  /// The columns that the part names, with the part that names them.
  func collectColumns(into found: inout [(name: String, node: FormulaNode)]) {
    switch self {
    case .column(let name, _): if name != "." { found.append((name, self)) }
    case .number, .text: break
    case .call(let function, let arguments, _):
      let isCoding = function == "C"
      for (place, argument) in arguments.enumerated() where !isCoding || place == 0 {
        argument.node.collectColumns(into: &found)
      }
    case .operation(_, let left, let right, _):
      left.collectColumns(into: &found)
      right.collectColumns(into: &found)
    case .negative(let part, _): part.collectColumns(into: &found)
    }
  }
}

/// The text of a formula, for errors that point into it.
struct FormulaSource: Sendable {
  let text: String
  /// Who asked, such as `OLS`.
  let place: String

  /// An error with a mark below the place that it is about.
  func error(
    _ what: String, at position: Int?, code: StatsError.Code = .badFormula, mend: String? = nil
  ) -> StatsError {
    guard let position else {
      return StatsError(code: code, what: what, place: "\(place)(\"\(text)\")", mend: mend)
    }
    let mark = String(repeating: " ", count: position) + "^"
    return StatsError(
      code: code, what: what, place: "\(place)(…)\n  \(text)\n  \(mark)", mend: mend)
  }
}
