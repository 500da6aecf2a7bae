@_implementationOnly import Glibc

// Moments and entropy of families that have no closed form for them: integrals over the quantiles,
// from the median into both tails. The tanh-sinh rule takes the ends, which may be infinite.
extension ContinuousDistribution {
  /// The expected value of `function`.
  func expectation(_ function: (Double) -> Double) -> Double {
    var sum = 0.0
    let step = 1.0 / 16
    for index in -72...72 {
      // u runs over 0 ... 1/2, crowded at 0.
      let t = Double(index) * step
      let s = 0.5 * .pi * sinh(t)
      let tail = 0.5 / (1 + exp(-2 * s))
      let weight = 0.5 * .pi * cosh(t) / (2 * cosh(s) * cosh(s)) * step
      guard tail > 1e-300, weight > 1e-305 else { continue }
      sum += 0.5 * weight * (function(quantile(tail)) + function(upperQuantile(tail)))
    }
    return sum
  }

  /// The expected value of a power of the value.
  func tailMoment(_ power: Int) -> Double { expectation { pow($0, Double(power)) } }

  /// The expected value of a power of the distance from the mean.
  func centralMoment(_ power: Int) -> Double {
    let center = mean
    return expectation { pow($0 - center, Double(power)) }
  }

  /// The central moment over that power of the standard deviation.
  func standardizedMoment(_ power: Int) -> Double {
    centralMoment(power) / pow(variance, Double(power) / 2)
  }

  /// The entropy: the expected value of minus the logarithm of the density.
  var tailEntropy: Double { expectation { -logPDF($0) } }

  /// The place of the highest density of a family with one peak: a golden-section search.
  var peakOfDensity: Double {
    var (low, high) = (quantile(1e-9), upperQuantile(1e-9))
    let ratio = 0.6180339887498949
    var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atA, atB) = (logPDF(a), logPDF(b))
    for _ in 0..<90 {
      if atA < atB {
        (low, a, atA) = (a, b, atB)
        b = low + ratio * (high - low)
        atB = logPDF(b)
      } else {
        (high, b, atB) = (b, a, atA)
        a = high - ratio * (high - low)
        atA = logPDF(a)
      }
    }
    return (low + high) / 2
  }
}
