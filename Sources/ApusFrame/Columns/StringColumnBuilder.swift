/// Makes a string column of a known number of rows; rows that are never set are empty.
package struct StringColumnBuilder {
  private let views: Buffer
  private let rowCount: Int
  private var heaps: [Values<UInt8>]
  private var open: Buffer?
  private var used = 0

  /// A builder for `rowCount` rows.
  package init(rowCount: Int) {
    self.rowCount = rowCount
    heaps = []
    views = Buffer(byteCount: rowCount * 16)
    views.base.initializeMemory(as: UInt8.self, repeating: 0, count: rowCount * 16)
  }

  /// Copies a text into a row.
  package mutating func set(_ bytes: UnsafeBufferPointer<UInt8>, at row: Int) {
    guard bytes.count > 12, let source = bytes.baseAddress else {
      setView(StringView(bytes, heap: 0, offset: 0), at: row)
      return
    }
    if used + bytes.count > open?.byteCount ?? 0 { openHeap(atLeast: bytes.count) }
    guard let open else { return }
    open.base.advanced(by: used).copyMemory(from: source, byteCount: bytes.count)
    setView(StringView(bytes, heap: heaps.count, offset: used), at: row)
    used += bytes.count
  }

  @inline(__always)
  private mutating func setView(_ view: StringView, at row: Int) {
    precondition(row >= 0 && row < rowCount, "row outside the column")
    views.base.storeBytes(of: view, toByteOffset: row * 16, as: StringView.self)
  }

  /// The column.
  package mutating func finish(validity: Bitmap? = nil) -> StringColumn {
    closeHeap()
    return StringColumn(
      views: Values(buffer: views, start: 0, count: rowCount), heaps: heaps, validity: validity)
  }

  private mutating func openHeap(atLeast count: Int) {
    let next = Swift.min(Swift.max((open?.byteCount ?? 2048) * 2, 4096), 1 << 28)
    closeHeap()
    open = Buffer(byteCount: Swift.max(next, count))
    used = 0
  }

  private mutating func closeHeap() {
    if let open { heaps.append(Values(buffer: open, start: 0, count: used)) }
    open = nil
  }
}
