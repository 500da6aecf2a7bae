public import ApusFrame

@_implementationOnly import Glibc

/// Linear and logistic models with a penalty on the coefficients, over a path of penalties that
/// cross-validation chooses from.
///
/// Minimises loss + λ·(mixing·Σ|b| + (1 − mixing)/2·Σb²), where the loss is Σ(y − ŷ)²/2n, or the mean
/// negative log-likelihood; the intercept bears no penalty. Mixing 1 is the lasso, 0 ridge.
/// - Missing: rows with a null or NaN in a column that is used are left out and counted.
/// - Source: Friedman, Hastie & Tibshirani, 2010 (coordinate descent).
public struct ElasticNet: StatsResult {
  /// The coefficients at one penalty.
  public struct Step: Sendable, Equatable {
    /// The penalty λ.
    public let penalty: Double
    /// The intercept.
    public let intercept: Double
    /// The coefficients, on the scale of the columns.
    public let coefficients: [Double]
    /// The mean loss on left-out rows (squared error, or deviance), and its standard error; `nil`
    /// without cross-validation.
    public internal(set) var validation: (loss: Double, standardError: Double)?

    /// How many coefficients are not 0.
    public var activeCount: Int { coefficients.count { $0 != 0 } }

    /// Whether two steps are the same.
    public static func == (one: Step, other: Step) -> Bool {
      one.penalty == other.penalty && one.intercept == other.intercept
        && one.coefficients == other.coefficients
        && one.validation?.loss == other.validation?.loss
    }
  }

  /// The formula.
  public let formula: Formula
  /// The design's columns.
  public let columnNames: [String]
  /// The path, the largest penalty first.
  public let path: [Step]
  /// The place in the path that predictions use: the least loss on left-out rows.
  public let chosen: Int
  /// The place of the largest penalty whose loss is within one standard error of the least.
  public let chosenWithinOneError: Int
  /// How many rows the model stands on.
  public let rowCount: Int
  /// How many rows were left out because of a null or NaN.
  public let missingCount: Int
  let design: Design
  let isLogistic: Bool
  let mixing: Double

  /// Fits the path of a formula.
  /// - Parameters:
  ///   - family: `.gaussian()` or `.binomial()`.
  ///   - mixing: 1 for the lasso, 0 for ridge, between for both penalties.
  ///   - penalties: the path; by default 100 from the least that leaves no column, evenly on the
  ///     scale of logarithms.
  ///   - folds: how many parts cross-validation leaves out in turn; 0 for none, and then the
  ///     smallest penalty is chosen.
  ///   - isStandardized: whether columns are penalised as if their standard deviation were 1.
  ///   - seed: which rows stand together in cross-validation.
  public init(
    _ formula: String, data: DataFrame, family: Family = .gaussian(), mixing: Double = 1,
    penalties: [Double]? = nil, folds: Int = 10, isStandardized: Bool = true, seed: UInt64 = 1
  ) throws(StatsError) {
    let place = "ElasticNet(\"\(formula)\")"
    guard family == .gaussian() || family == .binomial() else {
      throw StatsError(
        code: .badOption, what: "the family \(family)", place: place,
        mend: "use .gaussian() or .binomial()")
    }
    guard mixing >= 0, mixing <= 1, folds == 0 || folds >= 2,
      penalties?.allSatisfy({ $0 >= 0 && $0.isFinite }) ?? true, penalties?.isEmpty != true
    else {
      throw StatsError(
        code: .badOption, what: "mixing \(NumberText.short(mixing)), \(folds) folds", place: place,
        mend: "mixing is 0 to 1, folds are 0 or at least 2, penalties not below 0")
    }
    let isLogistic = family == .binomial()
    let design = try Design(
      Formula(formula), data: data, kind: isLogistic ? .numberOrClass : .number,
      model: "ElasticNet", leavesOutIntercept: true)
    let names = design.plan.columnNames
    let n = design.rowCount
    guard !names.isEmpty, n >= max(3, folds) else {
      throw StatsError(
        code: .tooFewRows, what: "\(n) complete rows, \(names.count) columns", place: place,
        mend: "it needs a column, three rows, and as many rows as folds")
    }
    if isLogistic, let bad = design.y.first(where: { $0 != 0 && $0 != 1 }) {
      throw StatsError(
        code: .badValue, what: "the response has the value \(NumberText.short(bad))", place: place,
        mend: "a logistic model needs two classes, or 0 and 1")
    }
    guard design.offset == nil, design.second == nil else {
      throw StatsError(
        code: .badFormula, what: "an offset or a response of two columns", place: place,
        mend: "leave it out: penalised models know neither")
    }
    if design.y.allSatisfy({ $0 == design.y[0] }) {
      throw StatsError(
        code: .badValue, what: "the response is constant", place: place,
        mend: "there is nothing to explain; choose another response")
    }
    let all = CoordinateDescent(
      x: design.x, y: design.y, rows: nil, isLogistic: isLogistic, mixing: mixing,
      isStandardized: isStandardized)
    let grid = penalties?.sorted(by: >) ?? all.usualPenalties
    var steps = try all.path(grid, place: place)
    var (best, within) = (steps.count - 1, steps.count - 1)
    if folds > 0 {
      let losses = try Self.losses(
        design, grid, folds, isLogistic: isLogistic, mixing: mixing,
        isStandardized: isStandardized, seed: seed, place: place)
      for (place, loss) in losses.enumerated() { steps[place].validation = loss }
      best = losses.indices.min { losses[$0].loss < losses[$1].loss } ?? best
      let limit = losses[best].loss + losses[best].standardError
      within = losses.firstIndex { $0.loss <= limit } ?? best
    }
    self.formula = Formula(formula)
    columnNames = names
    path = steps
    chosen = best
    chosenWithinOneError = within
    rowCount = n
    missingCount = design.missingCount
    self.design = design
    self.isLogistic = isLogistic
    self.mixing = mixing
  }

