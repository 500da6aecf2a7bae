/// Sums of rows by bin that tell how good a split is. Each row is one word; the same code grows
/// trees for classes and for numbers, compiled for each.
protocol SplitSums {
  associatedtype Word: BitwiseCopyable
  /// How many numbers a leaf says.
  var width: Int { get }
  /// A row that counts `weight` times.
  func word(_ row: Int, weight: Int) -> Word
  /// Adds a row's word to a bin.
  func add(_ word: Word, _ bin: Int)
  /// Empties a bin.
  func clear(_ bin: Int)
  /// Notes the sums of all rows of a node; gives whether they are all alike.
  mutating func total(_ words: UnsafePointer<Word>, _ range: Range<Int>) -> Bool
  /// What a leaf with the noted rows says.
  var leaf: [Double] { get }
  /// The node's own score, which a split must beat.
  var score: Double { get }
  /// Begins to move bins from right to left.
  mutating func begin()
  /// Moves a bin to the left side.
  mutating func move(_ bin: Int)
  /// How many rows are on the left side.
  var leftCount: Int { get }
  /// The score of both sides.
  var splitScore: Double { get }
}

/// Weights of classes by bin: Gini's impurity. A word is the class, the weight and a count of 1.
struct ClassSums: SplitSums {
  let width: Int
  private let codes: [Int32]
  /// Sums by bin and class: the weight above, the count of rows below.
  private let bins: UnsafeMutablePointer<UInt64>
  private let all: UnsafeMutablePointer<UInt64>
  private let left: UnsafeMutablePointer<UInt64>
  private var squares = (left: 0.0, right: 0.0)
  private var weights = (left: 0.0, right: 0.0)
  private(set) var leftCount = 0
  private(set) var score = 0.0

  struct Word: BitwiseCopyable {
    var amount: UInt64
    var code: Int
  }

  init(_ target: ClassTarget) {
    codes = target.codes
    width = target.labels.count
    bins = .allocate(capacity: 256 * width)
    bins.initialize(repeating: 0, count: 256 * width)
    all = .allocate(capacity: width)
    left = .allocate(capacity: width)
  }

  func release() {
    bins.deallocate()
    all.deallocate()
    left.deallocate()
  }

  func word(_ row: Int, weight: Int) -> Word {
    Word(amount: UInt64(weight) << 32 | 1, code: Int(codes[row]))
  }

  @inline(__always)
  func add(_ word: Word, _ bin: Int) { bins[bin &* width &+ word.code] &+= word.amount }

  @inline(__always)
  func clear(_ bin: Int) {
    for code in 0..<width { bins[bin &* width &+ code] = 0 }
  }

  mutating func total(_ words: UnsafePointer<Word>, _ range: Range<Int>) -> Bool {
    all.update(repeating: 0, count: width)
    for place in range { all[words[place].code] &+= words[place].amount }
    var sum = 0.0
    var squares = 0.0
    var kinds = 0
    for code in 0..<width {
      let weight = Double(all[code] >> 32)
      sum += weight
      squares += weight * weight
      kinds += weight > 0 ? 1 : 0
    }
    score = squares / sum
    return kinds < 2
  }

  var leaf: [Double] {
    let weights = (0..<width).map { Double(all[$0] >> 32) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  mutating func begin() {
    left.update(repeating: 0, count: width)
    squares = (0, 0)
    weights = (0, 0)
    leftCount = 0
    for code in 0..<width {
      let weight = Double(all[code] >> 32)
      squares.right += weight * weight
      weights.right += weight
    }
  }

  @inline(__always)
  mutating func move(_ bin: Int) {
    for code in 0..<width {
      let amount = bins[bin &* width &+ code]
      guard amount != 0 else { continue }
      let weight = Double(amount >> 32)
      let before = Double(left[code] >> 32)
      let rest = Double((all[code] &- left[code]) >> 32)
      squares.left += weight * (2 * before + weight)
      squares.right -= weight * (2 * rest - weight)
      weights.left += weight
      weights.right -= weight
      left[code] &+= amount
      leftCount &+= Int(amount & 0xFFFF_FFFF)
    }
  }

  var splitScore: Double { squares.left / weights.left + squares.right / weights.right }
}

/// Sums of numbers by bin: squared errors. A word is weight × value, and the weight with a count
/// of rows above it, both exact in one double.
struct NumberSums: SplitSums {
  typealias Word = SIMD2<Double>

  let width = 1
  private let values: [Double]
  private let mean: Double
  private let bins: UnsafeMutablePointer<SIMD2<Double>>
  private var all = SIMD2<Double>()
  private var left = SIMD2<Double>()
  private(set) var score = 0.0

  private static let countUnit = 0x1p26

  init(_ values: [Double]) {
    self.values = values
    mean = values.reduce(0, +) / Double(values.count)
    bins = .allocate(capacity: 256)
    bins.initialize(repeating: SIMD2(), count: 256)
  }

  func release() { bins.deallocate() }

  func word(_ row: Int, weight: Int) -> SIMD2<Double> {
    SIMD2((values[row] - mean) * Double(weight), Double(weight) + Self.countUnit)
  }

  @inline(__always)
  func add(_ word: SIMD2<Double>, _ bin: Int) { bins[bin] += word }

  @inline(__always)
  func clear(_ bin: Int) { bins[bin] = SIMD2() }

  mutating func total(_ words: UnsafePointer<SIMD2<Double>>, _ range: Range<Int>) -> Bool {
    all = SIMD2()
    let first = words[range.lowerBound]
    let value = first.x / Self.weight(first)
    var isSame = true
    for place in range {
      all += words[place]
      // Rows are alike when value × weight is, with the first row's value.
      isSame = isSame && words[place].x == value * Self.weight(words[place])
    }
    score = all.x * all.x / Self.weight(all)
    return isSame
  }

  var leaf: [Double] { [mean + all.x / Self.weight(all)] }

  mutating func begin() { left = SIMD2() }

  @inline(__always)
  mutating func move(_ bin: Int) { left += bins[bin] }

  var leftCount: Int { Int(left.y * 0x1p-26) }

  var splitScore: Double {
    let right = all - left
    return left.x * left.x / Self.weight(left) + right.x * right.x / Self.weight(right)
  }

  @inline(__always)
  private static func weight(_ sums: SIMD2<Double>) -> Double {
    sums.y - (sums.y * 0x1p-26).rounded(.down) * countUnit
  }
}
