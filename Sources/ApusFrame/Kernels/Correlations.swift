/// Pearson's correlation of two columns in each group, over the rows in which both have a value.
/// - Missing: fewer than two such rows give null; a column that does not vary gives NaN.
/// - Accuracy: two passes around the means of the rows that count.
func correlations(
  _ left: FixedWidthColumn<Double>, _ right: FixedWidthColumn<Double>, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Double> {
  let validity = Bitmap.both(left.validity, right.validity)
  let leftMeans = try means(
    .float64(FixedWidthColumn(left.values, validity: validity)), grouping
  ).values
  let rightMeans = try means(
    .float64(FixedWidthColumn(right.values, validity: validity)), grouping
  ).values
  let moments = try left.values.read { left throws(FrameError) in
    try right.values.read { right throws(FrameError) in
      try leftMeans.read { leftMeans throws(FrameError) in
        try rightMeans.read { rightMeans throws(FrameError) in
          try grouping.withCodes { code throws(FrameError) in
            try reduced(grouping, validity, from: Moments()) { state, row in
              let group = code(row)
              state.add(left[row] - leftMeans[group], right[row] - rightMeans[group])
            } merge: {
              $0.merge($1)
            }
          }
        }
      }
    }
  }
  return FixedWidthColumn(
    moments.map(\.correlation),
    validity: Bitmap(count: moments.count) { moments[$0].count > 1 })
}

/// Sums of products of deviations.
private struct Moments: BitwiseCopyable, Sendable {
  private var left = 0.0
  private var right = 0.0
  private var both = 0.0
  var count = 0

  @inline(__always)
  mutating func add(_ x: Double, _ y: Double) {
    left += x * x
    right += y * y
    both += x * y
    count &+= 1
  }

  mutating func merge(_ other: Moments) {
    left += other.left
    right += other.right
    both += other.both
    count += other.count
  }

  var correlation: Double {
    guard count > 1 else { return 0 }
    guard left != 0, right != 0 else { return .nan }
    let value = both / (left.squareRoot() * right.squareRoot())
    return value.isNaN ? .nan : Swift.min(Swift.max(value, -1), 1)
  }
}
