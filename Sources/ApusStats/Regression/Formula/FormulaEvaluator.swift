@_implementationOnly import Glibc

/// What a function of a formula learned from the rows of the fit.
enum LearnedState: Sendable {
  /// (x - shift) / scale.
  case line(shift: Double, scale: Double)
  case polynomials(OrthogonalPolynomials)
  case spline(SplineBasis)
}

/// Computes the numbers of a formula's parts over whole columns.
struct FormulaEvaluator {
  let columns: FormulaColumns
  let source: FormulaSource
  /// What was learned, by the text of the part.
  var states: [String: LearnedState]
  /// Whether states that are not there are learned from the columns.
  let isFitting: Bool
  /// What rounding took off the design's columns of some places.
  var tails: [Int: [Double]] = [:]

  private enum Values {
    case one(Double)
    case many([Double])

    func map(_ change: (Double) -> Double) -> Values {
      switch self {
      case .one(let value): .one(change(value))
      case .many(let values): .many(values.map(change))
      }
    }

    var hasOnlyFinite: Bool {
      switch self {
      case .one(let value): value.isFinite
      case .many(let values): values.allSatisfy(\.isFinite)
      }
    }
  }

  /// The numbers of a part that gives one column.
  mutating func numbers(of node: FormulaNode) throws(StatsError) -> [Double] {
    switch try values(of: node) {
    case .one(let value): return Array(repeating: value, count: columns.rowCount)
    case .many(let values): return values
    }
  }

  /// The columns of a part, with what to write behind its name.
  mutating func basis(of node: FormulaNode) throws(StatsError) -> [(suffix: String, [Double])] {
    guard case .call(let name, let arguments, let at) = node, ["poly", "bs", "ns"].contains(name)
    else { return [("", try numbers(of: node))] }
    guard let inner = arguments.first, inner.label == nil else {
      throw source.error("\(name)(…) takes a column first", at: at)
    }
    let x = try numbers(of: inner.node)
    let state: LearnedState
    if let known = states[node.text] {
      state = known
    } else if isFitting {
      state = try learned(name, Array(arguments.dropFirst()), x, at: at)
      states[node.text] = state
    } else {
      preconditionFailure("nothing was learned for \(node.text)")
    }
    switch state {
    case .polynomials(let polynomials):
      return polynomials.columns(at: x).enumerated().map { ("[\($0 + 1)]", $1) }
    case .spline(let spline):
      if let outside = spline.firstOutside(x) {
        throw source.error(
          "\(NumberText.short(x[outside], digits: 8)) lies outside the spline's range "
            + "\(NumberText.short(spline.lower, digits: 8)) to "
            + "\(NumberText.short(spline.upper, digits: 8))", at: at, code: .badValue,
          mend: "leave such rows out, or use ns(…), which goes on in a straight line")
      }
      return spline.columns(at: x).enumerated().map { ("[\($0 + 1)]", $1) }
    case .line: preconditionFailure("\(node.text) has the state of a line")
    }
  }

  /// What is missing of `power`, the numbers of `node`, when that is `I(x^k)` of a column and a whole
  /// number: rounded powers cost a polynomial most of its digits.
  func powerTail(of node: FormulaNode, _ power: [Double]) -> [Double]? {
    guard case .call("I", let arguments, _) = node, arguments.count == 1,
      case .operation("^", .column(let name, _), .number(let exponent, _), _) = arguments[0].node,
      exponent >= 2, exponent <= 64, exponent == exponent.rounded(), let x = columns.numbers[name]
    else { return nil }
    return x.indices.map { row in
      (DoubleDouble(x[row]).raised(to: Int(exponent)) - DoubleDouble(power[row])).high
    }
  }

  private mutating func learned(
    _ name: String, _ arguments: [FormulaNode.Argument], _ x: [Double], at: Int?
  ) throws(StatsError) -> LearnedState {
    var options: [String: Double] = [:]
    let unnamed = name == "poly" ? ["degree"] : name == "bs" ? ["df", "degree"] : ["df"]
    var isIntercept = false
    for (place, argument) in arguments.enumerated() {
      if argument.label == "include_intercept" || argument.label == "intercept" {
        if case .column(let word, _) = argument.node {
          isIntercept = ["true", "True", "TRUE", "T"].contains(word)
        }
        continue
      }
      guard let label = argument.label ?? (place < unnamed.count ? unnamed[place] : nil),
        unnamed.contains(label)
      else {
        throw source.error(
          "\(name)(…) has no option \"\(argument.label ?? argument.node.text)\"",
          at: argument.node.position ?? at, code: .badOption,
          mend: "it takes \(unnamed.joined(separator: ", "))")
      }
      guard case .number(let value, _) = argument.node, value == value.rounded(), value >= 1,
        value <= 100
      else {
        throw source.error(
          "\(label) of \(name)(…) must be a whole number from 1 to 100",
          at: argument.node.position ?? at, code: .badOption)
      }
      options[label] = value
    }
    let distinct = Set(x).count
    let wanted = Int(options[unnamed[0]] ?? (name == "poly" ? 1 : 0))
    guard distinct > max(wanted, 1) else {
      throw source.error(
        "\(name)(…) needs more than \(max(wanted, 1)) different values, there are \(distinct)",
        at: at, code: .tooFewRows)
    }
    if name == "poly" { return .polynomials(OrthogonalPolynomials(degree: wanted, over: x)) }
    let degree = name == "bs" ? Int(options["degree"] ?? 3) : 3
    let least = name == "bs" ? degree + (isIntercept ? 1 : 0) : 1 + (isIntercept ? 1 : 0)
    let freedom = options["df"].map { Int($0) } ?? least
    guard freedom >= least else {
      throw source.error(
        "df of \(name)(…) must be at least \(least)", at: at, code: .badOption)
    }
    return .spline(
      SplineBasis(
        over: x, innerKnotCount: freedom - least, degree: degree, isNatural: name == "ns",
        hasIntercept: isIntercept))
  }

