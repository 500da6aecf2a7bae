@_implementationOnly import Glibc

// Elementary functions of some 30 digits: a start from the library's function of doubles, or a
// reduced argument and a series.
extension DoubleDouble {
  private static let halfPi = DoubleDouble(high: 1.5707963267948966, low: 6.123233995736766e-17)
  private static let ln2 = DoubleDouble(high: 0.6931471805599453, low: 2.3190468138462996e-17)

  /// e to this power.
  var exponential: DoubleDouble {
    guard high.magnitude < 700 else { return DoubleDouble(exp(high)) }
    // e^x = 2^k (e^(r/256))^256 with |r| ≤ ln 2 / 2; the series takes r/256 to 1e-34 in ten terms.
    let k = (high / Self.ln2.high).rounded()
    let reduced = (self - Self.ln2 * k).scaled(by: -8)
    var term = reduced
    var sum = reduced
    for n in 2...10 {
      term = term * reduced / DoubleDouble(Double(n))
      sum = sum + term
    }
    // (1 + s)² − 1 = 2s + s² keeps the digits that 1 + s would lose.
    for _ in 0..<8 { sum = sum.scaled(by: 1) + sum * sum }
    return (sum + .one).scaled(by: Int(k))
  }

  /// The natural logarithm; NaN of a negative number.
  var logarithm: DoubleDouble {
    let start = log(high)
    guard high > 0, high.isFinite else { return DoubleDouble(start) }
    // One step of Newton's: y + x e^(−y) − 1 doubles the digits.
    var y = DoubleDouble(start)
    for _ in 0..<2 { y = y + (self * (-y).exponential - .one) }
    return y
  }

  /// Sine and cosine.
  var sineAndCosine: (sine: DoubleDouble, cosine: DoubleDouble) {
    guard high.magnitude < 1e15 else { return (DoubleDouble(.nan), DoubleDouble(.nan)) }
    let quarter = (high / Self.halfPi.high).rounded()
    // The third part of π/2 keeps the digits of arguments of some size.
    let reduced =
      self - Self.halfPi * quarter - DoubleDouble(productOf: quarter, -1.4973849048591833e-33)
    let (sine, cosine) = (reduced.sineSeries, reduced.cosineSeries)
    switch ((Int(quarter) % 4) + 4) % 4 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  private var sineSeries: DoubleDouble {
    let square = self * self
    var (term, sum) = (self, self)
    for n in stride(from: 2.0, through: 30, by: 2) {
      term = -(term * square) / DoubleDouble(n * (n + 1))
      sum = sum + term
    }
    return sum
  }

  private var cosineSeries: DoubleDouble {
    let square = self * self
    var (term, sum) = (DoubleDouble.one, DoubleDouble.one)
    for n in stride(from: 1.0, through: 31, by: 2) {
      term = -(term * square) / DoubleDouble(n * (n + 1))
      sum = sum + term
    }
    return sum
  }

  /// The arc whose tangent this is.
  var arcTangent: DoubleDouble {
    // Newton's step on sin and cos: y + (x cos y − sin y) / (cos y + x sin y).
    var y = DoubleDouble(atan(high))
    guard high.isFinite else { return y }
    for _ in 0..<2 {
      let (sine, cosine) = y.sineAndCosine
      y = y + (self * cosine - sine) / (cosine + self * sine)
    }
    return y
  }
}
