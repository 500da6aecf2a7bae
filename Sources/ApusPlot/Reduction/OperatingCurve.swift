/// The receiver operating characteristic of scores for two classes, and the area under it.
package struct OperatingCurve: Sendable {
  /// The share of negatives and of positives whose score is at least the threshold, from (0, 0) to
  /// (1, 1); where there are many corners, evenly chosen ones.
  package let falsePositiveRates: [Double]
  package let truePositiveRates: [Double]
  /// The area under the whole curve; ties count half.
  package let area: Double
  package let positives: Int
  package let negatives: Int

  /// The curve of the scores of both classes, each sorted in ascending order and not empty.
  package init(positives: [Double], negatives: [Double], limit: Int = 1000) {
    self.positives = positives.count
    self.negatives = negatives.count
    var (xs, ys) = ([0.0], [0.0])
    var (p, n) = (positives.count, negatives.count)
    let least = Swift.max(positives.count, negatives.count) > limit ? 1 / Double(limit) : 0
    var area = 0.0
    var isRising = 0
    while p > 0 || n > 0 {
      let score = Swift.max(
        p > 0 ? positives[p - 1] : -.infinity, n > 0 ? negatives[n - 1] : -.infinity)
      let (fromP, fromN) = (p, n)
      while p > 0, positives[p - 1] == score { p -= 1 }
      while n > 0, negatives[n - 1] == score { n -= 1 }
      let above = Double(positives.count - p)
      area += Double(fromN - n) * (above - Double(fromP - p) / 2)
      let x = Double(negatives.count - n) / Double(negatives.count)
      let y = above / Double(positives.count)
      // Corners on a straight piece say nothing.
      let direction = fromN == n ? 1 : (fromP == p ? 2 : 0)
      if direction != 0, direction == isRising {
        xs.removeLast()
        ys.removeLast()
      }
      isRising = direction
      xs.append(x)
      ys.append(y)
    }
    self.area = area / (Double(positives.count) * Double(negatives.count))
    var kept = [0]
    for place in xs.indices.dropFirst() {
      let last = kept[kept.count - 1]
      if place == xs.count - 1 || xs[place] - xs[last] + ys[place] - ys[last] >= least {
        kept.append(place)
      }
    }
    falsePositiveRates = kept.map { xs[$0] }
    truePositiveRates = kept.map { ys[$0] }
  }
}
