@_implementationOnly import Glibc

/// A block of memory that columns share: 64-byte aligned as Arrow asks.
///
/// Safe to share although it holds a raw pointer: it is written only by the initialiser of the
/// `Values` or `Bitmap` that made it, before anyone else sees it, and read-only from then on.
package final class Buffer: @unchecked Sendable {
  /// The first byte.
  package let base: UnsafeMutableRawPointer
  /// How many bytes may be read.
  package let byteCount: Int
  private let owner: Owner
  private let held: Int

  /// Who gave the memory, and takes it back.
  private enum Owner {
    case heap
    case pool(BlockPool.Block)
    /// Memory that another library gave and `AnyObject` holds; it is never written to.
    case foreign(AnyObject)
  }

  /// Memory of our own, uninitialised, padded to whole cache lines.
  package init(byteCount: Int) {
    let padded = (Swift.max(byteCount, 1) + 63) & ~63
    self.byteCount = byteCount
    held = padded
    FrameMemory.took(padded)
    if padded >= BlockPool.threshold {
      guard let block = BlockPool.take(padded) else {
        preconditionFailure("no memory for a column of \(byteCount) bytes")
      }
      base = block.base
      owner = .pool(block)
    } else {
      guard let memory = aligned_alloc(64, padded) else {
        preconditionFailure("no memory for a column of \(byteCount) bytes")
      }
      base = memory
      owner = .heap
    }
  }

  /// Memory of another library, which lives as long as `owner`; it is only read.
  package init(foreign start: UnsafeRawPointer, byteCount: Int, owner: AnyObject) {
    base = UnsafeMutableRawPointer(mutating: start)
    self.byteCount = byteCount
    held = 0
    self.owner = .foreign(owner)
  }

  deinit {
    FrameMemory.gave(held)
    switch owner {
    case .foreign: break
    case .heap: free(base)
    case .pool(let block): BlockPool.give(block)
    }
  }
}

/// A run of values of one fixed width inside a buffer; slices share the buffer.
package struct Values<Element: BitwiseCopyable & Sendable>: Sendable {
  /// The memory that holds the values, and perhaps others before and after.
  package let buffer: Buffer
  /// Where the run starts, in elements.
  package let start: Int
  /// How many values there are.
  package let count: Int

  /// A run inside `buffer`.
  package init(buffer: Buffer, start: Int, count: Int) {
    let end = (start + count) * MemoryLayout<Element>.stride
    precondition(start >= 0 && count >= 0 && end <= buffer.byteCount, "values outside their buffer")
    self.buffer = buffer
    self.start = start
    self.count = count
  }

  /// `count` values that `fill` writes, each of them.
  package init<Failure: Error>(
    count: Int, filledBy fill: (UnsafeMutablePointer<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = Buffer(byteCount: count * MemoryLayout<Element>.stride)
    try fill(buffer.base.bindMemory(to: Element.self, capacity: Swift.max(count, 1)))
    self.init(buffer: buffer, start: 0, count: count)
  }

  /// The same value `count` times.
  package init(repeating value: Element, count: Int) {
    self.init(count: count) { $0.update(repeating: value, count: count) }
  }

  /// The values of an array.
  package init(_ array: [Element]) {
    self.init(count: array.count) { target in
      array.withUnsafeBufferPointer { source in
        if let base = source.baseAddress { target.update(from: base, count: source.count) }
      }
    }
  }

  /// Lets `body` read the values.
  @inline(__always)
  package func read<Result, Failure: Error>(
    _ body: (UnsafePointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(buffer) { () throws(Failure) -> Result in
      try body(
        UnsafePointer(buffer.base.assumingMemoryBound(to: Element.self).advanced(by: start)))
    }
  }

  /// The value at `index`.
  @inline(__always)
  package subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "row outside the column")
    return read { $0[index] }
  }

  /// The values of `range`, sharing the buffer.
  package func sliced(_ range: Range<Int>) -> Values {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows outside the column")
    return Values(buffer: buffer, start: start + range.lowerBound, count: range.count)
  }

  /// The values at `rows`, in that order.
  package func gathered(_ rows: Values<UInt32>) -> Values {
    let wanted = rows.count
    return Values(count: wanted) { target in
      read { source in
        rows.read { rows in
          for index in 0..<wanted { target[index] = source[Int(rows[index])] }
        }
      }
    }
  }
}
