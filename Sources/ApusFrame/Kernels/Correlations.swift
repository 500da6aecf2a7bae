/// Pearson's correlation of two columns in each group, over the rows in which both have a value.
/// - Missing: fewer than two such rows give null; a column that does not vary gives NaN.
/// - Accuracy: one pass around the first values of each group; where those lie so far from the means
///   that digits would be lost, a second one around the means of the rows that count.
/// - Source: T. F. Chan, G. H. Golub, R. J. LeVeque 1983, The American Statistician 37(3), shifted
///   data.
func correlations(
  _ left: FixedWidthColumn<Double>, _ right: FixedWidthColumn<Double>, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Double> {
  let validity = Bitmap.both(left.validity, right.validity)
  var moments = try left.values.read { left throws(FrameError) in
    try right.values.read { right throws(FrameError) in
      try reduced(grouping, validity, by: FirstMoments(left: left, right: right))
    }
  }
  if (0..<moments.count).contains(where: { moments[$0].isInexact }) {
    let centres = moments
    moments = try left.values.read { left throws(FrameError) in
      try right.values.read { right throws(FrameError) in
        try centres.read { centres throws(FrameError) in
          try grouping.withCodes { codes throws(FrameError) in
            try reduced(
              grouping, validity,
              by: CentredMoments(left: left, right: right, centres: centres, codes: codes))
          }
        }
      }
    }
  }
  return FixedWidthColumn(
    moments.map(\.correlation),
    validity: Bitmap(count: moments.count) { moments[$0].count > 1 })
}

/// Sums of deviations from two centres, which are the first values; a cache line long.
private struct Moments: BitwiseCopyable, Sendable {
  private var centreX = 0.0
  private var centreY = 0.0
  private var sumX = 0.0
  private var sumY = 0.0
  private var squaresX = 0.0
  private var squaresY = 0.0
  private var products = 0.0
  var count = 0

  @inline(__always)
  mutating func add(_ x: Double, _ y: Double) {
    if count == 0 { (centreX, centreY) = (x, y) }
    addDeviations(x - centreX, y - centreY)
  }

  /// Adds deviations from the means that another pass found.
  @inline(__always)
  mutating func add(_ x: Double, _ y: Double, around other: Moments) {
    if count == 0 { (centreX, centreY) = (other.meanX, other.meanY) }
    addDeviations(x - centreX, y - centreY)
  }

  @inline(__always)
  private mutating func addDeviations(_ x: Double, _ y: Double) {
    sumX += x
    sumY += y
    squaresX += x * x
    squaresY += y * y
    products += x * y
    count &+= 1
  }

  private var meanX: Double { centreX + sumX / Double(count) }
  private var meanY: Double { centreY + sumY / Double(count) }

  mutating func merge(_ other: Moments) {
    guard count > 0 else {
      self = other
      return
    }
    guard other.count > 0 else { return }
    // The other's deviations, as they are from these centres.
    let (x, y) = (other.centreX - centreX, other.centreY - centreY)
    let n = Double(other.count)
    squaresX += other.squaresX + 2 * x * other.sumX + n * x * x
    squaresY += other.squaresY + 2 * y * other.sumY + n * y * y
    products += other.products + x * other.sumY + y * other.sumX + n * x * y
    sumX += other.sumX + n * x
    sumY += other.sumY + n * y
    count += other.count
  }

  private var leftSquares: Double { squaresX - sumX * sumX / Double(count) }
  private var rightSquares: Double { squaresY - sumY * sumY / Double(count) }

  /// Whether the centres lie so far from the means that more than four digits are lost.
  var isInexact: Bool {
    guard count > 1 else { return false }
    return squaresX > leftSquares * 1e4 || squaresY > rightSquares * 1e4
  }

  var correlation: Double {
    guard count > 1 else { return 0 }
    let (left, right) = (leftSquares, rightSquares)
    guard left > 0, right > 0 else { return .nan }
    let both = products - sumX * sumY / Double(count)
    let value = both / (left.squareRoot() * right.squareRoot())
    return value.isNaN ? .nan : Swift.min(Swift.max(value, -1), 1)
  }
}

/// Moments around the first values.
private struct FirstMoments: Reducer {
  static let isUnordered = false
  let left: UnsafePointer<Double>
  let right: UnsafePointer<Double>
  let initial = Moments()

  @inline(__always)
  func update(_ state: inout Moments, _ row: Int) { state.add(left[row], right[row]) }

  func merge(_ state: inout Moments, _ other: Moments) { state.merge(other) }
}

/// Moments around the means that another pass found.
private struct CentredMoments: Reducer {
  static let isUnordered = false
  let left: UnsafePointer<Double>
  let right: UnsafePointer<Double>
  let centres: UnsafePointer<Moments>
  let codes: GroupOfRow
  let initial = Moments()

  @inline(__always)
  func update(_ state: inout Moments, _ row: Int) {
    state.add(left[row], right[row], around: centres[codes[row]])
  }

  func merge(_ state: inout Moments, _ other: Moments) { state.merge(other) }
}
