/// A number with its derivatives by up to eight parameters: a model written with it gives its exact
/// derivatives along with its value (forward differentiation). Values have some 31 digits.
///
///     { b, x in b[0] * (1 - .exp(-b[1] * x[0])) }
public struct DualNumber: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  let value: DoubleDouble
  let partials: SIMD8<Double>

  init(_ value: DoubleDouble, _ partials: SIMD8<Double> = .zero) {
    self.value = value
    self.partials = partials
  }

  /// A number that depends on no parameter.
  public init(_ value: Double) { self.init(DoubleDouble(value)) }
  /// A number that depends on no parameter.
  public init(floatLiteral value: Double) { self.init(value) }
  /// A number that depends on no parameter.
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  /// The opposite number.
  public static prefix func - (a: DualNumber) -> DualNumber { DualNumber(-a.value, -a.partials) }

  /// The sum.
  public static func + (a: DualNumber, b: DualNumber) -> DualNumber {
    DualNumber(a.value + b.value, a.partials + b.partials)
  }

  /// The difference.
  public static func - (a: DualNumber, b: DualNumber) -> DualNumber {
    DualNumber(a.value - b.value, a.partials - b.partials)
  }

  /// The product.
  public static func * (a: DualNumber, b: DualNumber) -> DualNumber {
    DualNumber(a.value * b.value, a.partials * b.value.high + b.partials * a.value.high)
  }

  /// The quotient.
  public static func / (a: DualNumber, b: DualNumber) -> DualNumber {
    let quotient = a.value / b.value
    return DualNumber(quotient, (a.partials - b.partials * quotient.high) / b.value.high)
  }

  /// A function's value, and its derivative times those of the argument.
  private func chained(_ value: DoubleDouble, slope: Double) -> DualNumber {
    DualNumber(value, partials * slope)
  }

  /// e to the power of `x`.
  public static func exp(_ x: DualNumber) -> DualNumber {
    let value = x.value.exponential
    return x.chained(value, slope: value.high)
  }

  /// The natural logarithm.
  public static func log(_ x: DualNumber) -> DualNumber {
    x.chained(x.value.logarithm, slope: 1 / x.value.high)
  }

  /// The sine of `x` radians.
  public static func sin(_ x: DualNumber) -> DualNumber {
    let (sine, cosine) = x.value.sineAndCosine
    return x.chained(sine, slope: cosine.high)
  }

  /// The cosine of `x` radians.
  public static func cos(_ x: DualNumber) -> DualNumber {
    let (sine, cosine) = x.value.sineAndCosine
    return x.chained(cosine, slope: -sine.high)
  }

  /// The arc in radians whose tangent is `x`.
  public static func atan(_ x: DualNumber) -> DualNumber {
    x.chained(x.value.arcTangent, slope: 1 / (1 + x.value.high * x.value.high))
  }

  /// The square root.
  public static func sqrt(_ x: DualNumber) -> DualNumber {
    let root = x.value.squareRoot
    return x.chained(root, slope: 0.5 / root.high)
  }

  /// `base` to the power of `exponent`; `base` must be positive.
  public static func pow(_ base: DualNumber, _ exponent: DualNumber) -> DualNumber {
    exp(exponent * log(base))
  }

  /// `base` to a whole power.
  public static func pow(_ base: DualNumber, _ exponent: Int) -> DualNumber {
    let below = base.value.raised(to: exponent - 1)
    return base.chained(below * base.value, slope: Double(exponent) * below.high)
  }
}
