@_implementationOnly import Glibc

/// How many rows a sample takes.
package enum SampleSize: Sendable, Hashable {
  case rows(Int)
  case share(Double)
}

/// Rows drawn at random: the same ones for the same seed.
///
/// Without replacement each row draws a number and those of the greatest are taken; by weights, of
/// the numbers raised to 1 over the weight (Efraimidis and Spirakis 2006, Information Processing
/// Letters 97, algorithm A). With replacement by inversion of the cumulative weights.
struct SampleStep: FrameStep {
  let size: SampleSize
  let isReplacing: Bool
  let weights: Int?
  let isShuffled: Bool
  let seed: UInt64

  func text(_ names: [String]) -> String {
    let by = weights.map { ", weighed by \(names[$0])" } ?? ""
    return switch size {
    case .rows(let count): "sample \(count) rows\(by)"
    case .share(let share): "sample \(share) of the rows\(by)"
    }
  }
  var decidingColumns: Set<Int>? { weights.map { [$0] } ?? [] }
  func moved(_ place: (Int) -> Int) -> SampleStep {
    SampleStep(
      size: size, isReplacing: isReplacing, weights: weights.map(place), isShuffled: isShuffled,
      seed: seed)
  }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    let wanted =
      switch size {
      case .rows(let count): count
      case .share(let share): Int((Double(frame.rowCount) * share).rounded())
      }
    let weights = try self.weights.map { place throws(FrameError) in
      try SampleStep.weights(frame, place, label)
    }
    let eligible =
      weights.map { $0.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } } ?? frame.rowCount
    guard isReplacing ? eligible > 0 || wanted == 0 : wanted <= eligible else {
      throw FrameError(
        code: .badValue,
        what: "a sample of \(wanted) of \(eligible) rows\(weights == nil ? "" : " with a weight")",
        place: label, mend: isReplacing ? nil : "take fewer, or sample with replacement")
    }
    var random = SplitMix64(state: seed)
    var rows =
      isReplacing
      ? SampleStep.drawn(wanted, of: frame.rowCount, weights, &random)
      : SampleStep.chosen(wanted, of: frame.rowCount, weights, &random)
    if isShuffled { rows.shuffle(using: &random) } else { rows.sort() }
    return try frame.gathered(RowSelection(rows: Values(rows), isScattered: isShuffled))
  }

  private static func weights(
    _ frame: DataFrame, _ place: Int, _ label: String
  ) throws(FrameError) -> [Double] {
    let column = frame.columns[place]
    var weights: [Double] = []
    weights.reserveCapacity(frame.rowCount)
    for row in 0..<frame.rowCount {
      let weight = column.scalar(at: row).number ?? 0
      guard weight >= 0, weight.isFinite else {
        throw FrameError(
          code: .badValue, what: "the weight \(weight) in row \(row)", place: label,
          mend: "weights are numbers of at least 0; null is 0")
      }
      weights.append(weight)
    }
    return weights
  }

  private static func chosen(
    _ wanted: Int, of count: Int, _ weights: [Double]?, _ random: inout SplitMix64
  ) -> [UInt32] {
    var keys: [(key: Double, row: UInt32)] = []
    keys.reserveCapacity(count)
    for row in 0..<count {
      let number = random.unit()
      // The logarithm of the number raised to 1 over the weight: the same order, without underflow.
      let key =
        switch weights {
        case nil: number
        case .some(let weights): weights[row] > 0 ? log(number) / weights[row] : -.infinity
        }
      if key > -.infinity { keys.append((key, UInt32(row))) }
    }
    keys.sort { $0.key > $1.key || ($0.key == $1.key && $0.row < $1.row) }
    return keys.prefix(wanted).map(\.row)
  }

  private static func drawn(
    _ wanted: Int, of count: Int, _ weights: [Double]?, _ random: inout SplitMix64
  ) -> [UInt32] {
    guard let weights else {
      return (0..<wanted).map { _ in UInt32.random(in: 0..<UInt32(count), using: &random) }
    }
    var ends: [Double] = []
    var total = 0.0
    for weight in weights {
      total += weight
      ends.append(total)
    }
    return (0..<wanted).map { _ in
      let point = random.unit() * total
      var (low, high) = (0, count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] < point { low = middle + 1 } else { high = middle }
      }
      return UInt32(low)
    }
  }
}

/// A generator of random numbers that a seed starts.
/// - Source: G. L. Steele, D. Lea, C. H. Flood 2014, Fast splittable pseudorandom number generators.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A number above 0 and up to 1.
  mutating func unit() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }
}
