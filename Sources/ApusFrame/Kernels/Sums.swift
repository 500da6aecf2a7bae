/// A sum of floating-point numbers and what its roundings lost.
/// - Accuracy: the error does not grow with the number of values.
/// - Source: D. E. Knuth, The Art of Computer Programming 2, 4.2.2 (two-sum); A. Neumaier 1974,
///   ZAMM 54 (the second sum).
struct CompensatedSum: BitwiseCopyable, Sendable {
  private var sum = 0.0
  private var lost = 0.0

  init() {}

  @inline(__always)
  mutating func add(_ value: Double) {
    let next = sum + value
    let added = next - sum
    lost += (sum - (next - added)) + (value - added)
    sum = next
  }

  @inline(__always)
  mutating func merge(_ other: CompensatedSum) {
    add(other.sum)
    lost += other.lost
  }

  /// The sum; beside an infinity what was lost is NaN, and means nothing.
  var value: Double { sum.isFinite ? sum + lost : sum }
}

/// The sum of each group; 0 without values. Whole numbers are checked for overflow.
func sums(
  _ column: ColumnStorage, _ grouping: Grouping, label: String
) throws(FrameError) -> ColumnStorage {
  switch column {
  case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32:
    guard let sums = try wholeSums(column, grouping) else { break }
    return .int64(try checked(sums, label: label))
  case .uint64:
    guard let sums = try wholeSums(column, grouping) else { break }
    return .uint64(try checked(sums, label: label))
  case .duration(_, let unit):
    guard let sums = try wholeSums(column, grouping) else { break }
    return .duration(try checked(sums, label: label), unit)
  case .decimal(let values, _, let scale):
    return .decimal(
      try decimalSums(values, grouping, label: label), precision: 38, scale: scale)
  case .float32(let values):
    let sums = try compensatedSums(values.mapped(Double.init), grouping)
    return .float32(FixedWidthColumn(sums.map { Float($0.value) }))
  case .float64(let values):
    return .float64(FixedWidthColumn(try compensatedSums(values, grouping).map(\.value)))
  case .string, .binary, .date, .time, .datetime, .uuid, .categorical, .enum, .list, .struct: break
  }
  preconditionFailure("no sum of \(column.type)")
}

/// The exact sum of each group of whole numbers, or of what is kept as such.
private func wholeSums(
  _ column: ColumnStorage, _ grouping: Grouping
) throws(FrameError) -> Values<Int128>? {
  switch column.plain {
  case .bits(let values): try wholeSums(values.mapped { $0 ? 1 as UInt8 : 0 }, grouping)
  case .int8(let values): try wholeSums(values, grouping)
  case .int16(let values): try wholeSums(values, grouping)
  case .int32(let values): try wholeSums(values, grouping)
  case .int64(let values): try wholeSums(values, grouping)
  case .uint8(let values): try wholeSums(values, grouping)
  case .uint16(let values): try wholeSums(values, grouping)
  case .uint32(let values): try wholeSums(values, grouping)
  case .uint64(let values): try largeSums(values, grouping)
  case .int128, .float32, .float64, .texts: nil
  }
}

private func decimalSums(
  _ column: FixedWidthColumn<Int128>, _ grouping: Grouping, label: String
) throws(FrameError) -> FixedWidthColumn<Int128> {
  let sums = try column.values.read { source throws(FrameError) in
    try reduced(grouping, column.validity, by: DecimalSums(source: source))
  }
  var isTooLarge = false
  let values = sums.map { state in
    isTooLarge = isTooLarge || state.isTooLarge
    return state.sum
  }
  guard !isTooLarge else {
    throw FrameError(
      code: .overflow, what: "a sum exceeds 38 digits", place: label,
      mend: "sum in floating point, as in sum(col(\"x\").cast(to: .float64))")
  }
  return FixedWidthColumn(values)
}

/// A sum of coefficients, and whether one on its way had more than 38 digits.
private struct DecimalSum: BitwiseCopyable, Sendable {
  var sum: Int128 = 0
  var isTooLarge = false

  @inline(__always)
  mutating func add(_ value: Int128) {
    let (next, overflow) = sum.addingReportingOverflow(value)
    sum = next
    isTooLarge = isTooLarge || overflow || next.magnitude >= Decimal128.powers[38].magnitude
  }

  @inline(__always)
  mutating func merge(_ other: DecimalSum) {
    add(other.sum)
    isTooLarge = isTooLarge || other.isTooLarge
  }
}

private struct DecimalSums: Reducer {
  // Whether a sum on its way was too large depends on the way.
  static let isUnordered = false
  let source: UnsafePointer<Int128>
  let initial = DecimalSum()

  @inline(__always)
  func update(_ sum: inout DecimalSum, _ row: Int) { sum.add(source[row]) }

  func merge(_ sum: inout DecimalSum, _ other: DecimalSum) { sum.merge(other) }
}

