/// How a factor's levels become columns.
public enum Contrast: Sendable, Equatable {
  /// A column for each level but the reference, which is the first one when none is named.
  case treatment(reference: String? = nil)
  /// Differences from the mean of all levels; the last level has -1 everywhere.
  case sum
  /// Each level against the mean of those before it.
  case helmert
  /// Orthogonal polynomials over levels that are taken as equally far apart.
  case polynomial
}

/// A factor's levels and their columns, as the fit fixed them.
struct FactorCoding: Sendable {
  let column: String
  let levels: [String]
  let contrast: Contrast

  /// One row of numbers for each column, by level, with what to write behind the factor's name.
  func columns(isFull: Bool) -> [(suffix: String, values: [Double])] {
    let count = levels.count
    func unit(_ level: Int) -> [Double] { (0..<count).map { $0 == level ? 1 : 0 } }
    if isFull { return levels.indices.map { ("[\(levels[$0])]", unit($0)) } }
    switch contrast {
    case .treatment(let reference):
      let base = reference.flatMap { levels.firstIndex(of: $0) } ?? 0
      return levels.indices.filter { $0 != base }.map { ("[T.\(levels[$0])]", unit($0)) }
    case .sum:
      return (0..<max(count - 1, 0)).map { level in
        var values = unit(level)
        values[count - 1] = -1
        return ("[S.\(levels[level])]", values)
      }
    case .helmert:
      return (1..<max(count, 1)).map { level in
        let values = (0..<count).map { $0 < level ? -1 : $0 == level ? Double(level) : 0 }
        return ("[H.\(levels[level])]", values)
      }
    case .polynomial:
      let scores = (0..<count).map { Double($0 + 1) }
      let names = [".Linear", ".Quadratic", ".Cubic"]
      return OrthogonalPolynomials(degree: max(count - 1, 0), over: scores).columns(at: scores)
        .enumerated().map { ($0 < 3 ? names[$0] : "^\($0 + 1)", $1) }
    }
  }

  /// The coding of a part of a formula, `g` or `C(g, Treatment("b"))`.
  init(_ node: FormulaNode, values: FactorValues, source: FormulaSource) throws(StatsError) {
    levels = values.levels
    guard case .call(_, let arguments, _) = node else {
      column = node.columnName
      contrast = .treatment()
      return
    }
    column = arguments[0].node.columnName
    var found = Contrast.treatment()
    for argument in arguments.dropFirst() {
      found = try Self.contrast(argument, levels: levels, source: source)
    }
    contrast = found
  }

  private static func contrast(
    _ argument: FormulaNode.Argument, levels: [String], source: FormulaSource
  ) throws(StatsError) -> Contrast {
    func reference(_ argument: FormulaNode.Argument) throws(StatsError) -> Contrast {
      let name: String
      switch argument.node {
      case .text(let text, _): name = text
      case .number(let value, _): name = NumberText.short(value, digits: 15)
      case .column(let word, _): name = word
      default:
        throw source.error("the reference must be a level", at: argument.node.position)
      }
      guard levels.contains(name) else {
        let near = NearName.nearest(to: name, in: levels)
        throw source.error(
          "there is no level \"\(name)\"", at: argument.node.position, code: .badOption,
          mend: near.map { "did you mean \"\($0)\"?" }
            ?? "the levels are \(levels.prefix(12).joined(separator: ", "))")
      }
      return .treatment(reference: name)
    }
    if argument.label == "reference" || argument.label == "ref" || argument.label == "base" {
      return try reference(argument)
    }
    let name: String
    var inner: [FormulaNode.Argument] = []
    switch argument.node {
    case .column(let word, _): name = word
    case .call(let word, let arguments, _):
      name = word
      inner = arguments
    default:
      throw source.error(
        "C(…) takes a column and a contrast", at: argument.node.position,
        mend: "write C(g, Sum) or C(g, Treatment(\"b\"))")
    }
    switch name.lowercased() {
    case "treatment", "contr.treatment":
      if let first = inner.first { return try reference(first) }
      return .treatment()
    case "sum", "contr.sum": return .sum
    case "helmert", "contr.helmert": return .helmert
    case "poly", "polynomial", "contr.poly": return .polynomial
    default:
      let known = ["Treatment", "Sum", "Helmert", "Poly"]
      throw source.error(
        "there is no contrast \"\(name)\"", at: argument.node.position, code: .badOption,
        mend: NearName.nearest(to: name, in: known).map { "did you mean \($0)?" }
          ?? "contrasts are \(known.joined(separator: ", "))")
    }
  }

  /// The numbers of new values' levels; a level that the fit did not have is an error.
  func codes(of values: FactorValues, in place: String) throws(StatsError) -> [Int32] {
    if values.levels == levels { return values.codes }
    var numbers: [Int32] = []
    for level in values.levels {
      guard let number = levels.firstIndex(of: level) else {
        throw StatsError(
          code: .badOption, what: "the model has no level \"\(level)\" of \"\(column)\"",
          place: place,
          mend: NearName.nearest(to: level, in: levels).map { "did you mean \"\($0)\"?" }
            ?? "leave such rows out; it knows \(levels.prefix(12).joined(separator: ", "))")
      }
      numbers.append(Int32(number))
    }
    return values.codes.map { $0 < 0 ? -1 : numbers[Int($0)] }
  }
}

extension FormulaNode {
  /// The column's name, of a part that is one.
  var columnName: String {
    if case .column(let name, _) = self { return name }
    return text
  }
}
