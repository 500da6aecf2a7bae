@_implementationOnly import Glibc

/// How many pairs of rows stand in the same order in two samples, in opposite order, or tied.
///
/// Cost: O(n log n). Source: Knight 1966.
struct KendallOrders {
  let count: Int
  /// Pairs in the same order less pairs in opposite order.
  let score: Int
  /// Pairs in opposite order.
  let discordant: Int
  private let tiesX: [Int]
  private let tiesY: [Int]

  init(_ x: [Double], _ y: [Double]) {
    let n = x.count
    let rankX = Ranks(x)
    let rankY = Ranks(y)
    let (rx, ry) = (rankX.ranks, rankY.ranks)
    // Rows in order of y, then kept in that order while sorted by x.
    let byY = sortedOrder(y)
    let order = sortedOrder(byY.map { x[Int($0)] }).map { Int(byY[Int($0)]) }
    var tiedBoth = 0
    var start = 0
    while start < n {
      var end = start + 1
      while end < n, rx[order[end]] == rx[order[start]], ry[order[end]] == ry[order[start]] {
        end += 1
      }
      tiedBoth += (end - start) * (end - start - 1) / 2
      start = end
    }
    var sorted = order.map { ry[$0] }
    var spare = sorted
    discordant = Self.exchanges(&sorted, &spare, 0..<n)
    func pairs(_ ties: [Int]) -> Int { ties.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
    let total = n * (n - 1) / 2
    let (tiedX, tiedY) = (pairs(rankX.ties), pairs(rankY.ties))
    score = total - tiedX - tiedY + tiedBoth - 2 * discordant
    count = n
    tiesX = rankX.ties
    tiesY = rankY.ties
  }

  /// How many pairs stand in falling order, found while merging.
  private static func exchanges(
    _ values: inout [Double], _ spare: inout [Double], _ range: Range<Int>
  ) -> Int {
    guard range.count > 1 else { return 0 }
    let middle = (range.lowerBound + range.upperBound) / 2
    var found =
      exchanges(&values, &spare, range.lowerBound..<middle)
      + exchanges(&values, &spare, middle..<range.upperBound)
    var (left, right) = (range.lowerBound, middle)
    for place in range {
      if right == range.upperBound || (left < middle && values[left] <= values[right]) {
        spare[place] = values[left]
        left += 1
      } else {
        spare[place] = values[right]
        found += middle - left
        right += 1
      }
    }
    for place in range { values[place] = spare[place] }
    return found
  }

  private func tied(_ ties: [Int], _ body: (Double) -> Double) -> Double {
    ties.reduce(0) { $0 + body(Double($1)) }
  }

  /// The score over the geometric mean of the pairs that are not tied in either sample.
  var tau: Double {
    let total = Double(count) * Double(count - 1) / 2
    let x = total - tied(tiesX) { $0 * ($0 - 1) / 2 }
    let y = total - tied(tiesY) { $0 * ($0 - 1) / 2 }
    return Swift.min(Swift.max(Double(score) / x.squareRoot() / y.squareRoot(), -1), 1)
  }

  func test(_ alternative: TestResult.Alternative) -> TestResult {
    let pairs = count * (count - 1) / 2
    let hasTies = !tiesX.isEmpty || !tiesY.isEmpty
    let isExact = !hasTies && (count <= 33 || Swift.min(discordant, pairs - discordant) <= 1)
    let p = isExact ? exactP(alternative) : Tails.normal(score: z, alternative)
    var result = TestResult("Kendall's τ-b", .init("τ", tau), pValue: p)
    result.notes = [isExact ? "p-value: exact" : "p-value: normal approximation"]
    return result
  }

  private var z: Double {
    let n = Double(count)
    let all = n * (n - 1)
    let first = tied(tiesX) { $0 * ($0 - 1) * (2 * $0 + 5) }
    let second = tied(tiesY) { $0 * ($0 - 1) * (2 * $0 + 5) }
    let pairsX = tied(tiesX) { $0 * ($0 - 1) }
    let pairsY = tied(tiesY) { $0 * ($0 - 1) }
    let triplesX = tied(tiesX) { $0 * ($0 - 1) * ($0 - 2) }
    let triplesY = tied(tiesY) { $0 * ($0 - 1) * ($0 - 2) }
    var variance = (all * (2 * n + 5) - first - second) / 18 + pairsX * pairsY / (2 * all)
    if n > 2 { variance += triplesX * triplesY / (9 * all * (n - 2)) }
    return Double(score) / variance.squareRoot()
  }

  /// Sums over the numbers of permutations with few exchanges.
  private func exactP(_ alternative: TestResult.Alternative) -> Double {
    let pairs = count * (count - 1) / 2
    func atMost(_ most: Int) -> Double {
      if most < 0 { return 0 }
      if most >= pairs { return 1 }
      // Shares, not counts, so that no factorial overflows.
      var shares = [Double](repeating: 0, count: most + 1)
      shares[0] = 1
      for size in 1..<Swift.max(count, 2) {
        var sums = shares
        for place in 1..<Swift.max(sums.count, 1) { sums[place] += sums[place - 1] }
        for place in 0...most {
          let before = place - size - 1
          shares[place] = (sums[place] - (before >= 0 ? sums[before] : 0)) / Double(size + 1)
        }
      }
      return shares.reduce(0, +)
    }
    switch alternative {
    case .greater: return atMost(discordant)
    case .less: return atMost(pairs - discordant)
    case .twoSided: return Swift.min(1, 2 * atMost(Swift.min(discordant, pairs - discordant)))
    }
  }
}
