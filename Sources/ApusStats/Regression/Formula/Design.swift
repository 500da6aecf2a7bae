internal import ApusFrame

/// A formula fitted to a frame's columns: what makes the same columns of other frames.
struct DesignPlan: Sendable {
  /// A term and its columns of the design.
  struct Term: Sendable {
    let name: String
    let columns: Range<Int>
    /// The factors that the term is a product of.
    let key: Set<String>
  }

  let source: FormulaSource
  let response: FormulaNode?
  let offsets: [FormulaNode]
  fileprivate(set) var hasIntercept: Bool
  /// The terms with columns, in order.
  fileprivate(set) var terms: [Term] = []
  fileprivate(set) var columnNames: [String] = []
  fileprivate(set) var states: [String: LearnedState] = [:]
  fileprivate(set) var codings: [String: FactorCoding] = [:]
  fileprivate var parts: [(term: FormulaTerm, products: [TermCoding.Product])] = []
  /// The columns of the frame that the terms stand on.
  let termNodes: [FormulaNode]

  /// The response's name.
  var responseName: String { response?.text ?? "" }
}

/// The numbers of a model: response, design, offset, and the rows they come from.
struct Design: Sendable {
  var plan: DesignPlan
  var x: Matrix
  /// What rounding took off the columns of some places of x: powers of a column.
  var tails: [Int: [Double]] = [:]
  var y: [Double]
  /// The level names of a response that is a factor.
  var responseLevels: [String]?
  /// The second number of a response of two, such as the event of `Surv(time, event)`.
  var second: [Double]?
  var offset: [Double]?
  /// Further columns that were asked for, such as weights.
  var extra: [String: [Double]]
  var extraFactors: [String: [Int32]] = [:]
  let keptRows: [Int]?
  let missingCount: Int
  var rowCount: Int { y.count }

  /// What the left side of a formula may be.
  enum ResponseKind { case number, numberOrClass, survival }

  /// Reads a formula and makes the design over a frame's rows without nulls.
  init(
    _ formula: Formula, data: DataFrame, kind: ResponseKind, extra: [String] = [], model: String,
    leavesOutIntercept: Bool = false
  ) throws(StatsError) {
    let source = FormulaSource(text: formula.text, place: model)
    let (response, right) = try formula.sides(in: source)
    guard let response else {
      throw source.error("there is no response", at: 0, mend: "write it before \"~\"")
    }
    var named: [(name: String, node: FormulaNode)] = []
    response.collectColumns(into: &named)
    right.collectColumns(into: &named)
    let taken = Set(named.map(\.name) + extra)
    let others = data.columnNames.filter { !taken.contains($0) }
    let read = try FormulaTerms(right, others: others, source: source)
    let termNodes = read.terms.flatMap(\.factors)
    let responseNodes = try Self.responseParts(response, kind: kind, source: source)
    let columns = try FormulaColumns(
      responseNodes + termNodes + read.offsets, of: data, extra: extra, source: source)
    guard columns.rowCount > 0 else {
      throw StatsError(
        code: .tooFewRows,
        what: "no row is complete: \(data.rowCount) rows, each with a null or NaN in a column "
          + "that is used", place: source.place + "(\"\(source.text)\")",
        mend: "fill the gaps or use fewer columns")
    }
    var plan = DesignPlan(
      source: source, response: response, offsets: read.offsets,
      hasIntercept: read.terms.contains { $0.factors.isEmpty }, termNodes: termNodes)
    try plan.code(read.terms, schema: data.schema, columns: columns)
    var evaluator = FormulaEvaluator(
      columns: columns, source: source, states: [:], isFitting: true)
    x = try plan.matrix(&evaluator, isFitting: true, leavesOutIntercept: leavesOutIntercept)
    tails = evaluator.tails
    y = []
    for (place, node) in responseNodes.enumerated() {
      if place == 0, let name = FormulaColumns.factorColumn(node, in: data.schema),
        let factor = columns.factors[name]
      {
        guard
          kind == .numberOrClass || factor.levels == ["false", "true"]
            || data.schema[name] == .bool
        else {
          throw source.error(
            "the response \"\(name)\" is \(data.schema[name]?.description ?? "text"), not a number",
            at: node.position, code: .typeMismatch,
            mend: "a logistic model, GLM(…, family: .binomial()), takes classes")
        }
        y = factor.codes.map(Double.init)
        responseLevels = factor.levels
        if data.schema[name] == .bool, let only = factor.levels.first, factor.levels.count == 1 {
          y = Array(repeating: only == "true" ? 1 : 0, count: y.count)
        }
      } else {
        let numbers = try evaluator.numbers(of: node)
        try Self.checkFinite(numbers, node.text, source)
        if place == 0 { y = numbers } else { second = numbers }
      }
    }
    if !read.offsets.isEmpty {
      var sum = [Double](repeating: 0, count: columns.rowCount)
      for node in read.offsets {
        let numbers = try evaluator.numbers(of: node)
        try Self.checkFinite(numbers, "offset(\(node.text))", source)
        for row in sum.indices { sum[row] += numbers[row] }
      }
      offset = sum
    }
    plan.states = evaluator.states
    self.plan = plan
    self.extra = Dictionary(
      extra.map { ($0, columns.numbers[$0] ?? []) }, uniquingKeysWith: { first, _ in first })
    for (name, numbers) in self.extra { try Self.checkFinite(numbers, name, source) }
    keptRows = columns.keptRows
    missingCount = columns.missingCount
  }

