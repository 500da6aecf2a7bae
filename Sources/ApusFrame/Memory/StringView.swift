@_implementationOnly import Glibc

/// Sixteen bytes that stand for a text, as Arrow's string views: the length, then either the whole
/// text (up to 12 bytes) or its first 4 bytes and where the rest is.
package struct StringView: BitwiseCopyable, Sendable {
  /// Length in the lower half, the first four bytes in the upper.
  package var low: UInt64
  /// Bytes five to twelve, or heap number (lower half) and offset (upper half).
  package var high: UInt64

  /// The empty text.
  package static let empty = StringView(low: 0, high: 0)

  /// How many bytes the text has.
  @inline(__always)
  package var byteCount: Int { Int(low & 0xffff_ffff) }

  /// Whether the view holds the whole text.
  @inline(__always)
  package var isInline: Bool { byteCount <= 12 }

  /// A view of `bytes`, which lie in heap `heap` at `offset` (unused when the text is short).
  @inline(__always)
  package init(_ bytes: UnsafeBufferPointer<UInt8>, heap: Int, offset: Int) {
    let count = bytes.count
    precondition(count <= Int(UInt32.max), "a text of more than 4 GiB")
    var first: UInt32 = 0
    var rest: UInt64 = 0
    if let base = bytes.baseAddress {
      memcpy(&first, base, Swift.min(count, 4))
      if count > 4 && count <= 12 { memcpy(&rest, base + 4, count - 4) }
    }
    low = UInt64(count) | UInt64(first) << 32
    high = count <= 12 ? rest : UInt64(heap) | UInt64(offset) << 32
  }

  /// A view of a text of at most 12 bytes behind whose start 16 bytes may be read.
  @inline(__always)
  package init(short bytes: UnsafeBufferPointer<UInt8>) {
    self = shortView(bytes)
  }

  fileprivate init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }
}

@inline(__always)
private func shortView(_ bytes: UnsafeBufferPointer<UInt8>) -> StringView {
  guard let base = UnsafeRawPointer(bytes.baseAddress) else { return .empty }
  let count = UInt64(bytes.count)
  let first = base.loadUnaligned(as: UInt64.self)
  let second = base.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
  // Bytes behind the text are cleared: in the first eight bytes, then in the next four.
  let low = count >= 8 ? first : first & ((1 << (count * 8)) &- 1)
  let rest = count <= 8 ? 0 : second & ((1 << ((count - 8) * 8)) &- 1)
  return StringView(low: count | low << 32, high: low >> 32 | rest << 32)
}

/// Reads the texts of a column; valid only inside `StringColumn.read`.
package struct StringReader {
  let views: UnsafePointer<StringView>
  /// The first byte of each heap.
  let heaps: UnsafePointer<UnsafePointer<UInt8>>

  /// A reader of views that refer to `heaps`.
  package init(views: UnsafePointer<StringView>, heaps: UnsafePointer<UnsafePointer<UInt8>>) {
    self.views = views
    self.heaps = heaps
  }

  /// The bytes of a row's text.
  @inline(__always)
  package func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    let view = views[row]
    let count = view.byteCount
    if count <= 12 {
      let start = UnsafeRawPointer(views + row).advanced(by: 4)
      return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }
    return UnsafeBufferPointer(start: longBytes(view), count: count)
  }

  /// The row's text.
  package func text(_ row: Int) -> String { String(decoding: bytes(row), as: UTF8.self) }

  /// Whether two rows of this reader and another hold the same text.
  @inline(__always)
  func isEqual(_ row: Int, to other: StringReader, _ otherRow: Int) -> Bool {
    let left = views[row]
    let right = other.views[otherRow]
    guard left.low == right.low else { return false }
    if left.isInline { return left.high == right.high }
    guard let a = bytes(row).baseAddress, let b = other.bytes(otherRow).baseAddress else {
      return true
    }
    return memcmp(a, b, left.byteCount) == 0
  }

  /// The order of two texts by their UTF-8 bytes, which is the order of their code points.
  @inline(__always)
  func order(_ row: Int, _ other: StringReader, _ otherRow: Int) -> Int {
    let left = bytes(row)
    let right = other.bytes(otherRow)
    let shared = Swift.min(left.count, right.count)
    if shared > 0, let a = left.baseAddress, let b = right.baseAddress {
      let difference = memcmp(a, b, shared)
      if difference != 0 { return Int(difference) }
    }
    return left.count - right.count
  }

  /// A hash of the row's text.
  @inline(__always)
  func hash(_ row: Int) -> UInt64 {
    let view = views[row]
    return view.isInline ? mix(view.low, view.high) : hashLong(view)
  }

  /// The hash of a text of more than twelve bytes.
  @inline(never)
  private func hashLong(_ view: StringView) -> UInt64 {
    let text = UnsafeRawPointer(longBytes(view))
    let count = view.byteCount
    var state = UInt64(count)
    var offset = 0
    while offset + 8 <= count {
      state = mix(state, text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    // The last eight bytes, some of them for the second time.
    return offset == count
      ? state : mix(state, text.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
  }

  /// The first byte of a text of more than twelve bytes.
  @inline(__always)
  func longBytes(_ view: StringView) -> UnsafePointer<UInt8> {
    heaps[Int(view.high & 0xffff_ffff)] + Int(view.high >> 32)
  }
}

/// Two words stirred into one.
@inline(__always)
func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
  let product = (left ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(
    by: right ^ 0xd6e8_feb8_6659_fd93)
  return product.high ^ product.low
}
