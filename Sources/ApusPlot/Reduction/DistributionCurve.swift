@_implementationOnly import Glibc

/// The empirical distribution function of sorted numbers as the corners of its steps, all or evenly
/// chosen ones: between two chosen corners no more than 1/`limit` of the rows is passed over.
package struct DistributionCurve: Sendable {
  /// Numbers in ascending order, each once.
  package let points: [Double]
  /// The share of rows that are at most the number; the last is 1.
  package let shares: [Double]

  package init(sorted numbers: [Double], limit: Int = 1000) {
    var (points, shares): ([Double], [Double]) = ([], [])
    let count = numbers.count
    let least = count > limit ? Double(count) / Double(limit) : 0
    var next = 0.0
    for place in 0..<count where place + 1 == count || numbers[place + 1] > numbers[place] {
      // The first number, the last, and between them one for so many rows.
      guard points.isEmpty || place + 1 == count || Double(place) >= next else { continue }
      points.append(numbers[place])
      shares.append(Double(place + 1) / Double(count))
      next = Double(place) + least
    }
    self.points = points
    self.shares = shares
  }
}

/// Quantiles of numbers against those of the normal distribution.
package struct NormalQuantiles: Sendable {
  /// Quantiles of the standard normal distribution at (i − 0.5) / n.
  package let theoretical: [Double]
  /// The numbers, or evenly chosen ones with the first and last.
  package let sample: [Double]
  /// The line through both distributions' quartiles: sample = intercept + slope · theoretical.
  package let slope: Double
  package let intercept: Double

  package init(sorted numbers: [Double], limit: Int = 500) {
    let count = numbers.count
    let places = NormalQuantiles.places(count, limit)
    theoretical = places.map {
      NormalQuantiles.quantile((Double($0) + 0.5) / Double(count))
    }
    sample = places.map { numbers[$0] }
    guard count > 0 else {
      (slope, intercept) = (1, 0)
      return
    }
    let (q1, q3) = (
      ApusPlot.quantile(numbers, 0.25), ApusPlot.quantile(numbers, 0.75)
    )
    let z = NormalQuantiles.quantile(0.75)
    slope = (q3 - q1) / (2 * z)
    intercept = q1 / 2 + q3 / 2
  }

  /// All ranks, or so many at even steps of the theoretical quantile: at even steps of the rank the
  /// tails would be bare.
  private static func places(_ count: Int, _ limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    let end = quantile(0.5 / Double(count))
    var places: [Int] = []
    for step in 0..<limit {
      let z = end * (1 - 2 * Double(step) / Double(limit - 1))
      let rank = Int((0.5 * erfc(-z / 2.0.squareRoot()) * Double(count)).rounded(.down))
      let place = Swift.min(Swift.max(rank, 0), count - 1)
      if place != places.last { places.append(place) }
    }
    return places
  }

  /// The quantile of the standard normal distribution; `share` lies between 0 and 1.
  /// - Accuracy: about 1 part in 10^16.
  /// - Source: M. J. Wichura, algorithm AS 241 (1988), PPND16.
  package static func quantile(_ share: Double) -> Double {
    let q = share - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * ratio(r, central)
    }
    let tail = (-log(q < 0 ? share : 1 - share)).squareRoot()
    let value = tail <= 5 ? ratio(tail - 1.6, middle) : ratio(tail - 5, far)
    return q < 0 ? -value : value
  }

  /// Two polynomials, lowest coefficient first.
  private typealias Coefficients = (above: [Double], below: [Double])

  private static func ratio(_ r: Double, _ coefficients: Coefficients) -> Double {
    polynomial(r, coefficients.above) / polynomial(r, coefficients.below)
  }

  private static func polynomial(_ r: Double, _ coefficients: [Double]) -> Double {
    coefficients.reversed().reduce(0) { $0 * r + $1 }
  }

  private static let central: Coefficients = (
    [
      3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
      45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ],
    [
      1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
      21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ]
  )
  private static let middle: Coefficients = (
    [
      1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
      3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
      0.0227238449892691845833, 7.74545014278341407640e-4,
    ],
    [
      1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
      0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ]
  )
  private static let far: Coefficients = (
    [
      6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
      0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860,
      2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    [
      1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ]
  )
}
