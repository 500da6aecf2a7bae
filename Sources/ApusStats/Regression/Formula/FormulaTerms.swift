/// A product of factors; the intercept is the product of none.
struct FormulaTerm: Sendable {
  var factors: [FormulaNode]

  var key: Set<String> { Set(factors.map(\.text)) }
  /// The factors joined by `:`.
  var name: String {
    factors.isEmpty ? "Intercept" : factors.map(\.text).joined(separator: ":")
  }

  func times(_ other: FormulaTerm) -> FormulaTerm {
    var product = self
    for factor in other.factors where !product.factors.contains(where: { $0.text == factor.text }) {
      product.factors.append(factor)
    }
    return product
  }
}

/// The terms of a formula's right side, products multiplied out, sorted by how many factors they
/// have as in R.
struct FormulaTerms {
  private(set) var terms: [FormulaTerm] = []
  private(set) var offsets: [FormulaNode] = []

  /// The terms of `node`; `.` stands for the columns `others`.
  init(_ node: FormulaNode, others: [String], source: FormulaSource) throws(StatsError) {
    var offsets: [FormulaNode] = []
    var reader = Reader(others: others, source: source)
    var all = try reader.sum(node, offsets: &offsets)
    if !reader.dropsIntercept { all.insert(FormulaTerm(factors: []), at: 0) }
    var seen: Set<Set<String>> = []
    all = all.filter { seen.insert($0.key).inserted }
    if reader.dropsIntercept { all.removeAll { $0.factors.isEmpty } }
    terms = all.enumerated().sorted { left, right in
      let (a, b) = (left.element.factors.count, right.element.factors.count)
      return a == b ? left.offset < right.offset : a < b
    }.map(\.element)
    self.offsets = offsets
  }

  private struct Reader {
    let others: [String]
    let source: FormulaSource
    var dropsIntercept = false

    /// The terms of a sum, whose last word on the intercept is kept.
    mutating func sum(
      _ node: FormulaNode, offsets: inout [FormulaNode]
    ) throws(StatsError) -> [FormulaTerm] {
      switch node {
      case .operation("+", let left, let right, _):
        let first = try sum(left, offsets: &offsets)
        return merged(first, try sum(right, offsets: &offsets))
      case .operation("-", let left, let right, _):
        let first = try sum(left, offsets: &offsets)
        return try without(right, first)
      case .negative(let part, _): return try without(part, [])
      case .number(let value, let at):
        try checkIntercept(value, at: at)
        dropsIntercept = value == 0
        return []
      case .call("offset", let arguments, let at):
        guard arguments.count == 1 else {
          throw source.error("offset takes one expression", at: at)
        }
        offsets.append(arguments[0].node)
        return []
      default: return try product(node)
      }
    }

    private func checkIntercept(_ value: Double, at: Int?) throws(StatsError) {
      guard value == 0 || value == 1 else {
        throw source.error(
          "\(NumberText.short(value)) is no term", at: at,
          mend: "1 is the intercept and 0 none; write arithmetic in I(…)")
      }
    }

    private mutating func without(
      _ node: FormulaNode, _ terms: [FormulaTerm]
    ) throws(StatsError) -> [FormulaTerm] {
      if case .number(let value, let at) = node {
        try checkIntercept(value, at: at)
        dropsIntercept = value == 1
        return terms
      }
      let keys = Set(try product(node).map(\.key))
      return terms.filter { !keys.contains($0.key) }
    }

    private func product(_ node: FormulaNode) throws(StatsError) -> [FormulaTerm] {
      switch node {
      case .column(".", _): return others.map { FormulaTerm(factors: [.column($0, at: nil)]) }
      case .column: return [FormulaTerm(factors: [node])]
      case .call(let name, _, let at):
        guard !["offset", "cbind", "Surv", "Treatment", "Sum", "Helmert", "Poly"].contains(name)
        else {
          throw source.error("\(name)(…) cannot stand here", at: at)
        }
        return [FormulaTerm(factors: [node])]
      case .number(let value, let at):
        guard value == 1 else {
          throw source.error(
            "\(NumberText.short(value)) is no term", at: at, mend: "write arithmetic in I(…)")
        }
        return [FormulaTerm(factors: [])]
      case .text(let text, let at):
        throw source.error(
          "\"\(text)\" is a text, not a term", at: at, mend: "write columns without quotes")
      case .negative(_, let at):
        throw source.error("a term cannot be negative", at: at, mend: "write arithmetic in I(…)")
      case .operation(let sign, let left, let right, let at):
        return try operation(sign, left, right, at)
      }
    }

    private func operation(
      _ sign: Character, _ left: FormulaNode, _ right: FormulaNode, _ at: Int?
    ) throws(StatsError) -> [FormulaTerm] {
      if sign == "^" {
        guard case .number(let power, _) = right, power >= 1, power <= 10, power == power.rounded()
        else {
          throw source.error(
            "the power of terms must be a whole number from 1 to 10", at: at,
            mend: "write powers of a column as I(x^2)")
        }
        if case .column(let name, _) = left, name != "." {
          throw source.error(
            "a power of one term is the term itself", at: at,
            mend: "write the square of a column as I(\(name)^\(Int(power)))")
        }
        let base = try product(left)
        var all = base
        for _ in 1..<Int(power) { all = merged(all, products(all, base)) }
        return all
      }
      let (first, second) = (try product(left), try product(right))
      switch sign {
      case "+": return merged(first, second)
      case "-":
        let keys = Set(second.map(\.key))
        return first.filter { !keys.contains($0.key) }
      case ":": return products(first, second)
      case "*": return merged(merged(first, second), products(first, second))
      default:
        // a / b: b within a.
        let whole = first.reduce(FormulaTerm(factors: [])) { $0.times($1) }
        return merged(first, products([whole], second))
      }
    }

    private func products(_ first: [FormulaTerm], _ second: [FormulaTerm]) -> [FormulaTerm] {
      first.flatMap { one in second.map { one.times($0) } }
    }

    private func merged(_ first: [FormulaTerm], _ second: [FormulaTerm]) -> [FormulaTerm] {
      var keys = Set(first.map(\.key))
      return first + second.filter { keys.insert($0.key).inserted }
    }
  }
}