  fileprivate static func checkFinite(
    _ numbers: [Double], _ name: String, _ source: FormulaSource
  ) throws(StatsError) {
    // The sum of zeros is NaN as soon as one number is not finite.
    let check = numbers.reduce(0) { $0 + $1 * 0 }
    guard check != 0, let row = numbers.firstIndex(where: { !$0.isFinite }) else { return }
    throw StatsError(
      code: .badValue, what: "\"\(name)\" is infinite in row \(row) of those used",
      place: "\(source.place)(\"\(source.text)\")", mend: "leave such rows out")
  }

  private static func responseParts(
    _ node: FormulaNode, kind: ResponseKind, source: FormulaSource
  ) throws(StatsError) -> [FormulaNode] {
    guard case .call(let name, let arguments, let at) = node, name == "Surv" || name == "cbind"
    else {
      guard kind != .survival else {
        throw source.error(
          "the response must be Surv(time, event)", at: node.position,
          mend: "event is 1 or true where the end was seen, 0 or false where it was not")
      }
      return [node]
    }
    guard (name == "Surv") == (kind == .survival), kind != .number else {
      throw source.error("\(name)(…) is no response of this model", at: at)
    }
    guard arguments.count == 2 else {
      throw source.error(
        "\(name)(…) takes two columns", at: at,
        mend: name == "Surv" ? "write Surv(time, event)" : "write cbind(successes, failures)")
    }
    // A Boolean event is a number here, not a factor.
    return arguments.map { argument in
      if case .column = argument.node {
        return .call("I", [.init(label: nil, node: argument.node)], at: argument.node.position)
      }
      return argument.node
    }
  }
}

extension DesignPlan {
  /// Fixes the levels of factors and how terms are coded.
  fileprivate mutating func code(
    _ terms: [FormulaTerm], schema: Schema, columns: FormulaColumns
  ) throws(StatsError) {
    var coding = TermCoding()
    for term in terms {
      var numeric: Set<String> = []
      var factors: [String] = []
      for node in term.factors {
        guard let name = FormulaColumns.factorColumn(node, in: schema),
          let values = columns.factors[name]
        else {
          numeric.insert(node.text)
          continue
        }
        if codings[node.text] == nil {
          codings[node.text] = try FactorCoding(node, values: values, source: source)
        }
        factors.append(node.text)
      }
      parts.append((term, coding.products(numeric: numeric, factors: factors)))
    }
  }

