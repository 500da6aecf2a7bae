/// A number as the unevaluated sum of two doubles, some 31 decimal digits.
///
/// Made of additions and fused multiplications alone, so that it is the same on every processor.
/// Overflow and infinities are those of doubles. - Source: Dekker, 1971; Joldes, Muller and Popescu,
/// "Tight and rigorous error bounds for basic building blocks of double-word arithmetic", 2017.
public struct DoubleDouble: Sendable, Hashable {
  /// The nearest double.
  public let high: Double
  /// What is missing of it, at most half of its last place.
  public let low: Double

  @inline(__always)
  init(high: Double, low: Double) {
    self.high = high
    self.low = low
  }

  /// The number itself.
  @inline(__always)
  public init(_ value: Double) { self.init(high: value, low: 0) }

  /// The sum of two doubles, exactly.
  @inline(__always)
  public init(sumOf a: Double, _ b: Double) {
    let sum = a + b
    let part = sum - a
    self.init(high: sum, low: (a - (sum - part)) + (b - part))
  }

  /// The product of two doubles, exactly where it does not underflow.
  @inline(__always)
  public init(productOf a: Double, _ b: Double) {
    let product = a * b
    self.init(high: product, low: (-product).addingProduct(a, b))
  }

  /// The sum of a large and a small double.
  @inline(__always)
  private init(large a: Double, small b: Double) {
    let sum = a + b
    self.init(high: sum, low: b - (sum - a))
  }

  static let zero = DoubleDouble(0)
  static let one = DoubleDouble(1)

  @inline(__always)
  static prefix func - (value: DoubleDouble) -> DoubleDouble {
    DoubleDouble(high: -value.high, low: -value.low)
  }

  @inline(__always)
  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let high = DoubleDouble(sumOf: a.high, b.high)
    let low = DoubleDouble(sumOf: a.low, b.low)
    let first = DoubleDouble(large: high.high, small: high.low + low.high)
    return DoubleDouble(large: first.high, small: low.low + first.low)
  }

  @inline(__always)
  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + -b }

  @inline(__always)
  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(productOf: a.high, b.high)
    let cross = (a.high * b.low).addingProduct(a.low, b.high) + a.low * b.low
    return DoubleDouble(large: product.high, small: product.low + cross)
  }

  @inline(__always)
  static func * (a: DoubleDouble, b: Double) -> DoubleDouble {
    let product = DoubleDouble(productOf: a.high, b)
    return DoubleDouble(large: product.high, small: product.low.addingProduct(a.low, b))
  }

  @inline(__always)
  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let first = a.high / b.high
    guard first.isFinite else { return DoubleDouble(first) }
    let rest = a - b * first
    let second = rest.high / b.high
    let last = (rest - b * second).high / b.high
    return DoubleDouble(large: first, small: second) + DoubleDouble(last)
  }

  /// The square root; NaN of a negative number.
  var squareRoot: DoubleDouble {
    guard high > 0 else { return DoubleDouble(high == 0 ? 0 : .nan) }
    let root = high.squareRoot()
    let rest = self - DoubleDouble(productOf: root, root)
    return DoubleDouble(large: root, small: rest.high / (2 * root))
  }

  /// Times a power of two, exactly.
  func scaled(by exponent: Int) -> DoubleDouble {
    DoubleDouble(
      high: Double(sign: .plus, exponent: exponent, significand: high),
      low: Double(sign: .plus, exponent: exponent, significand: low))
  }

  var magnitude: DoubleDouble { high < 0 ? -self : self }

  /// The number to a whole power, by squaring.
  package func raised(to exponent: Int) -> DoubleDouble {
    var (result, base, rest) = (DoubleDouble.one, self, exponent.magnitude)
    while rest > 0 {
      if rest & 1 == 1 { result = result * base }
      base = base * base
      rest >>= 1
    }
    return exponent < 0 ? .one / result : result
  }
}
