@_implementationOnly import CNumerics

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

  func clear() {
    slopes.update(repeating: 0, count: binCount)
    curvatures.update(repeating: 0, count: binCount)
    counts.update(repeating: 0, count: binCount)
  }

  /// Adds sums of words to 2048 bins.
  func add(_ words: UnsafePointer<UInt64>, first: Int) {
    let slopes = slopes + first
    let curvatures = curvatures + first
    let counts = counts + first
    for bin in 0..<2048 {
      let word = words[bin]
      slopes[bin] &+= Int64(bitPattern: word) >> 39
      curvatures[bin] &+= Int64(bitPattern: (word >> 15) & 0xFF_FFFF)
      counts[bin] &+= Int32(truncatingIfNeeded: word & 0x7FFF)
    }
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

  /// Sums words by bin; what stands in the histogram is replaced. `bins` holds a word a row for each
  /// eight features, `blockCount` times `rowCount` of them. A piece of rows is read for all features
  /// while it is in the cache.
  static func sum(
    _ range: Range<Int>, rows: UnsafePointer<UInt32>?, bins: UnsafePointer<UInt64>, rowCount: Int,
    blockCount: Int, words: UnsafePointer<UInt64>, scratch: UnsafeMutablePointer<UInt64>,
    into histogram: SlopeHistogram
  ) {
    histogram.clear()
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + rowLimit, range.upperBound)
      for block in 0..<blockCount {
        let bins = bins + block * rowCount
        scratch.update(repeating: 0, count: 2048)
        if let rows {
          // Rows of a node lie far apart: their bins are asked for ahead.
          for place in start..<end {
            apus_prefetch(bins + Int(rows[min(place &+ 24, end &- 1)]))
            add(bins[Int(rows[place])], words[place], scratch)
          }
        } else {
          for place in start..<end { add(bins[place], words[place], scratch) }
        }
        histogram.add(scratch, first: block * 2048)
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
