/// Texts: a sixteen-byte view a row, and heaps that hold what is longer than twelve bytes.
///
/// Slices, filters and sorts copy views and share the heaps; no text is copied.
public struct StringColumn: Sendable {
  package let views: Values<StringView>
  package let heaps: [Values<UInt8>]
  package let validity: Bitmap?
  /// The codes of the texts, once a group-by has asked for them; copies of the column share them.
  let keyCodes: KeyCodesMemo

  package init(views: Values<StringView>, heaps: [Values<UInt8>], validity: Bitmap? = nil) {
    if let validity {
      precondition(
        validity.count == views.count,
        "validity has \(validity.count) bits for \(views.count) rows")
    }
    self.views = views
    self.heaps = heaps
    self.validity = validity?.unlessAllSet
    keyCodes = KeyCodesMemo()
  }

  package init(bytes elements: [[UInt8]?]) {
    var builder = StringColumnBuilder(rowCount: elements.count)
    for (row, element) in elements.enumerated() {
      element?.withUnsafeBufferPointer { builder.set($0, at: row) }
    }
    self = builder.finish(validity: Bitmap(count: elements.count) { elements[$0] != nil })
  }

  package init(_ elements: [String?]) {
    var builder = StringColumnBuilder(rowCount: elements.count)
    for (row, element) in elements.enumerated() {
      guard var text = element else { continue }
      text.withUTF8 { builder.set($0, at: row) }
    }
    self = builder.finish(validity: Bitmap(count: elements.count) { elements[$0] != nil })
  }

  /// How many rows there are.
  public var count: Int { views.count }

  /// The text of a row, or `nil` when it is null.
  public subscript(row: Int) -> String? {
    if let validity, !validity[row] { return nil }
    precondition(row >= 0 && row < count, "row outside the column")
    return read { $0.text(row) }
  }

  /// The bytes of a row, or `nil` when it is null.
  package func bytes(_ row: Int) -> [UInt8]? {
    if let validity, !validity[row] { return nil }
    precondition(row >= 0 && row < count, "row outside the column")
    return read { Array($0.bytes(row)) }
  }

  /// The column with `validity` for its own.
  package func withValidity(_ validity: Bitmap?) -> StringColumn {
    StringColumn(views: views, heaps: heaps, validity: validity)
  }

  /// The column with its long texts copied into heaps of its own, which hold nothing else.
  package var compacted: StringColumn {
    guard !heaps.isEmpty else { return self }
    var builder = StringColumnBuilder(rowCount: count)
    read { texts in
      for row in 0..<count { builder.set(texts.bytes(row), at: row) }
    }
    return builder.finish(validity: validity)
  }

  /// Lets `body` read the texts.
  @inline(__always)
  package func read<Result, Failure: Error>(
    _ body: (StringReader) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(self) { () throws(Failure) -> Result in
      let starts = Values(heaps.map { HeapStart(start: $0.read { $0 }) })
      return try starts.read { starts throws(Failure) -> Result in
        try views.read { views throws(Failure) -> Result in
          let heaps = UnsafeRawPointer(starts).assumingMemoryBound(to: UnsafePointer<UInt8>.self)
          return try body(StringReader(views: views, heaps: heaps))
        }
      }
    }
  }

  package func sliced(_ range: Range<Int>) -> StringColumn {
    StringColumn(views: views.sliced(range), heaps: heaps, validity: validity?.sliced(range))
  }

  package func gathered(_ rows: Values<UInt32>) -> StringColumn {
    StringColumn(views: views.gathered(rows), heaps: heaps, validity: validity?.gathered(rows))
  }
}

/// Where a heap begins; only readers of the column that holds the heap see it.
private struct HeapStart: @unchecked Sendable, BitwiseCopyable {
  let start: UnsafePointer<UInt8>
}

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
