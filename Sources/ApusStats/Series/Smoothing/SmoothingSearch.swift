@_implementationOnly import Glibc

/// The search for the parameters of exponential smoothing with the least squared errors, which for
/// normal errors of one variance is maximum likelihood.
///
/// Levenberg's and Marquardt's method over numbers without bounds: the logistic function takes them
/// to the parameters' ranges, 0 < α < 1, 0 < β < α, 0 < γ < 1 − α, 0.8 < φ < 0.98; the states of the
/// start are found along with them.
struct SmoothingSearch {
  let form: SmoothingForm
  let values: [Double]
  /// Parameters that the caller holds.
  let held: SmoothingParameters
  /// The unit of the states: the standard deviation of the series.
  let unit: Double

  /// What the search found.
  struct Found {
    var weights: SmoothingForm.Weights
    var start: SmoothingForm.State
    var sumOfSquares: Double
    var isSettled: Bool
  }

  /// The best of searches from several places.
  func best() -> Found? {
    let rough = form.roughStart(values)
    var best: Found?
    for (level, trend, seasonal) in [(0.5, 0.2, 0.3), (0.1, 0.1, 0.1), (0.9, 0.05, 0.5)] {
      let weights = SmoothingForm.Weights(
        level: level, trend: trend * level, seasonal: seasonal * (1 - level), damping: 0.95)
      guard let found = search(from: point(weights, rough)) else { continue }
      if best.map({ found.sumOfSquares < $0.sumOfSquares }) ?? true { best = found }
    }
    return best
  }

  private func search(from start: [Double]) -> Found? {
    var point = start
    guard var residuals = residuals(point) else { return nil }
    var square = Self.square(residuals)
    var damping = 1e-3
    var (isSettled, quietRounds) = (false, 0)
    for _ in 0..<300 where !isSettled {
      guard let slopes = slopes(at: point) else { return nil }
      var isBetter = false
      for _ in 0..<14 {
        let move = Self.step(slopes, residuals, damping: damping)
        let trial = zip(point, move).map { $0 + max(-4, min(4, $1)) }
        if let next = self.residuals(trial), Self.square(next) < square {
          let gain = (square - Self.square(next)) / square
          (point, residuals, square) = (trial, next, Self.square(next))
          damping = max(damping / 5, 1e-12)
          quietRounds = gain < 1e-13 ? quietRounds + 1 : 0
          isBetter = true
          break
        }
        damping *= 4
      }
      isSettled = !isBetter || quietRounds >= 3
    }
    let (weights, state) = parts(point)
    return Found(weights: weights, start: state, sumOfSquares: square, isSettled: isSettled)
  }

  /// The move of least squares with the squares of the move, times `damping`, beside it.
  private static func step(_ slopes: [[Double]], _ residuals: [Double], damping: Double)
    -> [Double]
  {
    let count = slopes.count
    // Normal equations are enough here: rounding in a step only costs another step.
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    var right = [Double](repeating: 0, count: count)
    for row in 0..<count {
      for column in 0...row {
        matrix[row][column] = zip(slopes[row], slopes[column]).reduce(0) { $0 + $1.0 * $1.1 }
        matrix[column][row] = matrix[row][column]
      }
      right[row] = -zip(slopes[row], residuals).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let largest = (0..<count).reduce(0) { max($0, matrix[$1][$1]) }
    for row in 0..<count { matrix[row][row] += damping * max(matrix[row][row], 1e-10 * largest) }
    return SmallLinearSystem.solve(matrix, right) ?? [Double](repeating: 0, count: count)
  }

  private func slopes(at point: [Double]) -> [[Double]]? {
    var slopes: [[Double]] = []
    for index in point.indices {
      let step = 6e-6 * max(1, abs(point[index]))
      var (high, low) = (point, point)
      high[index] += step
      low[index] -= step
      guard let above = residuals(high), let below = residuals(low) else { return nil }
      slopes.append(zip(above, below).map { ($0 - $1) / (2 * step) })
    }
    return slopes
  }

  private func residuals(_ point: [Double]) -> [Double]? {
    let (weights, state) = parts(point)
    guard let run = form.run(values, weights, from: state) else { return nil }
    let result = zip(values, run.fitted).map { ($0 - $1) / unit }
    return Self.square(result).isFinite ? result : nil
  }

  private static func square(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }
  }

  // MARK: Between points without bounds and parameters

  private func parts(_ point: [Double]) -> (SmoothingForm.Weights, SmoothingForm.State) {
    var index = 0
    func next() -> Double {
      defer { index += 1 }
      return point[index]
    }
    func logistic(_ number: Double) -> Double { 1 / (1 + exp(-number)) }
    var weights = SmoothingForm.Weights()
    weights.level = held.level ?? logistic(next())
    if form.trend != .none { weights.trend = held.trend ?? weights.level * logistic(next()) }
    if form.season != nil {
      weights.seasonal = held.seasonal ?? (1 - weights.level) * logistic(next())
    }
    if form.trend == .damped { weights.damping = held.damping ?? 0.8 + 0.18 * logistic(next()) }
    var state = SmoothingForm.State(level: unit * next(), slope: 0, seasonal: [])
    if form.trend != .none { state.slope = unit * next() }
    switch form.season {
    case nil: break
    case .additive:
      state.seasonal = (1..<form.period).map { _ in unit * next() }
      state.seasonal.append(-state.seasonal.reduce(0, +))
    case .multiplicative:
      state.seasonal = (1..<form.period).map { _ in next() }
      state.seasonal.append(Double(form.period) - state.seasonal.reduce(0, +))
    }
    return (weights, state)
  }

  private func point(_ weights: SmoothingForm.Weights, _ state: SmoothingForm.State) -> [Double] {
    func logit(_ share: Double) -> Double {
      let inside = min(max(share, 1e-6), 1 - 1e-6)
      return log(inside / (1 - inside))
    }
    var point: [Double] = []
    let level = held.level ?? weights.level
    if held.level == nil { point.append(logit(level)) }
    if form.trend != .none, held.trend == nil { point.append(logit(weights.trend / weights.level)) }
    if form.season != nil, held.seasonal == nil {
      point.append(logit(weights.seasonal / (1 - weights.level)))
    }
    if form.trend == .damped, held.damping == nil {
      point.append(logit((weights.damping - 0.8) / 0.18))
    }
    point.append(state.level / unit)
    if form.trend != .none { point.append(state.slope / unit) }
    if let season = form.season {
      point += state.seasonal.dropLast().map { season == .additive ? $0 / unit : $0 }
    }
    return point
  }
}
