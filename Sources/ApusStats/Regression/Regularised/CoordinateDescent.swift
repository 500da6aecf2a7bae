@_implementationOnly import Glibc

/// Coordinate descent for penalised models, on sums of products: a sweep costs O(p²), whatever the
/// number of rows.
struct CoordinateDescent {
  private let x: Matrix
  private let y: [Double]
  private let centers: [Double]
  private let scales: [Double]
  private let isLogistic: Bool
  private let mixing: Double

  /// - Parameter rows: the rows that are used, or all.
  init(
    x: Matrix, y: [Double], rows: [Int]?, isLogistic: Bool, mixing: Double, isStandardized: Bool
  ) {
    self.isLogistic = isLogistic
    self.mixing = mixing
    self.y = rows.map { $0.map { y[$0] } } ?? y
    let n = self.y.count
    var elements: [Double] = []
    elements.reserveCapacity(n * x.columnCount)
    var (centers, scales) = ([Double](), [Double]())
    for column in 0..<x.columnCount {
      let all = x.column(column)
      let values = rows.map { $0.map { all[$0] } } ?? all
      let mean = values.reduce(0, +) / Double(n)
      let variance = LinearSolution.sumOfSquares(values.map { $0 - mean }) / Double(n)
      // A constant column stays 0, as the intercept stands for it.
      let isConstant = variance.squareRoot() <= 1e-13 * max(Swift.abs(mean), 1e-300)
      let scale = isConstant ? 0 : isStandardized ? variance.squareRoot() : 1
      centers.append(mean)
      scales.append(scale)
      elements += values.map { scale == 0 ? 0 : ($0 - mean) / scale }
    }
    self.x = Matrix(rowCount: n, columnCount: x.columnCount, columnMajor: elements)
    (self.centers, self.scales) = (centers, scales)
  }

  /// 100 penalties from the least at which every coefficient is 0.
  var usualPenalties: [Double] {
    let n = Double(y.count)
    let mean = y.reduce(0, +) / n
    let products = CrossProducts.transposedProduct(x, y.map { $0 - mean })
    let largest = (products.map(Swift.abs).max() ?? 0) / n / max(mixing, 1e-3)
    let top = largest > 0 ? largest : 1
    let ratio = x.columnCount < y.count ? 1e-4 : 1e-2
    return (0..<100).map { top * pow(ratio, Double($0) / 99) }
  }

  func path(_ penalties: [Double], place: String) throws(StatsError) -> [ElasticNet.Step] {
    let p = x.columnCount
    let n = Double(y.count)
    let mean = y.reduce(0, +) / n
    var b = [Double](repeating: 0, count: p)
    var intercept = isLogistic ? Glibc.log(mean / (1 - mean)) : mean
    var steps: [ElasticNet.Step] = []
    let gram = isLogistic ? nil : try products(nil)
    let target = CrossProducts.transposedProduct(x, y.map { $0 - mean }).map { $0 / n }
    for penalty in penalties {
      if let gram {
        try descend(gram, target, penalty, &b, place: place)
      } else {
        try descendLogistic(penalty, &b, &intercept, place: place)
      }
      let scaled = b.indices.map { scales[$0] == 0 ? 0 : b[$0] / scales[$0] }
      let shift = zip(scaled, centers).reduce(0) { $0 + $1.0 * $1.1 }
      steps.append(
        ElasticNet.Step(penalty: penalty, intercept: intercept - shift, coefficients: scaled))
    }
    return steps
  }

  private func products(_ weights: [Double]?) throws(StatsError) -> Matrix {
    var gram = try CrossProducts.gram(x, weights: weights)
    let n = Double(y.count)
    for place in gram.elements.indices { gram.elements[place] /= n }
    return gram
  }

  /// Minimises bᵀGb/2 − cᵀb and the penalty, one coefficient after the other.
  private func descend(
    _ gram: Matrix, _ c: [Double], _ penalty: Double, _ b: inout [Double], place: String
  ) throws(StatsError) {
    let p = b.count
    let (bar, ridge) = (penalty * mixing, penalty * (1 - mixing))
    var slope = (0..<p).map { j in
      c[j] - (0..<p).reduce(0.0) { $0 + gram.elements[j * p + $1] * b[$1] }
    }
    for _ in 0..<100_000 {
      var largest = 0.0
      for j in 0..<p {
        let own = gram.elements[j * p + j]
        guard own > 0 else { continue }
        let free = slope[j] + own * b[j]
        let size = Swift.abs(free) - bar
        let next = size > 0 ? (free < 0 ? -size : size) / (own + ridge) : 0
        let change = next - b[j]
        guard change != 0 else { continue }
        b[j] = next
        for k in 0..<p { slope[k] -= gram.elements[j * p + k] * change }
        largest = max(largest, own * change * change)
      }
      if largest <= 1e-24 * (c.reduce(0) { max($0, $1 * $1) } + 1e-300) { return }
    }
    throw StatsError(
      code: .noConvergence,
      what: "coordinate descent does not settle at λ = "
        + NumberText.short(penalty), place: place,
      mend: "use larger penalties, or leave out columns that are nearly the same")
  }

  /// Quadratic approximations of the likelihood, each minimised by descent.
  private func descendLogistic(
    _ penalty: Double, _ b: inout [Double], _ intercept: inout Double, place: String
  ) throws(StatsError) {
    let n = Double(y.count)
    let p = b.count
    for _ in 0..<200 {
      let eta = try CrossProducts.product(x, b)
      var (weights, rest) = (eta, eta)
      for row in eta.indices {
        let (mu, slope) = Link.logit.mean(eta[row] + intercept)
        weights[row] = max(slope, 1e-10)
        rest[row] = y[row] - mu
      }
      // The intercept is taken out of the quadratic, then follows the coefficients.
      let total = weights.reduce(0, +)
      let lean = CrossProducts.transposedProduct(x, weights).map { $0 / total }
      var gram = try products(weights)
      for i in 0..<p { for j in 0..<p { gram[i, j] -= lean[i] * lean[j] * total / n } }
      let middle = rest.reduce(0, +)
      let slope = CrossProducts.transposedProduct(x, rest)
      var c = [Double](repeating: 0, count: p)
      for j in 0..<p {
        c[j] = (slope[j] - lean[j] * middle) / n
        for k in 0..<p { c[j] += gram[j, k] * b[k] }
      }
      let before = b
      try descend(gram, c, penalty, &b, place: place)
      let change = b.indices.map { b[$0] - before[$0] }
      let step = middle / total - zip(lean, change).reduce(0) { $0 + $1.0 * $1.1 }
      intercept += step
      let size = change.reduce(step * step) { $0 + $1 * $1 }
      if size <= 1e-22 * (1 + b.reduce(intercept * intercept) { $0 + $1 * $1 }) { return }
    }
    throw StatsError(
      code: .noConvergence,
      what: "the logistic path does not settle at λ = \(NumberText.short(penalty))", place: place,
      mend: "use larger penalties: the classes may be separated")
  }
}
