/// The search for a smallest value by the method of Broyden, Fletcher, Goldfarb and Shanno, with
/// slopes from central differences.
struct QuasiNewton {
  /// Where a search ended.
  struct Result {
    var point: [Double]
    var value: Double
    /// The largest slope there.
    var slope: Double
    var iterations: Int
  }

  /// How many moves a search makes at most.
  var iterationLimit = 500
  /// The search ends when no slope is larger.
  var slopeGoal = 1e-9

  /// Searches from a point; `function` is infinite where it is not defined.
  func minimum(from start: [Double], _ function: ([Double]) -> Double) -> Result? {
    var point = start
    var value = function(point)
    guard value.isFinite, let first = Self.slopes(at: point, width: 1e-5, function) else {
      return nil
    }
    var slopes = first
    let count = point.count
    var inverse = Self.identity(count)
    for iteration in 0..<iterationLimit {
      let steepest = slopes.reduce(0) { max($0, abs($1)) }
      if steepest <= slopeGoal || count == 0 {
        return Result(point: point, value: value, slope: steepest, iterations: iteration)
      }
      var move = inverse.map { row in -zip(row, slopes).reduce(0) { $0 + $1.0 * $1.1 } }
      var descent = zip(move, slopes).reduce(0) { $0 + $1.0 * $1.1 }
      if descent >= 0 {
        inverse = Self.identity(count)
        move = slopes.map { -$0 }
        descent = -slopes.reduce(0) { $0 + $1 * $1 }
      }
      let longest = move.reduce(0) { max($0, abs($1)) }
      var length = min(1, 3 / longest)
      var accepted: (point: [Double], value: Double)?
      for _ in 0..<40 {
        let trial = zip(point, move).map { $0 + length * $1 }
        let trialValue = function(trial)
        if trialValue.isFinite, trialValue <= value + 1e-4 * length * descent {
          accepted = (trial, trialValue)
          break
        }
        length /= trialValue.isFinite ? 2 : 5
      }
      guard let accepted, let next = Self.slopes(at: accepted.point, width: 1e-5, function) else {
        return Result(point: point, value: value, slope: steepest, iterations: iteration)
      }
      let step = zip(accepted.point, point).map { $0 - $1 }
      let change = zip(next, slopes).map { $0 - $1 }
      Self.update(&inverse, step: step, change: change, isFirst: iteration == 0)
      let gain = value - accepted.value
      (point, value, slopes) = (accepted.point, accepted.value, next)
      if gain == 0, step.allSatisfy({ abs($0) < 1e-12 }) {
        return Result(
          point: point, value: value, slope: slopes.reduce(0) { max($0, abs($1)) },
          iterations: iteration)
      }
    }
    return Result(
      point: point, value: value, slope: slopes.reduce(0) { max($0, abs($1)) },
      iterations: iterationLimit)
  }

  private static func identity(_ count: Int) -> [[Double]] {
    (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
  }

  private static func update(
    _ inverse: inout [[Double]], step: [Double], change: [Double], isFirst: Bool
  ) {
    let count = step.count
    let product = zip(step, change).reduce(0) { $0 + $1.0 * $1.1 }
    let square = change.reduce(0) { $0 + $1 * $1 }
    // Without curvature along the step the old matrix is the better guess.
    guard product > 1e-12 * square, square > 0 else { return }
    if isFirst {
      for row in 0..<count { inverse[row][row] = product / square }
    }
    let turned = inverse.map { row in zip(row, change).reduce(0) { $0 + $1.0 * $1.1 } }
    let middle = zip(change, turned).reduce(0) { $0 + $1.0 * $1.1 }
    for row in 0..<count {
      for column in 0..<count {
        inverse[row][column] +=
          (1 + middle / product) * step[row] * step[column] / product
          - (turned[row] * step[column] + step[row] * turned[column]) / product
      }
    }
  }

  /// The slopes at a point by central differences; `nil` where the function is not defined nearby.
  static func slopes(at point: [Double], width: Double, _ function: ([Double]) -> Double)
    -> [Double]?
  {
    var slopes: [Double] = []
    for index in point.indices {
      let step = width * max(1, abs(point[index]))
      var (high, low) = (point, point)
      high[index] += step
      low[index] -= step
      let slope = (function(high) - function(low)) / (2 * step)
      guard slope.isFinite else { return nil }
      slopes.append(slope)
    }
    return slopes
  }

  /// The second derivatives at a point, by central differences at two widths drawn to width 0
  /// (Richardson); `nil` when the function is not defined nearby.
  static func secondDerivatives(
    at point: [Double], widths: [Double], _ function: ([Double]) -> Double
  )
    -> [[Double]]?
  {
    let count = point.count
    let middle = function(point)
    func value(_ moves: [(Int, Double)]) -> Double {
      var moved = point
      for (index, move) in moves { moved[index] += move }
      return function(moved)
    }
    func estimate(_ row: Int, _ column: Int, _ share: Double) -> Double {
      let (a, b) = (widths[row] * share, widths[column] * share)
      if row == column {
        return (value([(row, a)]) - 2 * middle + value([(row, -a)])) / (a * a)
      }
      let same = value([(row, a), (column, b)]) + value([(row, -a), (column, -b)])
      let other = value([(row, a), (column, -b)]) + value([(row, -a), (column, b)])
      return (same - other) / (4 * a * b)
    }
    var result = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for row in 0..<count {
      for column in 0...row {
        let entry = (4 * estimate(row, column, 0.5) - estimate(row, column, 1)) / 3
        guard entry.isFinite else { return nil }
        result[row][column] = entry
        result[column][row] = entry
      }
    }
    return result
  }
}
