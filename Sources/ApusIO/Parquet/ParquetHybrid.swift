internal import ApusFrame

@_implementationOnly import CFormats

/// Reads numbers of a fixed bit width that are stored as runs, of one number or packed (Encodings.md,
/// RLE/bit-packing hybrid): levels, places in dictionaries, Booleans.
struct ParquetHybrid {
  private var at: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private let width: Int
  private var runLeft = 0
  private var isPacked = false
  private var value: UInt32 = 0

  /// How many numbers `block` gives at most; it writes up to 8 more behind them.
  static let blockCount = 4096

  /// Numbers of `width` bits, at most 32, in `count` bytes, behind which 8 more may be read.
  init(_ bytes: UnsafePointer<UInt8>, count: Int, width: Int) {
    at = bytes
    end = bytes + count
    self.width = width
  }

  /// The one number that the next `count` all are, if a single run says so.
  func constant(_ count: Int) -> UInt32? {
    var copy = self
    guard copy.runLeft > 0 || copy.readRun(), !copy.isPacked, copy.runLeft >= count else {
      return nil
    }
    return copy.value
  }

  /// How many numbers the next run has, if one stands there.
  var remainingInRun: Int {
    var copy = self
    return copy.runLeft > 0 || copy.readRun() ? copy.runLeft : 0
  }

  /// Passes over `count` numbers of the run that `constant` has found.
  mutating func skipConstant(_ count: Int) {
    if runLeft == 0 { _ = readRun() }
    runLeft -= Swift.min(count, runLeft)
  }

  /// Writes some of the next `wanted` numbers to `target` and says how many: 0 when there are no
  /// more.
  mutating func block(_ wanted: Int, to target: UnsafeMutablePointer<UInt32>) -> Int {
    let limit = Swift.min(wanted, ParquetHybrid.blockCount)
    var made = 0
    while made < limit {
      if runLeft == 0, !readRun() { break }
      var count = Swift.min(limit - made, runLeft)
      if isPacked {
        // Packed numbers come in groups of 8; only the last of all may be taken in part.
        if count < runLeft, count & 7 != 0, made + count < wanted { count &= ~7 }
        guard count > 0 else { break }
        apus_unpack32(at, Int32(width), count, target + made)
        at += (count + 7) / 8 * width
      } else {
        (target + made).update(repeating: value, count: count)
      }
      made += count
      runLeft -= count
    }
    return made
  }

  /// Reads a run's head: whether there is one with a number in it.
  private mutating func readRun() -> Bool {
    while at < end {
      var head: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        guard at < end, shift < 35 else { return false }
        let byte = at.pointee
        at += 1
        head |= UInt64(byte & 127) << shift
        if byte < 128 { break }
        shift += 7
      }
      let left = end - at
      if head & 1 == 1 {
        // What the bytes hold is less than what was said when the last group is cut short.
        let groups = Int(head >> 1)
        runLeft = Swift.min(groups * 8, width == 0 ? groups * 8 : left * 8 / width)
        isPacked = true
      } else {
        let byteCount = (width + 7) / 8
        guard left >= byteCount else { return false }
        value = 0
        for place in 0..<byteCount { value |= UInt32(at[place]) << UInt32(8 * place) }
        at += byteCount
        runLeft = Int(head >> 1)
        isPacked = false
      }
      if runLeft > 0 { return true }
    }
    return false
  }
}

/// Room for a block of numbers.
final class ParquetScratch {
  /// The numbers.
  let numbers = UnsafeMutablePointer<UInt32>.allocate(capacity: ParquetHybrid.blockCount + 8)

  deinit { numbers.deallocate() }
}
