/// Exact distributions of sums of ranks when every order is equally likely; ties are allowed.
///
/// Ranks count double, so that the mean rank of ties is a whole number.
enum RankDistributions {
  /// How likely each sum of the doubled ranks of `chosen` of all values is.
  ///
  /// Cost: values × chosen × sum.
  static func subsetSums(of doubled: [Int], choosing chosen: Int) -> [Double] {
    let total = doubled.sorted().suffix(chosen).reduce(0, +)
    let width = total + 1
    // shares[k * width + s]: the share of ways to have k of the values seen with sum s.
    var ways = [Double](repeating: 0, count: (chosen + 1) * width)
    ways[0] = 1
    var seen = 0
    for rank in doubled {
      seen += 1
      for k in stride(from: Swift.min(chosen, seen), through: 1, by: -1) {
        guard rank <= total else { continue }
        for sum in stride(from: total, through: rank, by: -1) {
          ways[k * width + sum] += ways[(k - 1) * width + sum - rank]
        }
      }
    }
    let row = Array(ways[(chosen * width)...])
    let all = row.reduce(0, +)
    return row.map { $0 / all }
  }

  /// How likely each sum of the doubled ranks with a positive sign is.
  static func signedSums(of doubled: [Int]) -> [Double] {
    let total = doubled.reduce(0, +)
    var shares = [Double](repeating: 0, count: total + 1)
    shares[0] = 1
    for rank in doubled {
      for sum in stride(from: total, through: 0, by: -1) {
        shares[sum] = (shares[sum] + (sum >= rank ? shares[sum - rank] : 0)) / 2
      }
    }
    return shares
  }

  /// The p-value of a sum of doubled ranks.
  static func pValue(
    _ sum: Int, _ shares: [Double], _ alternative: TestResult.Alternative
  ) -> Double {
    let lower = shares.prefix(sum + 1).reduce(0, +)
    let upper = shares.dropFirst(sum).reduce(0, +)
    switch alternative {
    case .less: return lower
    case .greater: return upper
    case .twoSided: return Swift.min(1, 2 * Swift.min(lower, upper))
    }
  }
}

/// How a p-value is found.
public enum PValueMethod: Sendable {
  /// Exact for small samples, else by the distribution for large ones.
  case automatic
  /// By counting.
  case exact
  /// By the distribution for large samples.
  case asymptotic
}