  /// The design's columns over a frame's columns; names and terms are fixed at the fit.
  fileprivate mutating func matrix(
    _ evaluator: inout FormulaEvaluator, isFitting: Bool, leavesOutIntercept: Bool = false
  ) throws(StatsError) -> Matrix {
    var columns: [[Double]] = []
    var names: [String] = []
    var terms: [Term] = []
    let rowCount = evaluator.columns.rowCount
    if leavesOutIntercept { hasIntercept = false }
    for (term, products) in parts {
      if leavesOutIntercept, term.factors.isEmpty { continue }
      let first = columns.count
      for product in products {
        var pieces: [(name: String, values: [Double])] = []
        if term.factors.isEmpty {
          pieces = [("Intercept", Array(repeating: 1, count: rowCount))]
        }
        for node in term.factors {
          let next: [(name: String, values: [Double])]
          if let coding = codings[node.text] {
            guard let isFull = product.isFull[node.text] else { continue }
            next = try factorColumns(node, coding, isFull: isFull, evaluator)
          } else {
            next = try evaluator.basis(of: node).map { (node.text + $0.suffix, $0.1) }
            for piece in next { try Design.checkFinite(piece.values, piece.name, source) }
          }
          pieces = pieces.isEmpty ? next : Self.products(pieces, next)
        }
        if pieces.isEmpty { pieces = [("Intercept", Array(repeating: 1, count: rowCount))] }
        columns += pieces.map(\.values)
        names += pieces.map(\.name)
      }
      if isFitting, columns.count == first + 1, term.factors.count == 1 {
        evaluator.tails[first] = evaluator.powerTail(of: term.factors[0], columns[first])
      }
      if columns.count > first {
        terms.append(Term(name: term.name, columns: first..<columns.count, key: term.key))
      }
    }
    if isFitting {
      columnNames = names
      self.terms = terms
    }
    return try Matrix(columns: columns.isEmpty ? [] : columns).ofRows(rowCount)
  }

  private func factorColumns(
    _ node: FormulaNode, _ coding: FactorCoding, isFull: Bool, _ evaluator: FormulaEvaluator
  ) throws(StatsError) -> [(name: String, values: [Double])] {
    guard let values = evaluator.columns.factors[coding.column] else {
      preconditionFailure("no factor \(coding.column)")
    }
    let codes = try coding.codes(of: values, in: "predict(…)")
    return coding.columns(isFull: isFull).map { column in
      (node.text + column.suffix, codes.map { column.values[Int($0)] })
    }
  }

  /// Each column times each other one; the first factor's levels change fastest.
  private static func products(
    _ first: [(name: String, values: [Double])], _ second: [(name: String, values: [Double])]
  ) -> [(name: String, values: [Double])] {
    second.flatMap { other in
      first.map { one in
        ("\(one.name):\(other.name)", one.values.indices.map { one.values[$0] * other.values[$0] })
      }
    }
  }

  /// The design over another frame, for predictions: rows without nulls, and the offset.
  func design(
    of frame: DataFrame, leavesOutIntercept: Bool = false
  ) throws(StatsError) -> (x: Matrix, offset: [Double]?, keptRows: [Int]?) {
    let place = FormulaSource(text: source.text, place: "predict")
    let columns = try FormulaColumns(termNodes + offsets, of: frame, extra: [], source: place)
    for coding in codings.values where columns.factors[coding.column] == nil {
      throw StatsError(
        code: .typeMismatch,
        what: "\"\(coding.column)\" is \(frame.schema[coding.column]?.description ?? "missing"), "
          + "it was a factor when the model was fitted", place: "predict(…)",
        mend: "cast it to the type it had")
    }
    var evaluator = FormulaEvaluator(
      columns: columns, source: place, states: states, isFitting: false)
    var plan = self
    let x = try plan.matrix(
      &evaluator, isFitting: false, leavesOutIntercept: leavesOutIntercept)
    guard !offsets.isEmpty else { return (x, nil, columns.keptRows) }
    var sum = [Double](repeating: 0, count: columns.rowCount)
    for node in offsets {
      let numbers = try evaluator.numbers(of: node)
      for row in sum.indices { sum[row] += numbers[row] }
    }
    return (x, sum, columns.keptRows)
  }
}

extension Matrix {
  /// The matrix, which has so many rows even when it has no column.
  fileprivate func ofRows(_ count: Int) -> Matrix {
    columnCount == 0 ? Matrix(rowCount: count, columnCount: 0) : self
  }
}
