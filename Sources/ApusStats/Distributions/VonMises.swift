@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The von Mises distribution of angles, on the half circle to both sides of its location.
public struct VonMises: ContinuousDistribution, Equatable {
  /// The mean angle, in radians.
  public let location: Double
  /// The concentration; 0 makes all angles equally likely.
  public let concentration: Double

  /// The distribution about this angle.
  public init(location: Double = 0, concentration: Double) {
    requireFinite(location, "VonMises: location")
    require(
      concentration >= 0 && concentration < .infinity,
      "VonMises: concentration must be 0 or more, got \(concentration)")
    (self.location, self.concentration) = (location, concentration)
  }

  private func bessel(_ order: Double) -> Double {
    Special.scaledBesselI(order: order, concentration)
  }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily {
    DistributionFamily(APUS_VON_MISES, location, concentration)
  }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { location - .pi...location + .pi }
  /// The expected value.
  public var mean: Double { location }
  /// The variance of the angle itself; the circular one is 1 - I1/I0 of the concentration.
  public var variance: Double { angleMoment(2) }
  /// The third standardised moment.
  public var skewness: Double { 0 }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { angleMoment(4) / (variance * variance) - 3 }
  /// The entropy in nats.
  public var entropy: Double {
    log(2 * .pi * bessel(0)) + concentration * (1 - bessel(1) / bessel(0))
  }
  /// The value of the highest density or probability.
  public var mode: Double { location }
  /// The quantile of one half.
  public var median: Double { location }

  /// A random value. Source: Best and Fisher (1979).
  public func random(using generator: inout RandomGenerator) -> Double {
    guard concentration > 1e-8 else {
      return location + .pi * (2 * generator.uniform() - 1)
    }
    let a = 1 + (1 + 4 * concentration * concentration).squareRoot()
    let b = (a - (2 * a).squareRoot()) / (2 * concentration)
    let r = concentration < 1e-5 ? 1 / concentration : (1 + b * b) / (2 * b)
    while true {
      let z = cos(.pi * generator.uniform())
      let f = (1 + r * z) / (r + z)
      let c = concentration * (r - f)
      let u = generator.openUniform()
      guard c * (2 - c) > u || log(c / u) + 1 >= c else { continue }
      let angle = acos(Swift.min(Swift.max(f, -1), 1))
      return location + (generator.uniform() < 0.5 ? -angle : angle)
    }
  }

  /// The expected square or fourth power of the angle from the location.
  private func angleMoment(_ power: Int) -> Double {
    if concentration > 50 {
      // Nothing lies at the ends of the circle: the trapezoid rule is exact to rounding.
      let step = 14 / concentration.squareRoot() / 256
      let center = VonMises(concentration: concentration)
      return (1...256).reduce(0) { sum, index in
        let angle = Double(index) * step
        return sum + 2 * step * pow(angle, Double(power)) * (angle > .pi ? 0 : center.pdf(angle))
      }
    }
    // The Fourier series of the density times that of the power.
    var sum = power == 2 ? Double.pi * .pi / 3 : pow(.pi, 4) / 5
    for order in 1...200 {
      let j = Double(order)
      let ratio = bessel(j) / bessel(0) * (order % 2 == 0 ? 1 : -1)
      let term = power == 2 ? 4 * ratio / (j * j) : 8 * ratio * (.pi * .pi - 6 / (j * j)) / (j * j)
      sum += term
      if Swift.abs(ratio) < 1e-18 { break }
    }
    return sum
  }
}
