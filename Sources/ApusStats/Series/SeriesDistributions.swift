private import Glibc

/// Probabilities that series need.
enum SeriesDistributions {
  static func normalCumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  static func normalQuantile(_ p: Double) -> Double {
    var z = 0.0
    for _ in 0..<60 {
      let step = (normalCumulative(z) - p) / (exp(-0.5 * z * z) / (2 * Double.pi).squareRoot())
      z -= max(-1, min(1, step))
    }
    return z
  }

  static func chiSquaredTail(_ x: Double, _ df: Int) -> Double {
    let (a, h) = (Double(df) / 2, x / 2)
    var (term, sum, n) = (1 / a, 1 / a, a)
    for _ in 0..<2000 {
      n += 1
      term *= h / n
      sum += term
    }
    return 1 - sum * exp(-h + a * log(h) - lgamma(a))
  }
}

struct SeriesNoise {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53
  }
  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}
