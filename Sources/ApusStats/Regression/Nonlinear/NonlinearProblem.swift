/// Residuals and derivatives of a model at some parameters.
struct NonlinearProblem {
  typealias Model = ([DualNumber], [DualNumber]) -> DualNumber

  let response: [DoubleDouble]
  /// The predictors of each row.
  let rows: [[DualNumber]]
  /// The roots of the weights, if there are any.
  let weightRoots: [Double]?
  let model: Model

  /// Where a search stands.
  struct Point {
    let parameters: [DoubleDouble]
    let residuals: [DoubleDouble]
    /// The derivatives of what the model predicts, a column a parameter.
    let slopes: [[Double]]
    /// The sum of squared residuals; infinite where the model has no value.
    let cost: DoubleDouble
    var isFinite: Bool {
      cost.high.isFinite && slopes.allSatisfy { $0.allSatisfy(\.isFinite) }
    }
  }

  func point(at parameters: [DoubleDouble]) -> Point {
    let p = parameters.count
    var residuals = [DoubleDouble](repeating: .zero, count: response.count)
    var slopes = [[Double]](repeating: Array(repeating: 0, count: response.count), count: p)
    for first in stride(from: 0, to: p, by: 8) {
      let arguments = parameters.indices.map { place -> DualNumber in
        var partials = SIMD8<Double>.zero
        if place >= first, place < first + 8 { partials[place - first] = 1 }
        return DualNumber(parameters[place], partials)
      }
      for row in response.indices {
        let predicted = model(arguments, rows[row])
        let root = weightRoots?[row] ?? 1
        residuals[row] = (response[row] - predicted.value) * root
        for place in first..<min(first + 8, p) {
          slopes[place][row] = predicted.partials[place - first] * root
        }
      }
    }
    var cost = DoubleDouble.zero
    for residual in residuals { cost = cost + residual * residual }
    if !cost.high.isFinite { cost = DoubleDouble(.infinity) }
    return Point(parameters: parameters, residuals: residuals, slopes: slopes, cost: cost)
  }

  /// Residuals alone, rounded.
  func residuals(at parameters: [DoubleDouble]) -> [Double] {
    let arguments = parameters.map { DualNumber($0) }
    return response.indices.map { row in
      let rest = response[row] - model(arguments, rows[row]).value
      return (rest * (weightRoots?[row] ?? 1)).high
    }
  }
}
