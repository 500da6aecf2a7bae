internal import ApusFrame

@_implementationOnly import Glibc

/// Chances of classes by a logistic model: one row of coefficients for two classes, one a class for
/// more.
struct LogisticPredictor: Sendable, Equatable {
  var rows: [Row]

  struct Row: Sendable, Equatable {
    var intercept: Double
    var slopes: [Double]
  }

  private static let stepLimit = 200

  /// Newton's steps, halved while they do not lower the penalised loss. Columns are centred and
  /// scaled inside; the penalty stays that of the slopes on the columns' own scale.
  static func fit(
    _ table: FeatureTable, _ target: LearningTarget, l2: Double, in place: String
  ) throws -> LogisticPredictor {
    guard case .classes(let classes) = target else {
      preconditionFailure("logistic regression was given numbers")
    }
    guard l2 >= 0, l2.isFinite else {
      throw StatsError(code: .badOption, what: "l2 \(l2) is not a number ≥ 0", place: place)
    }
    try table.requireFinite(in: place)
    var problem = LogisticProblem(table, classes, l2: l2)
    var loss = try problem.loss()
    for _ in 0..<stepLimit {
      let (gradient, hessian) = try problem.derivatives()
      let (triangle, dependent) = Triangle.cholesky(hessian, tolerance: 1e-13)
      guard dependent == nil else { throw Self.stuck(problem, table, l2: l2, place) }
      let step = triangle.solveBoth(gradient)
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if decrement < 1e-22 * max(1, abs(loss)) { return problem.predictor }
      let before = problem.weights
      var part = 1.0
      while true {
        problem.weights = zip(before, step).map { $0 - part * $1 }
        let next = try problem.loss()
        if next <= loss + 1e-14 * abs(loss) {
          let isSettled = part == 1 && decrement < 1e-16 * max(1, abs(loss))
          loss = next
          if isSettled { return problem.predictor }
          break
        }
        part /= 2
        // Rounding alone decides here: the last weights are as good as can be.
        if part < 1e-9 {
          problem.weights = before
          if decrement < 1e-10 * max(1, abs(loss)) { return problem.predictor }
          throw Self.stuck(problem, table, l2: l2, place)
        }
      }
      if l2 == 0, loss < 1e-6 * Double(table.rowCount) {
        throw Self.stuck(problem, table, l2: l2, place)
      }
    }
    throw StatsError(
      code: .noConvergence, what: "Newton's steps did not settle in \(stepLimit)", place: place,
      mend: "scale the columns, or use a larger l2")
  }

  private static func stuck(
    _ problem: LogisticProblem, _ table: FeatureTable, l2: Double, _ place: String
  ) -> StatsError {
    let isSeparated = problem.largestLogit > 15
    return StatsError(
      code: isSeparated ? .separation : .singular,
      what: isSeparated
        ? "the columns part the classes wholly, so the slopes have no bound"
        : "the columns \(table.names.joined(separator: ", ")) depend on each other",
      place: place, mend: l2 == 0 ? "use l2 above 0" : "scale the columns, or use a larger l2")
  }

  /// Chances of the classes, row by row.
  func predict(_ table: FeatureTable, in place: String) throws -> [Double] {
    try table.requireFinite(in: place)
    let width = max(rows.count, 2)
    var result = [Double](repeating: 0, count: table.rowCount * width)
    for row in 0..<table.rowCount {
      let logits = rows.map { coefficients in
        var sum = coefficients.intercept
        for (place, slope) in coefficients.slopes.enumerated() {
          sum += slope * table.columns[place][row]
        }
        return sum
      }
      if rows.count == 1 {
        result[2 * row] = 1 / (1 + exp(logits[0]))
        result[2 * row + 1] = 1 / (1 + exp(-logits[0]))
      } else {
        let top = logits.max() ?? 0
        let parts = logits.map { exp($0 - top) }
        let sum = parts.reduce(0, +)
        for place in 0..<width { result[row * width + place] = parts[place] / sum }
      }
    }
    return result
  }
}

/// The penalised loss of a logistic model with its derivatives. Weights stand class by class: the
/// intercept, then the slopes of centred and scaled columns.
struct LogisticProblem {
  private let columns: [[Double]]
  private let centres: [Double]
  private let spreads: [Double]
  private let codes: [Int32]
  private let l2: Double
  private let rowCount: Int
  /// How many rows of coefficients there are.
  private let width: Int
  private let size: Int
  var weights: [Double]

  private static let pieceRows = 1 << 13

  init(_ table: FeatureTable, _ target: ClassTarget, l2: Double) {
    rowCount = table.rowCount
    codes = target.codes
    self.l2 = l2
    width = target.labels.count == 2 ? 1 : target.labels.count
    size = table.columns.count + 1
    weights = Array(repeating: 0, count: width * size)
    let rowCount = rowCount
    let centres = table.columns.map { $0.reduce(0, +) / Double(rowCount) }
    let spreads = zip(table.columns, centres).map { column, centre in
      let sum = column.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
      return sum > 0 ? (sum / Double(rowCount)).squareRoot() : 1
    }
    columns = table.columns.indices.map { place in
      table.columns[place].map { ($0 - centres[place]) / spreads[place] }
    }
    self.centres = centres
    self.spreads = spreads
  }