  /// Losses on left-out rows, by penalty, with their standard errors over the folds.
  private static func losses(
    _ design: Design, _ grid: [Double], _ folds: Int, isLogistic: Bool, mixing: Double,
    isStandardized: Bool, seed: UInt64, place: String
  ) throws(StatsError) -> [(loss: Double, standardError: Double)] {
    let n = design.rowCount
    var order = Array(0..<n)
    var generator = RandomGenerator(seed: seed)
    for row in stride(from: n - 1, to: 0, by: -1) {
      order.swapAt(row, generator.index(below: row + 1))
    }
    var table = [[Double]](repeating: [], count: grid.count)
    for fold in 0..<folds {
      let outside = order.indices.filter { $0 % folds == fold }.map { order[$0] }
      let inside = order.indices.filter { $0 % folds != fold }.map { order[$0] }
      let first = design.y[inside[0]]
      guard inside.contains(where: { design.y[$0] != first }) else {
        throw StatsError(
          code: .tooFewRows, what: "a fold leaves a constant response", place: place,
          mend: "use fewer folds")
      }
      let part = CoordinateDescent(
        x: design.x, y: design.y, rows: inside, isLogistic: isLogistic, mixing: mixing,
        isStandardized: isStandardized)
      for (penalty, step) in try part.path(grid, place: place).enumerated() {
        var sum = 0.0
        for row in outside {
          var eta = step.intercept
          for column in step.coefficients.indices {
            eta += step.coefficients[column] * design.x.elements[column * n + row]
          }
          let y = design.y[row]
          sum +=
            isLogistic
            ? 2 * (max(eta, 0) + log1p(Glibc.exp(-Swift.abs(eta))) - y * eta)
            : (y - eta) * (y - eta)
        }
        table[penalty].append(sum / Double(outside.count))
      }
    }
    return table.map { losses in
      let count = Double(losses.count)
      let mean = losses.reduce(0, +) / count
      let square = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (square / (count - 1) / count).squareRoot())
    }
  }

  /// The chosen coefficients by name, the intercept first.
  public var coefficients: [(name: String, value: Double)] {
    [("Intercept", path[chosen].intercept)]
      + zip(columnNames, path[chosen].coefficients).map { ($0, $1) }
  }

  /// The chosen penalty, and the coefficients that are not 0.
  public var card: StatsCard {
    let step = path[chosen]
    var facts: [(name: String, value: String)] = [
      ("rows", "\(rowCount)"), ("mixing", NumberText.short(mixing)),
      ("penalty", NumberText.short(step.penalty)),
      ("columns that are not 0", "\(step.activeCount) of \(columnNames.count)"),
    ]
    if let validation = step.validation {
      facts.append(
        (
          isLogistic ? "deviance on left-out rows" : "squared error on left-out rows",
          "\(NumberText.short(validation.loss)) ± \(NumberText.short(validation.standardError))"
        ))
      facts.append(
        ("penalty within one error", NumberText.short(path[chosenWithinOneError].penalty)))
    }
    return StatsCard(
      title: "Elastic net: \(formula.text)", facts: facts,
      tables: [
        .init(
          header: ["", "coef"],
          rows: coefficients.filter { $0.value != 0 }.map {
            [$0.name, NumberText.short($0.value, digits: 5)]
          })
      ],
      notes: missingCount > 0 ? ["\(missingCount) rows were left out: a null or NaN"] : [])
  }

  /// Predictions of the chosen step, or of another place in the path: a column `prediction`, of
  /// probabilities in a logistic model; null where a column is null.
  public func predict(_ frame: DataFrame, step: Int? = nil) throws(StatsError) -> DataFrame {
    guard step.map(path.indices.contains) ?? true else {
      throw StatsError(
        code: .badOption, what: "step \(step ?? 0) of \(path.count)", place: "predict(…)",
        mend: "choose 0 to \(path.count - 1)")
    }
    let used = path[step ?? chosen]
    let (x, _, kept) = try design.plan.design(of: frame, leavesOutIntercept: true)
    let eta = try CrossProducts.product(x, used.coefficients).map { $0 + used.intercept }
    return try PredictionFrame.frame(
      [("prediction", isLogistic ? eta.map { Link.logit.mean($0).mu } : eta)], keptRows: kept,
      rowCount: frame.rowCount, place: "predict(…)")
  }
}
