internal import ApusFrame

@_implementationOnly import CFormats
@_implementationOnly import Synchronization

/// How a column keeps what a file stores.
enum ParquetLayout: Sendable, Equatable {
  /// A byte for each Bool, made bits at the end.
  case bool
  /// Values of a width, each made from a stored one.
  case fixed(width: Int, ParquetConversion)
  /// Views of texts, or of bytes that need not be UTF-8.
  case text(isUTF8: Bool)

  /// How many bytes a value takes in memory.
  var width: Int {
    switch self {
    case .bool: 1
    case .fixed(let width, _): width
    case .text: 16
    }
  }
}

/// What is done to a stored value of fixed width.
enum ParquetConversion: Sendable, Equatable {
  case copy
  case signed32To64, unsigned32To64
  case from32To8, from32To16
  case floatToDouble, halfToFloat
  /// INT96: nanoseconds of the day, then the Julian day.
  case int96
  case multiply(Int)
  case multiply32(Int)
  /// Signed numbers in big-endian order, or of 32 or 64 bits, made 128 bits.
  case decimal, decimal32, decimal64

  /// Turns `count` stored values of `stored` bytes each into those of memory; nothing is checked.
  func apply(
    _ source: UnsafeRawPointer, stored: Int, count: Int, to target: UnsafeMutableRawPointer
  ) {
    switch self {
    case .copy: target.copyMemory(from: source, byteCount: count * stored)
    case .signed32To64:
      each(source, Int32.self, count, target) { Int($0) }
    case .unsigned32To64:
      each(source, UInt32.self, count, target) { Int($0) }
    case .from32To8: each(source, Int32.self, count, target) { Int8(truncatingIfNeeded: $0) }
    case .from32To16: each(source, Int32.self, count, target) { Int16(truncatingIfNeeded: $0) }
    case .floatToDouble: each(source, Float.self, count, target) { Double($0) }
    case .halfToFloat: each(source, UInt16.self, count, target) { half($0) }
    case .multiply(let factor): each(source, Int.self, count, target) { $0 &* factor }
    case .multiply32(let factor): each(source, Int32.self, count, target) { Int($0) &* factor }
    case .decimal32: each(source, Int32.self, count, target) { Int128($0) }
    case .decimal64: each(source, Int.self, count, target) { Int128($0) }
    case .int96:
      let to = target.assumingMemoryBound(to: Int.self)
      for row in 0..<count {
        let nanoseconds = source.loadUnaligned(fromByteOffset: row * 12, as: Int.self)
        let day = source.loadUnaligned(fromByteOffset: row * 12 + 8, as: Int32.self)
        // Day 2 440 588 begins at noon before 1970-01-01.
        to[row] = (Int(day) - 2_440_588) &* 86_400_000_000_000 &+ nanoseconds
      }
    case .decimal:
      for row in 0..<count {
        let bytes = UnsafeRawBufferPointer(start: source + row * stored, count: stored)
        target.storeBytes(
          of: ParquetConversion.bigEndian(bytes) ?? 0, toByteOffset: row * 16, as: Int128.self)
      }
    }
  }

  /// A signed number in big-endian order; nothing when it has more than 128 bits.
  static func bigEndian(_ bytes: UnsafeRawBufferPointer) -> Int128? {
    guard let first = bytes.first else { return 0 }
    var value: Int128 = first >= 128 ? -1 : 0
    for (place, byte) in bytes.enumerated() {
      // Bytes before the last sixteen only repeat the sign.
      if place < bytes.count - 16 {
        guard byte == (first >= 128 ? 0xff : 0) else { return nil }
        continue
      }
      value = value << 8 | Int128(byte)
    }
    return value
  }

  private func half(_ bits: UInt16) -> Float { Float(Float16(bitPattern: bits)) }

  @inline(__always)
  private func each<Stored: BitwiseCopyable, Kept: BitwiseCopyable>(
    _ source: UnsafeRawPointer, _: Stored.Type, _ count: Int, _ target: UnsafeMutableRawPointer,
    _ body: (Stored) -> Kept
  ) {
    let to = target.assumingMemoryBound(to: Kept.self)
    for row in 0..<count {
      to[row] = body(
        source.loadUnaligned(fromByteOffset: row * MemoryLayout<Stored>.stride, as: Stored.self))
    }
  }
}

/// The memory of a column that is being read: chunks write to the places of their rows, several at
/// a time.
final class ParquetTarget: @unchecked Sendable {
  // Safe to share: each chunk writes only to its own rows, and heaps are added under a lock.
  let leaf: ParquetLeaf
  let values: Buffer
  /// Whether the places of texts in their chunks' dictionaries are kept, four bytes each, instead of
  /// the texts.
  let keepsPlaces: Bool
  private let heaps = Mutex<[Values<UInt8>]>([])
  private let needsTexts = Atomic<Bool>(false)

  /// Room for `count` values of a leaf.
  init(_ leaf: ParquetLeaf, count: Int, keepsPlaces: Bool = false) {
    self.leaf = leaf
    self.keepsPlaces = keepsPlaces
    values = Buffer(byteCount: count * (keepsPlaces ? 4 : leaf.layout.width))
  }

  /// How many bytes a value takes in `values`.
  var width: Int { keepsPlaces ? 4 : leaf.layout.width }

  /// Whether a page was met that has texts which no dictionary has: places are not enough then.
  var hasTextsApart: Bool { needsTexts.load(ordering: .relaxed) }

  /// Notes such a page.
  func noteTextsApart() { needsTexts.store(true, ordering: .relaxed) }

  /// Keeps bytes that views point into; the number by which views call them.
  func keep(_ bytes: ByteRun) -> Int {
    heaps.withLock { heaps in
      heaps.append(
        Values(buffer: bytes.buffer, start: bytes.range.lowerBound, count: bytes.count))
      return heaps.count - 1
    }
  }

  /// All that was kept.
  var keptHeaps: [Values<UInt8>] { heaps.withLock { $0 } }
}
