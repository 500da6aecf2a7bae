/// Texts: a sixteen-byte view a row, and heaps that hold what is longer than twelve bytes; or, where
/// few of them differ, a number a row and the list of the different ones.
///
/// Slices, filters and sorts copy views or numbers and share the rest; no text is copied.
public struct StringColumn: Sendable {
  /// How the texts are kept.
  private enum Content {
    case views(Values<StringView>, heaps: [Values<UInt8>])
    /// The number of each row's text in the list, which is not empty; also in rows that are null.
    case numbers(Values<UInt32>, CategoryList)
  }

  private let content: Content
  package let validity: Bitmap?
  /// The codes of the texts, once a group-by has asked for them; copies of the column share them.
  let keyCodes: KeyCodesMemo

  package init(views: Values<StringView>, heaps: [Values<UInt8>], validity: Bitmap? = nil) {
    self.init(.views(views, heaps: heaps), count: views.count, validity)
  }

  /// Texts by their numbers in a list; in null rows too a number of the list must stand.
  package init(numbers: Values<UInt32>, in list: CategoryList, validity: Bitmap? = nil) {
    precondition(list.count > 0 || numbers.count == 0, "numbers of an empty list")
    self.init(.numbers(numbers, list), count: numbers.count, validity)
  }

  private init(_ content: Content, count: Int, _ validity: Bitmap?) {
    if let validity {
      precondition(
        validity.count == count, "validity has \(validity.count) bits for \(count) rows")
    }
    self.content = content
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
  public var count: Int {
    switch content {
    case .views(let views, _): views.count
    case .numbers(let numbers, _): numbers.count
    }
  }

  /// The number of each row's text and the list of the different ones, where texts are so kept.
  package var listed: (numbers: Values<UInt32>, list: CategoryList)? {
    if case .numbers(let numbers, let list) = content { (numbers, list) } else { nil }
  }

  /// A view a row; made anew where texts are kept as numbers.
  package var views: Values<StringView> {
    switch content {
    case .views(let views, _): views
    case .numbers(let numbers, let list): list.texts.views.gathered(numbers)
    }
  }

  /// What the views of long texts refer to.
  package var heaps: [Values<UInt8>] {
    switch content {
    case .views(_, let heaps): heaps
    case .numbers(_, let list): list.texts.heaps
    }
  }

  /// The text of a row, or `nil` when it is null.
  public subscript(row: Int) -> String? {
    if let validity, !validity[row] { return nil }
    precondition(row >= 0 && row < count, "row outside the column")
    return readText(row) { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a row, or `nil` when it is null.
  package func bytes(_ row: Int) -> [UInt8]? {
    if let validity, !validity[row] { return nil }
    precondition(row >= 0 && row < count, "row outside the column")
    return readText(row) { Array($0) }
  }

  /// Lets `body` read the bytes of one row, whether it is null or not.
  package func readText<Result>(
    _ row: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if case .numbers(let numbers, let list) = content {
      return list.texts.readText(Int(numbers[row]), body)
    }
    return read { body($0.bytes(row)) }
  }

  /// The column with `validity` for its own.
  package func withValidity(_ validity: Bitmap?) -> StringColumn {
    StringColumn(content, count: count, validity)
  }

  /// The column with a view a row.
  package var asViews: StringColumn {
    StringColumn(views: views, heaps: heaps, validity: validity)
  }

  /// The column with its long texts copied into heaps of its own, which hold nothing else.
  package var compacted: StringColumn {
    if case .numbers(let numbers, let list) = content, !list.texts.heaps.isEmpty {
      return StringColumn(
        numbers: numbers, in: CategoryList(distinct: list.texts.compacted), validity: validity)
    }
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
    let validity = validity?.sliced(range)
    switch content {
    case .views(let views, let heaps):
      return StringColumn(views: views.sliced(range), heaps: heaps, validity: validity)
    case .numbers(let numbers, let list):
      return StringColumn(numbers: numbers.sliced(range), in: list, validity: validity)
    }
  }

  package func gathered(_ rows: Values<UInt32>) -> StringColumn {
    let validity = validity?.gathered(rows)
    switch content {
    case .views(let views, let heaps):
      return StringColumn(views: views.gathered(rows), heaps: heaps, validity: validity)
    case .numbers(let numbers, let list):
      return StringColumn(numbers: numbers.gathered(rows), in: list, validity: validity)
    }
  }

  /// Where the views or numbers lie.
  var fixedMemory: FixedMemory {
    switch content {
    case .views(let views, _): FixedMemory(views)
    case .numbers(let numbers, _): FixedMemory(numbers)
    }
  }

  /// A column over `count` views or numbers in `buffer`, which refer to what this column's do.
  func withFixedMemory(_ buffer: Buffer, count: Int, validity: Bitmap?) -> StringColumn {
    switch content {
    case .views(_, let heaps):
      return StringColumn(
        views: Values(buffer: buffer, start: 0, count: count), heaps: heaps, validity: validity)
    case .numbers(_, let list):
      return StringColumn(
        numbers: Values(buffer: buffer, start: 0, count: count), in: list, validity: validity)
    }
  }
}

/// Where a heap begins; only readers of the column that holds the heap see it.
private struct HeapStart: @unchecked Sendable, BitwiseCopyable {
  let start: UnsafePointer<UInt8>
}