  /// The largest distance of a logit from 0.
  var largestLogit: Double {
    var top = 0.0
    for row in 0..<rowCount { for logit in logits(row) { top = max(top, abs(logit)) } }
    return top
  }

  /// The coefficients for the columns as they were.
  var predictor: LogisticPredictor {
    LogisticPredictor(
      rows: (0..<width).map { place in
        let slopes = (0..<(size - 1)).map { weights[place * size + $0 + 1] / spreads[$0] }
        let shift = zip(slopes, centres).reduce(0) { $0 + $1.0 * $1.1 }
        return .init(intercept: weights[place * size] - shift, slopes: slopes)
      })
  }

  private func logits(_ row: Int) -> [Double] {
    (0..<width).map { place in
      var sum = weights[place * size]
      for column in 0..<(size - 1) {
        sum += weights[place * size + column + 1] * columns[column][row]
      }
      return sum
    }
  }

  private var penalty: Double {
    var sum = 0.0
    var intercepts = 0.0
    for place in 0..<width {
      intercepts += weights[place * size]
      for column in 1..<max(size, 1) {
        let slope = weights[place * size + column] / spreads[column - 1]
        sum += slope * slope
      }
    }
    // With a row a class only differences of intercepts matter; this keeps their sum at 0.
    return l2 / 2 * sum + (width > 1 ? intercepts * intercepts / 2 : 0)
  }

  func loss() throws(FrameError) -> Double {
    let parts = try pieces { rows in
      var sum = 0.0
      for row in rows {
        let logits = logits(row)
        let code = Int(codes[row])
        if width == 1 {
          let logit = code == 1 ? -logits[0] : logits[0]
          sum += logit > 0 ? logit + log1p(exp(-logit)) : log1p(exp(logit))
        } else {
          let top = logits.max() ?? 0
          sum += top + log(logits.reduce(0) { $0 + exp($1 - top) }) - logits[code]
        }
      }
      return sum
    }
    return parts.reduce(0, +) + penalty
  }

  private func pieces<Result>(_ body: (Range<Int>) -> Result) throws(FrameError) -> [Result] {
    try parallelMap((rowCount + Self.pieceRows - 1) / Self.pieceRows) { piece throws(FrameError) in
      body((piece * Self.pieceRows)..<min((piece + 1) * Self.pieceRows, rowCount))
    }
  }

  /// The gradient and the Hessian.
  func derivatives() throws(FrameError) -> (gradient: [Double], hessian: Matrix) {
    let total = width * size
    let parts = try pieces { rows in
      var gradient = [Double](repeating: 0, count: total)
      var hessian = [Double](repeating: 0, count: total * total)
      var x = [Double](repeating: 1, count: size)
      for row in rows {
        for column in 1..<max(size, 1) { x[column] = columns[column - 1][row] }
        add(row, x, &gradient, &hessian)
      }
      return (gradient, hessian)
    }
    var gradient = [Double](repeating: 0, count: total)
    var hessian = [Double](repeating: 0, count: total * total)
    for part in parts {
      for place in gradient.indices { gradient[place] += part.0[place] }
      for place in hessian.indices { hessian[place] += part.1[place] }
    }
    addPenalty(&gradient, &hessian)
    for row in 0..<total {
      for column in 0..<row { hessian[column * total + row] = hessian[row * total + column] }
    }
    return (
      gradient, Matrix(rowCount: total, columnCount: total, columnMajor: hessian)
    )
  }

  /// Adds a row's part; of the Hessian the lower half only.
  private func add(
    _ row: Int, _ x: [Double], _ gradient: inout [Double], _ hessian: inout [Double]
  ) {
    let logits = logits(row)
    let code = Int(codes[row])
    let total = width * size
    var chances = logits
    if width == 1 {
      chances[0] = 1 / (1 + exp(-logits[0]))
    } else {
      let top = logits.max() ?? 0
      chances = logits.map { exp($0 - top) }
      let sum = chances.reduce(0, +)
      for place in 0..<width { chances[place] /= sum }
    }
    for one in 0..<width {
      let isHit = width == 1 ? code == 1 : code == one
      let error = chances[one] - (isHit ? 1 : 0)
      for place in 0..<size { gradient[one * size + place] += error * x[place] }
      for other in 0...one {
        let weight =
          one == other ? chances[one] * (1 - chances[one]) : -chances[one] * chances[other]
        for place in 0..<size {
          let scaled = weight * x[place]
          let start = (one * size + place) * total + other * size
          let end = one == other ? place + 1 : size
          for column in 0..<end { hessian[start + column] += scaled * x[column] }
        }
      }
    }
  }

  private func addPenalty(_ gradient: inout [Double], _ hessian: inout [Double]) {
    let total = width * size
    let intercepts = (0..<width).reduce(0) { $0 + weights[$1 * size] }
    for one in 0..<width {
      for column in 1..<max(size, 1) {
        let place = one * size + column
        let penalty = l2 / (spreads[column - 1] * spreads[column - 1])
        gradient[place] += penalty * weights[place]
        hessian[place * total + place] += penalty
      }
      guard width > 1 else { continue }
      gradient[one * size] += intercepts
      for other in 0...one { hessian[one * size * total + other * size] += 1 }
    }
  }
}
