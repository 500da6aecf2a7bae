/// The multiplied polynomials of a seasonal ARMA process:
/// y_t = Σ φ_j y_{t−j} + ε_t + Σ θ_j ε_{t−j}.
struct ARMAPolynomials: Equatable {
  /// φ₁, φ₂, …
  let autoregression: [Double]
  /// θ₁, θ₂, …
  let movingAverage: [Double]

  /// The polynomials of coefficients in the order of ``ARIMAOrder/blocks``.
  init(_ coefficients: [Double], _ order: ARIMAOrder) {
    let blocks = Self.blocks(coefficients, order)
    autoregression = Self.product(
      blocks[0].map { -$0 }, blocks[1].map { -$0 }, period: order.period
    ).map { -$0 }
    movingAverage = Self.product(blocks[2], blocks[3], period: order.period)
  }

  static func blocks(_ coefficients: [Double], _ order: ARIMAOrder) -> [[Double]] {
    var start = 0
    return order.blocks.map { count in
      defer { start += count }
      return Array(coefficients[start..<(start + count)])
    }
  }

  /// (1 + a₁L + …)(1 + b₁Lˢ + …) without its leading 1.
  private static func product(_ plain: [Double], _ seasonal: [Double], period: Int) -> [Double] {
    var result = [Double](repeating: 0, count: plain.count + seasonal.count * period)
    for (index, value) in plain.enumerated() { result[index] += value }
    for (index, value) in seasonal.enumerated() {
      let lag = (index + 1) * period
      result[lag - 1] += value
      for (other, factor) in plain.enumerated() { result[lag + other] += value * factor }
    }
    return result
  }

  /// The weights ψ₀ = 1, ψ₁, … of the process as a sum of errors.
  func psi(_ count: Int) -> [Double] {
    var psi: [Double] = []
    for lag in 0..<count {
      var value = lag == 0 ? 1 : (lag <= movingAverage.count ? movingAverage[lag - 1] : 0)
      for back in stride(from: 1, through: min(lag, autoregression.count), by: 1) {
        value += autoregression[back - 1] * psi[lag - back]
      }
      psi.append(value)
    }
    return psi
  }

  // MARK: Coefficients from numbers without bounds

  /// Coefficients of stationary and invertible polynomials from any numbers: u / √(1 + u²) is a
  /// partial autocorrelation, and Durbin's recursion makes coefficients of these. (Monahan,
  /// Biometrika 71, 1984.)
  static func bounded(_ free: [Double], _ order: ARIMAOrder) -> [Double] {
    let blocks = blocks(free, order).enumerated().map { index, block in
      let coefficients = coefficients(partials: block.map { $0 / (1 + $0 * $0).squareRoot() })
      return index < 2 ? coefficients : coefficients.map { -$0 }
    }
    return Array(blocks.joined())
  }

  /// The numbers of which ``bounded(_:_:)`` makes coefficients; those that are not stationary or
  /// invertible are drawn towards 0 until they are.
  static func free(_ coefficients: [Double], _ order: ARIMAOrder) -> [Double] {
    let blocks = blocks(coefficients, order).enumerated().map { index, block -> [Double] in
      var block = index < 2 ? block : block.map { -$0 }
      for _ in 0..<200 {
        if let partials = partials(block) {
          return partials.map { $0 / (1 - $0 * $0).squareRoot() }
        }
        var power = 1.0
        for lag in block.indices {
          power *= 0.95
          block[lag] *= power
        }
      }
      return block.map { _ in 0 }
    }
    return Array(blocks.joined())
  }

  private static func coefficients(partials: [Double]) -> [Double] {
    var result: [Double] = []
    for partial in partials {
      let reversed = Array(result.reversed())
      for index in result.indices { result[index] -= partial * reversed[index] }
      result.append(partial)
    }
    return result
  }

  /// The partial autocorrelations of an autoregression, or `nil` when it is not well inside the
  /// stationary ones.
  private static func partials(_ coefficients: [Double]) -> [Double]? {
    var rest = coefficients
    var partials: [Double] = []
    while let last = rest.popLast() {
      guard abs(last) < 0.995 else { return nil }
      partials.append(last)
      let reversed = Array(rest.reversed())
      for index in rest.indices {
        rest[index] = (rest[index] + last * reversed[index]) / (1 - last * last)
      }
    }
    return partials.reversed()
  }

  /// Whether all roots lie outside the circle of radius `radius`.
  static func isStable(_ coefficients: [Double], radius: Double) -> Bool {
    var (power, scaled) = (1.0, [Double]())
    for value in coefficients {
      power *= radius
      scaled.append(value * power)
    }
    var rest = scaled
    while let last = rest.popLast() {
      guard abs(last) < 1 else { return false }
      let reversed = Array(rest.reversed())
      for index in rest.indices {
        rest[index] = (rest[index] + last * reversed[index]) / (1 - last * last)
      }
    }
    return true
  }
}
