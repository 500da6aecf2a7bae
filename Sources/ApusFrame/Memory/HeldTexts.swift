/// A reader of a column's texts together with the memory that it reads, for whoever looks at texts
/// now and then instead of in one loop.
final class HeldTexts: @unchecked Sendable {
  // Safe to share: the memory is not written to any more, and lives as long as this does.
  let reader: StringReader
  private let column: StringColumn
  private let views: Values<StringView>
  private let starts: Values<UInt>

  init(_ column: StringColumn) {
    self.column = column
    views = column.views
    starts = Values(column.heaps.map { UInt(bitPattern: $0.read { $0 }) })
    let heaps = UnsafeRawPointer(starts.read { $0 })
      .assumingMemoryBound(to: UnsafePointer<UInt8>.self)
    reader = StringReader(views: views.read { $0 }, heaps: heaps)
  }
}
