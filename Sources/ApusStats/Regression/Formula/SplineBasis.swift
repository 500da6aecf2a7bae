/// Polynomials that are orthogonal over the values of a column, each of length 1, as R's `poly`.
///
/// Source: Kennedy & Gentle, Statistical Computing, 1980, pp. 343–347 (the three-term recurrence).
struct OrthogonalPolynomials: Sendable {
  private var centers: [Double] = []
  /// The squared lengths of the polynomials of degree 0 and on.
  private var norms: [Double] = []

  init(degree: Int, over x: [Double]) {
    var before = [Double](repeating: 0, count: x.count)
    var now = [Double](repeating: 1, count: x.count)
    norms = [Double(x.count)]
    for step in 0..<degree {
      var moment = 0.0
      for row in x.indices { moment += x[row] * now[row] * now[row] }
      let center = moment / norms[step]
      let ratio = step == 0 ? 0 : norms[step] / norms[step - 1]
      var square = 0.0
      for row in x.indices {
        let next = (x[row] - center) * now[row] - ratio * before[row]
        before[row] = now[row]
        now[row] = next
        square += next * next
      }
      centers.append(center)
      norms.append(square)
    }
  }

  func columns(at x: [Double]) -> [[Double]] {
    var before = [Double](repeating: 0, count: x.count)
    var now = [Double](repeating: 1, count: x.count)
    var result: [[Double]] = []
    for step in centers.indices {
      let ratio = step == 0 ? 0 : norms[step] / norms[step - 1]
      for row in x.indices {
        let next = (x[row] - centers[step]) * now[row] - ratio * before[row]
        before[row] = now[row]
        now[row] = next
      }
      let length = norms[step + 1].squareRoot()
      result.append(now.map { $0 / length })
    }
    return result
  }
}

/// B-splines over knots at quantiles of a column, as R's `bs`, or natural cubic ones, as its `ns`.
///
/// Source: de Boor, A Practical Guide to Splines, 1978, ch. X.
struct SplineBasis: Sendable {
  let lower: Double
  let upper: Double
  private let knots: [Double]
  private let degree: Int
  private let isNatural: Bool
  private let hasIntercept: Bool
  /// Reflections that leave functions without curvature at the ends; of natural splines.
  private var reflections: [[Double]] = []

  init(
    over x: [Double], innerKnotCount: Int, degree: Int, isNatural: Bool, hasIntercept: Bool
  ) {
    let sorted = x.sorted()
    lower = sorted.first ?? 0
    upper = sorted.last ?? 1
    let inner = (0..<innerKnotCount).map { knot in
      let place = Double(knot + 1) / Double(innerKnotCount + 1) * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    knots =
      Array(repeating: lower, count: degree + 1) + inner
      + Array(repeating: upper, count: degree + 1)
    self.degree = degree
    self.isNatural = isNatural
    self.hasIntercept = hasIntercept
    guard isNatural else { return }
    var rows = [lower, upper].map { Array(curvature(at: $0).dropFirst(hasIntercept ? 0 : 1)) }
    for step in 0..<2 {
      var mirror = rows[step]
      for place in 0..<step { mirror[place] = 0 }
      let length = mirror.reduce(0) { $0 + $1 * $1 }.squareRoot()
      mirror[step] += mirror[step] < 0 ? -length : length
      reflections.append(mirror)
      rows[1] = Self.reflected(rows[1], in: mirror)
    }
  }

  private static func reflected(_ vector: [Double], in mirror: [Double]) -> [Double] {
    var (dot, square) = (0.0, 0.0)
    for place in vector.indices {
      dot += vector[place] * mirror[place]
      square += mirror[place] * mirror[place]
    }
    guard square > 0 else { return vector }
    return vector.indices.map { vector[$0] - 2 * dot / square * mirror[$0] }
  }

  /// The first value that lies outside of the range, where the basis does not go on.
  func firstOutside(_ x: [Double]) -> Int? {
    isNatural ? nil : x.firstIndex { $0 < lower || $0 > upper }
  }

  func columns(at x: [Double]) -> [[Double]] {
    let count = knots.count - degree - 1 - (hasIntercept ? 0 : 1) - (isNatural ? 2 : 0)
    var columns = [[Double]](repeating: [Double](repeating: 0, count: x.count), count: count)
    for row in x.indices {
      let values = point(x[row])
      for column in 0..<count { columns[column][row] = values[column] }
    }
    return columns
  }

  /// The basis at one value; natural splines go on in straight lines.
  private func point(_ x: Double) -> [Double] {
    var values: [Double]
    if isNatural, x < lower || x > upper {
      let end = x < lower ? lower : upper
      let slopes = slope(at: end, degree: degree)
      values = bases(at: end, degree: degree)
      for place in values.indices { values[place] += (x - end) * slopes[place] }
    } else {
      values = bases(at: x, degree: degree)
    }
    if !hasIntercept { values.removeFirst() }
    for mirror in reflections { values = Self.reflected(values, in: mirror) }
    return isNatural ? Array(values.dropFirst(2)) : values
  }

  /// All B-splines of a degree over the knots, at a value inside the range.
  private func bases(at x: Double, degree: Int) -> [Double] {
    var values = [Double](repeating: 0, count: knots.count - 1)
    // The last span is closed, so that the upper end belongs to it.
    var span = self.degree
    while span + 1 < knots.count - self.degree - 1, x >= knots[span + 1] { span += 1 }
    values[span] = 1
    guard degree > 0 else { return values }
    for order in 1...degree {
      for place in 0..<(knots.count - 1 - order) {
        let left = knots[place + order] - knots[place]
        let right = knots[place + order + 1] - knots[place + 1]
        let first = left > 0 ? (x - knots[place]) / left * values[place] : 0
        let second =
          right > 0 ? (knots[place + order + 1] - x) / right * values[place + 1] : 0
        values[place] = first + second
      }
      values.removeLast()
    }
    return values
  }

  private func slope(at x: Double, degree: Int) -> [Double] {
    derivative(of: bases(at: x, degree: degree - 1), degree: degree)
  }

  private func curvature(at x: Double) -> [Double] {
    derivative(
      of: derivative(of: bases(at: x, degree: degree - 2), degree: degree - 1), degree: degree)
  }

  /// The slopes of the splines of `degree` from those one degree below, or from their slopes.
  private func derivative(of below: [Double], degree: Int) -> [Double] {
    (0..<(below.count - 1)).map { place in
      let left = knots[place + degree] - knots[place]
      let right = knots[place + degree + 1] - knots[place + 1]
      let first = left > 0 ? below[place] / left : 0
      let second = right > 0 ? below[place + 1] / right : 0
      return Double(degree) * (first - second)
    }
  }
}