private func checked<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
  _ sums: Values<Int128>, label: String
) throws(FrameError) -> FixedWidthColumn<Number> {
  var isTooLarge = false
  let values = sums.map { sum in
    isTooLarge = isTooLarge || Number(exactly: sum) == nil
    return Number(truncatingIfNeeded: sum)
  }
  guard !isTooLarge else {
    throw FrameError(
      code: .overflow, what: "a sum exceeds 64 bits", place: label,
      mend: "sum in floating point, as in sum(col(\"x\") * 1.0)")
  }
  return FixedWidthColumn(values)
}

private func compensatedSums(
  _ column: FixedWidthColumn<Double>, _ grouping: Grouping
) throws(FrameError) -> Values<CompensatedSum> {
  try column.values.read { source throws(FrameError) in
    try reduced(grouping, column.validity, by: CompensatedSums(source: source))
  }
}

private struct CompensatedSums: Reducer {
  static let isUnordered = true
  let source: UnsafePointer<Double>
  let initial = CompensatedSum()

  @inline(__always)
  func update(_ sum: inout CompensatedSum, _ row: Int) { sum.add(source[row]) }

  func merge(_ sum: inout CompensatedSum, _ other: CompensatedSum) { sum.merge(other) }
}

/// The mean of each group, of Bool the share of true; null without values.
func means(
  _ column: ColumnStorage, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Double> {
  let counts = try counts(column.validity, grouping)
  let totals: Values<Double>
  if let sums = try wholeSums(column, grouping) {
    totals = sums.map { Double($0) }
  } else {
    guard let values = column.doubles else { preconditionFailure("no mean of \(column.type)") }
    totals = try compensatedSums(values, grouping).map(\.value)
  }
  let values = Values<Double>(count: counts.count) { target in
    for group in 0..<counts.count {
      target[group] = counts[group] > 0 ? totals[group] / Double(counts[group]) : 0
    }
  }
  return FixedWidthColumn(
    values, validity: Bitmap(count: counts.count) { counts[$0] > 0 })
}

/// The variance of each group as of a sample; null for fewer than two values.
/// - Accuracy: two passes, the second corrected by the sum of deviations.
/// - Source: T. F. Chan, G. H. Golub, R. J. LeVeque 1983, The American Statistician 37(3), (1.7).
func variances(
  _ column: FixedWidthColumn<Double>, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Double> {
  let centres = try means(.float64(column), grouping).values
  let deviations = try centres.read { centres throws(FrameError) in
    try column.values.read { source throws(FrameError) in
      try grouping.withCodes { codes throws(FrameError) in
        try reduced(
          grouping, column.validity,
          by: DeviationSums(source: source, centres: centres, codes: codes))
      }
    }
  }
  return FixedWidthColumn(
    deviations.map(\.variance),
    validity: Bitmap(count: deviations.count) { deviations[$0].count > 1 })
}

/// Sums of deviations from a centre.
private struct Deviations: BitwiseCopyable, Sendable {
  private var squares = 0.0
  private var sum = 0.0
  var count = 0

  @inline(__always)
  mutating func add(_ deviation: Double) {
    squares += deviation * deviation
    sum += deviation
    count &+= 1
  }

  mutating func merge(_ other: Deviations) {
    squares += other.squares
    sum += other.sum
    count += other.count
  }

  var variance: Double {
    guard count > 1 else { return 0 }
    // `max` of 0 and NaN is 0, but a group that holds NaN or an infinity has no variance.
    if squares.isNaN { return .nan }
    return Swift.max(0, squares - sum * sum / Double(count)) / Double(count - 1)
  }
}

private struct DeviationSums: Reducer {
  static let isUnordered = true
  let source: UnsafePointer<Double>
  let centres: UnsafePointer<Double>
  let codes: GroupOfRow
  let initial = Deviations()

  @inline(__always)
  func update(_ state: inout Deviations, _ row: Int) {
    state.add(source[row] - centres[codes[row]])
  }

  func merge(_ state: inout Deviations, _ other: Deviations) { state.merge(other) }
}

/// The group of each row.
struct GroupOfRow {
  fileprivate let codes: UnsafePointer<UInt32>
  fileprivate let isWhole: Bool

  @inline(__always)
  subscript(row: Int) -> Int { isWhole ? 0 : Int(codes[row]) }
}

extension Grouping {
  /// Lets `body` ask for the group of a row.
  @inline(__always)
  func withCodes<Result>(
    _ body: (GroupOfRow) throws(FrameError) -> Result
  ) throws(FrameError) -> Result {
    try codes.read { codes throws(FrameError) in
      try body(GroupOfRow(codes: codes, isWhole: isWhole))
    }
  }
}

extension Values {
  /// Each value turned into another, in order.
  @inline(__always)
  func map<Result: BitwiseCopyable & Sendable>(_ body: (Element) -> Result) -> Values<Result> {
    Values<Result>(count: count) { target in
      read { source in
        for place in 0..<count { target[place] = body(source[place]) }
      }
    }
  }
}
