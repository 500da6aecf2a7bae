internal import ApusFrame

@_implementationOnly import CNumerics

/// How many values a task of a parallel fill takes; even, so that tasks share no block.
private let fillSize = 1 << 14

extension RandomGenerator {
  /// Numbers from the half-open range 0 ..< 1.
  public mutating func uniforms(_ count: Int) -> [Double] {
    filled(count, element: { Double($0 >> 11) * 0x1p-53 }, then: nil)
  }

  /// Numbers from the standard normal.
  /// - Accuracy: by inversion (Wichura, AS 241), one random number each.
  public mutating func normals(_ count: Int) -> [Double] {
    filled(count, element: RandomGenerator.open) { values in
      guard let start = values.baseAddress else { return }
      apus_normal_quantiles(start, start, values.count)
    }
  }

  /// Whole numbers from 0 ..< `bound`, each equally likely but for a bias below `bound` · 2^-64.
  package mutating func indices(_ count: Int, below bound: Int) -> [Int] {
    let base = self
    let first = reserve(blocks: (count + 1) / 2)
    let bound = UInt64(bound)
    return [Int](unsafeUninitializedCapacity: count) { values, filled in
      let values = values
      overRanges(of: count, size: fillSize) { rows in
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: 2) {
          let (a, b) = base.block(at: first &+ UInt64(row / 2))
          values.initializeElement(
            at: row, to: Int(truncatingIfNeeded: a.multipliedFullWidth(by: bound).high))
          guard row + 1 < rows.upperBound else { break }
          values.initializeElement(
            at: row + 1, to: Int(truncatingIfNeeded: b.multipliedFullWidth(by: bound).high))
        }
      }
      filled = count
    }
  }

  /// Fills an array with one random number each, made a value by `element` and the whole task by
  /// `then`.
  mutating func filled(
    _ count: Int, element: (UInt64) -> Double,
    then: ((UnsafeMutableBufferPointer<Double>) -> Void)?
  ) -> [Double] {
    precondition(count >= 0, "a sample of \(count) values")
    let base = self
    let first = reserve(blocks: (count + 1) / 2)
    return [Double](unsafeUninitializedCapacity: count) { values, filled in
      let values = values
      overRanges(of: count, size: fillSize) { rows in
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: 2) {
          let (a, b) = base.block(at: first &+ UInt64(row / 2))
          values.initializeElement(at: row, to: element(a))
          if row + 1 < rows.upperBound { values.initializeElement(at: row + 1, to: element(b)) }
        }
        then?(UnsafeMutableBufferPointer(rebasing: values[rows]))
      }
      filled = count
    }
  }

  /// Values that each draw as many numbers as they need from blocks of their own.
  mutating func drawn(
    _ count: Int, _ draw: (inout RandomGenerator) -> Double
  ) -> [Double] {
    precondition(count >= 0, "a sample of \(count) values")
    // Rejection takes few numbers each; 32 are set aside, and who needs more shares with the next.
    let base = self
    let first = reserve(blocks: count * 16)
    return [Double](unsafeUninitializedCapacity: count) { values, filled in
      let values = values
      overRanges(of: count, size: fillSize / 8) { rows in
        for row in rows {
          var own = base.at(first &+ UInt64(row) &* 16)
          values.initializeElement(at: row, to: draw(&own))
        }
      }
      filled = count
    }
  }
}

/// Calls `body` with ranges that together are `0..<count`, on the threads of the pool. When the
/// query is asked to stop the work is still done, here: what was promised is a whole array.
func overRanges(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
  do throws(FrameError) {
    guard count > size else { return body(0..<count) }
    try inParallel(rows: count, by: size) { rows throws(FrameError) in body(rows) }
  } catch {
    for first in stride(from: 0, to: count, by: size) {
      body(first..<Swift.min(first + size, count))
    }
  }
}