  private mutating func values(of node: FormulaNode) throws(StatsError) -> Values {
    switch node {
    case .column(let name, let at):
      guard let values = columns.numbers[name] else {
        throw source.error("\"\(name)\" is no number here", at: at, code: .typeMismatch)
      }
      return .many(values)
    case .number(let value, _): return .one(value)
    case .text(_, let at):
      throw source.error("a text is no number", at: at)
    case .negative(let part, _): return try values(of: part).map { -$0 }
    case .operation(let sign, let left, let right, let at):
      return try operation(sign, left, right, at)
    case .call(let name, let arguments, let at): return try call(name, arguments, node, at)
    }
  }

  private mutating func operation(
    _ sign: Character, _ left: FormulaNode, _ right: FormulaNode, _ at: Int?
  ) throws(StatsError) -> Values {
    let body: (Double, Double) -> Double
    switch sign {
    case "+": body = { $0 + $1 }
    case "-": body = { $0 - $1 }
    case "*": body = { $0 * $1 }
    case "/": body = { $0 / $1 }
    case "^": body = { $1 == 2 ? $0 * $0 : pow($0, $1) }
    default:
      throw source.error("\"\(sign)\" is not arithmetic", at: at, mend: "use it between terms")
    }
    let (first, second) = (try values(of: left), try values(of: right))
    let result: Values
    switch (first, second) {
    case (.one(let a), .one(let b)): result = .one(body(a, b))
    case (.one(let a), .many(let b)): result = .many(b.map { body(a, $0) })
    case (.many(let a), .one(let b)): result = .many(a.map { body($0, b) })
    case (.many(let a), .many(let b)): result = .many(a.indices.map { body(a[$0], b[$0]) })
    }
    if first.hasOnlyFinite, second.hasOnlyFinite {
      try check(result, of: "\"\(sign)\"", argument: second, at: at)
    }
    return result
  }

  /// Refuses a result that is not a number where the arguments are.
  private func check(
    _ result: Values, of what: String, argument: Values, at: Int?
  ) throws(StatsError) {
    guard !result.hasOnlyFinite else { return }
    var value = Double.nan
    var count = 1
    switch (result, argument) {
    case (.many(let results), .many(let arguments)):
      count = results.count { !$0.isFinite }
      if let row = results.firstIndex(where: { !$0.isFinite }) { value = arguments[row] }
    case (.many(let results), .one(let argument)):
      count = results.count { !$0.isFinite }
      value = argument
    case (.one, .one(let argument)): value = argument
    case (.one, .many): break
    }
    throw source.error(
      "\(what) has no finite value in \(count) row\(count == 1 ? "" : "s"), first at "
        + NumberText.short(value, digits: 8), at: at, code: .badValue,
      mend: "leave such rows out, or transform them before")
  }

  private mutating func call(
    _ name: String, _ arguments: [FormulaNode.Argument], _ node: FormulaNode, _ at: Int?
  ) throws(StatsError) -> Values {
    guard let first = arguments.first, arguments.count == 1 else {
      throw source.error(
        ["poly", "bs", "ns", "C", "cbind", "Surv"].contains(name)
          ? "\(name)(…) cannot stand inside an expression" : "\(name)(…) takes one expression",
        at: at)
    }
    let argument = try values(of: first.node)
    if name == "I" { return argument }
    if let function = FormulaFunction.elementary(name) {
      let result = argument.map(function)
      if argument.hasOnlyFinite { try check(result, of: name, argument: argument, at: at) }
      return result
    }
    guard ["center", "scale", "standardize"].contains(name) else {
      throw source.error("\(name)(…) cannot stand inside an expression", at: at)
    }
    guard case .many(let values) = argument else {
      throw source.error("\(name)(…) takes a column", at: at)
    }
    if states[node.text] == nil, isFitting {
      states[node.text] = try line(name, over: values, at: at)
    }
    guard case .line(let shift, let scale)? = states[node.text] else {
      preconditionFailure("nothing was learned for \(node.text)")
    }
    return .many(values.map { ($0 - shift) / scale })
  }

  /// The mean, and the standard deviation by n - 1 (`scale`) or by n (`standardize`).
  private func line(
    _ name: String, over values: [Double], at: Int?
  ) throws(StatsError) -> LearnedState {
    let count = Double(values.count)
    let first = values.first ?? 0
    let mean = first + values.reduce(0) { $0 + ($1 - first) } / count
    guard name != "center" else { return .line(shift: mean, scale: 1) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / (name == "scale" ? count - 1 : count)).squareRoot()
    guard deviation > 0, deviation.isFinite else {
      throw source.error(
        "\(name)(…) of a constant column", at: at, code: .badValue, mend: "leave the term out")
    }
    return .line(shift: mean, scale: deviation)
  }
}
