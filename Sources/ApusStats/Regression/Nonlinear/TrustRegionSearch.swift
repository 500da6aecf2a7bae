/// The method of Levenberg and Marquardt with geodesic acceleration, then Gauss and Newton's steps in
/// double-double arithmetic until the last digits stand.
///
/// - Source: Moré, "The Levenberg–Marquardt algorithm", 1978 (scaling); Nielsen, "Damping parameter in
///   Marquardt's method", 1999; Transtrum and Sethna, arXiv:1201.5885, 2012 (acceleration).
struct TrustRegionSearch {
  let problem: NonlinearProblem
  let limit: Int

  /// Where the search ended and after how many steps; `nil` where it did not settle.
  ///
  /// A search that loses itself on a plain is begun anew, taking only steps on which the model bends
  /// little.
  func minimum(from start: [Double]) -> (point: NonlinearProblem.Point, steps: Int)? {
    search(from: start, damping: 1e-3, isCautious: false)
      ?? search(from: start, damping: 1, isCautious: true)
  }

  private func search(
    from start: [Double], damping first: Double, isCautious: Bool
  ) -> (point: NonlinearProblem.Point, steps: Int)? {
    var point = problem.point(at: start.map { DoubleDouble($0) })
    guard point.isFinite else { return nil }
    var scales = point.slopes.map(Self.length)
    var (damping, growth) = (first, 2.0)
    for step in 1...limit {
      if point.cost.high == 0 || isStationary(point) { return (polished(point), step) }
      for place in scales.indices {
        scales[place] = max(scales[place], Self.length(point.slopes[place]))
      }
      guard let move = move(at: point, scales, damping, isCautious: isCautious) else {
        damping = max(damping, 1e-12) * growth
        growth *= 2
        if damping > 1e30 { return nil }
        continue
      }
      let next = problem.point(at: Self.sum(point.parameters, move.total))
      let gain = next.isFinite ? (point.cost - next.cost).high : -1
      if gain > 0 {
        let ratio = move.expected > 0 ? min(gain / move.expected, 10) : 1
        let cube = (2 * ratio - 1) * (2 * ratio - 1) * (2 * ratio - 1)
        damping *= max(1.0 / 3, 1 - cube)
        growth = 2
        point = next
      } else {
        damping *= growth
        growth *= 2
        if damping > 1e30 { return nil }
      }
    }
    return nil
  }

  /// Whether no parameter changes the residuals in their own direction any more.
  private func isStationary(_ point: NonlinearProblem.Point) -> Bool {
    let rest = point.cost.high.squareRoot()
    return point.slopes.allSatisfy { slopes in
      let length = Self.length(slopes)
      guard length > 0 else { return true }
      var dot = 0.0
      for row in slopes.indices { dot += slopes[row] * point.residuals[row].high }
      return dot.magnitude <= 1e-9 * length * rest
    }
  }

  /// A step, its length's bound by the damping, and how much less the sum should be after it.
  private func move(
    at point: NonlinearProblem.Point, _ scales: [Double], _ damping: Double,
    isCautious: Bool
  ) -> (total: [Double], expected: Double)? {
    let residuals = point.residuals.map(\.high)
    guard let first = Self.step(point.slopes, residuals, scales, damping) else { return nil }
    var expected = 0.0
    for row in residuals.indices {
      var change = 0.0
      for place in first.indices { change += point.slopes[place][row] * first[place] }
      expected += change * (2 * residuals[row] - change)
    }
    // How the residuals bend along the step, by a difference.
    let part = 0.1
    let beside = problem.residuals(at: Self.sum(point.parameters, first.map { $0 * part }))
    let bend = residuals.indices.map { row -> Double in
      var slope = 0.0
      for place in first.indices { slope += point.slopes[place][row] * first[place] }
      return ((beside[row] - residuals[row]) / part + slope) * 2 / part
    }
    guard bend.allSatisfy(\.isFinite), let second = Self.step(point.slopes, bend, scales, damping)
    else { return (first, expected) }
    var (lengths, bends) = (0.0, 0.0)
    for place in first.indices {
      lengths += (scales[place] * first[place]) * (scales[place] * first[place])
      bends += (scales[place] * second[place]) * (scales[place] * second[place])
    }
    // A bend that outweighs the step is no correction of it.
    guard 2 * bends.squareRoot() <= 0.75 * lengths.squareRoot() else {
      return isCautious ? nil : (first, expected)
    }
    return (first.indices.map { first[$0] + second[$0] / 2 }, expected)
  }

  /// Steps of Gauss and Newton without damping as long as they make the sum smaller.
  private func polished(_ start: NonlinearProblem.Point) -> NonlinearProblem.Point {
    var point = start
    for _ in 0..<40 {
      let solution = PreciseLeastSquares(
        point.slopes.map { $0.map { DoubleDouble($0) } }, point.residuals)
      guard solution.dependent == nil else { return point }
      let next = problem.point(at: Self.sum(point.parameters, solution.coefficients))
      guard next.isFinite, (point.cost - next.cost).high >= 0 else { return point }
      point = next
      let isSettled = solution.coefficients.indices.allSatisfy {
        solution.coefficients[$0].magnitude <= 1e-17 * point.parameters[$0].high.magnitude
      }
      if isSettled { return point }
    }
    return point
  }

  /// The step that brings the residuals down most, with a price on its scaled length.
  private static func step(
    _ slopes: [[Double]], _ residuals: [Double], _ scales: [Double], _ damping: Double
  ) -> [Double]? {
    let (n, p) = (residuals.count, slopes.count)
    var work = [[Double]]()
    for place in 0..<p {
      var column = slopes[place]
      column.append(contentsOf: repeatElement(0, count: p))
      column[n + place] = damping.squareRoot() * (scales[place] > 0 ? scales[place] : 1)
      work.append(column)
    }
    work.append(residuals + [Double](repeating: 0, count: p))
    for step in 0..<p {
      let square = work[step][step...].reduce(0) { $0 + $1 * $1 }
      guard square > 0, square.isFinite else { return nil }
      let length = work[step][step] > 0 ? -square.squareRoot() : square.squareRoot()
      let scale = square - work[step][step] * length
      work[step][step] -= length
      let mirror = work[step]
      for column in (step + 1)...p {
        var dot = 0.0
        for row in step..<(n + p) { dot += mirror[row] * work[column][row] }
        let factor = dot / scale
        for row in step..<(n + p) { work[column][row] -= factor * mirror[row] }
      }
      work[step][step] = length
    }
    var result = Array(work[p].prefix(p))
    for i in stride(from: p - 1, through: 0, by: -1) {
      result[i] /= work[i][i]
      for k in 0..<i { result[k] -= work[i][k] * result[i] }
    }
    return result.allSatisfy(\.isFinite) ? result : nil
  }

  private static func length(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private static func sum(_ a: [DoubleDouble], _ b: [Double]) -> [DoubleDouble] {
    a.indices.map { a[$0] + DoubleDouble(b[$0]) }
  }
}
