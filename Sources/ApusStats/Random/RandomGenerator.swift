/// Random numbers that are a function of (seed, stream, position): the same seed gives the same
/// numbers on every machine, and work that is split over threads gives the same at any number of
/// them.
///
/// ```swift
/// var random = RandomGenerator(seed: 7)
/// let noise = Normal(mean: 0, sd: 1).random(1000, using: &random)
/// let pick = [1, 2, 3].randomElement(using: &random)
/// ```
public struct RandomGenerator: RandomNumberGenerator, Sendable {
  /// The seed that it was made with.
  public let seed: UInt64
  /// Which of the seed's independent streams this is.
  public let stream: UInt64
  /// How many blocks of two numbers have been begun.
  package private(set) var position: UInt64
  /// The second number of the block begun last, while it is unused.
  private var rest: UInt64?

  /// The generator of a seed at the beginning of one of its streams.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.init(seed: seed, stream: stream, position: 0)
  }

  /// The generator at a place of a stream.
  package init(seed: UInt64, stream: UInt64, position: UInt64) {
    self.seed = seed
    self.stream = stream
    self.position = position
  }

  /// A generator whose seed the system chose; `seed` tells it, so that a run can be repeated.
  public init() {
    var system = SystemRandomNumberGenerator()
    self.init(seed: system.next())
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if let rest {
      self.rest = nil
      return rest
    }
    let (first, second) = block(at: position)
    position &+= 1
    rest = second
    return first
  }

  /// Another stream of the same seed, at its beginning. Streams that are split off different
  /// streams by the same number differ too.
  public func split(_ index: Int) -> RandomGenerator {
    let (first, _) = RandomGenerator(seed: seed ^ 0x6A09_E667_F3BC_C908, stream: stream)
      .block(at: UInt64(bitPattern: Int64(index)))
    return RandomGenerator(seed: seed, stream: first)
  }

  /// A number from the half-open range 0 ..< 1, a multiple of 2^-53.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number between 0 and 1, neither of them: an odd multiple of 2^-54.
  package mutating func openUniform() -> Double { RandomGenerator.open(next()) }

  /// A whole number from 0 ..< `bound`, each equally likely.
  package mutating func index(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next(upperBound: UInt64(bound)))
  }

  /// The two numbers of a block of this stream.
  package func block(at position: UInt64) -> (UInt64, UInt64) {
    let words = Philox.block(
      SIMD4(
        UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    return (UInt64(words.y) << 32 | UInt64(words.x), UInt64(words.w) << 32 | UInt64(words.z))
  }

  /// Takes `count` blocks for work that is split over threads: the position of the first of them.
  /// Numbers drawn later come after them.
  package mutating func reserve(blocks count: Int) -> UInt64 {
    rest = nil
    defer { position &+= UInt64(count) }
    return position
  }

  /// The same stream at another position.
  package func at(_ position: UInt64) -> RandomGenerator {
    RandomGenerator(seed: seed, stream: stream, position: position)
  }

  /// 64 bits as a number between 0 and 1, neither of them.
  static func open(_ bits: UInt64) -> Double { (Double(bits >> 11) + 0.5) * 0x1p-53 }
}
