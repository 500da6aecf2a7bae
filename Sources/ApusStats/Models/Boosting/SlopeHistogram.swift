/// For each feature and bin of a node's rows: the sums of slopes and curvatures, as whole numbers
/// of quanta, and the count of rows. Whole numbers add to the same in any order.
final class SlopeHistogram {
  let slopes: UnsafeMutablePointer<Int64>
  let curvatures: UnsafeMutablePointer<Int64>
  let counts: UnsafeMutablePointer<Int32>
  let binCount: Int

  init(binCount: Int) {
    self.binCount = binCount
    slopes = .allocate(capacity: binCount)
    curvatures = .allocate(capacity: binCount)
    counts = .allocate(capacity: binCount)
  }

  deinit {
    slopes.deallocate()
    curvatures.deallocate()
    counts.deallocate()
  }

  /// Takes another histogram's sums away, of some bins.
  func subtract(_ other: SlopeHistogram, _ bins: Range<Int>) {
    for bin in bins {
      slopes[bin] &-= other.slopes[bin]
      curvatures[bin] &-= other.curvatures[bin]
      counts[bin] &-= other.counts[bin]
    }
  }

  /// Adds another histogram's sums, of some bins.
  func add(_ other: SlopeHistogram, _ bins: Range<Int>) {
    for bin in bins {
      slopes[bin] &+= other.slopes[bin]
      curvatures[bin] &+= other.curvatures[bin]
      counts[bin] &+= other.counts[bin]
    }
  }
}

/// A row's slope, curvature and 1 in one word, so that one addition adds all three: 25 bits with a
/// sign, 24 bits and 15 bits. Sums of at most `rowLimit` rows fit.
enum SlopeWord {
  static let rowLimit = 1 << 14
  /// The largest quantised slope and curvature.
  static let top: Float = 1023

  static func pack(slope: Int64, curvature: Int64) -> UInt64 {
    UInt64(bitPattern: (slope << 39) &+ (curvature << 15) &+ 1)
  }

  /// Sums words by bin for eight features, whose bins stand in a word a row, and adds them to a
  /// histogram's 2048 bins from `first`; the first sums replace what stands there.
  static func sum(
    _ range: Range<Int>, rows: UnsafePointer<UInt32>?, bins: UnsafePointer<UInt64>,
    words: UnsafePointer<UInt64>, scratch: UnsafeMutablePointer<UInt64>,
    into histogram: SlopeHistogram, first: Int
  ) {
    let slopes = histogram.slopes + first
    let curvatures = histogram.curvatures + first
    let counts = histogram.counts + first
    slopes.update(repeating: 0, count: 2048)
    curvatures.update(repeating: 0, count: 2048)
    counts.update(repeating: 0, count: 2048)
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + rowLimit, range.upperBound)
      scratch.update(repeating: 0, count: 2048)
      if let rows {
        for place in start..<end { add(bins[Int(rows[place])], words[place], scratch) }
      } else {
        for place in start..<end { add(bins[place], words[place], scratch) }
      }
      for bin in 0..<2048 {
        let word = scratch[bin]
        slopes[bin] &+= Int64(bitPattern: word) >> 39
        curvatures[bin] &+= Int64(bitPattern: (word >> 15) & 0xFF_FFFF)
        counts[bin] &+= Int32(truncatingIfNeeded: word & 0x7FFF)
      }
      start = end
    }
  }

  @inline(__always)
  private static func add(_ bins: UInt64, _ word: UInt64, _ sums: UnsafeMutablePointer<UInt64>) {
    sums[Int(bins & 255)] &+= word
    (sums + 256)[Int((bins >> 8) & 255)] &+= word
    (sums + 512)[Int((bins >> 16) & 255)] &+= word
    (sums + 768)[Int((bins >> 24) & 255)] &+= word
    (sums + 1024)[Int((bins >> 32) & 255)] &+= word
    (sums + 1280)[Int((bins >> 40) & 255)] &+= word
    (sums + 1536)[Int((bins >> 48) & 255)] &+= word
    (sums + 1792)[Int(bins >> 56)] &+= word
  }
}
