internal import ApusFrame
internal import Synchronization

/// One column while the chunks of a CSV text are read into it, several at a time: each chunk writes
/// to the places of its own rows.
final class CSVColumnBuilder {
  private let type: DataType
  private let column: Int
  private let layout: CSVLayout
  /// A value a row: eight bytes, four for days, one for Bool, a view for texts.
  private let values: Buffer
  /// For each chunk the rows that are null.
  private let absent: UnsafeMutableBufferPointer<[UInt32]>
  /// For each chunk its long texts.
  private let heaps: UnsafeMutableBufferPointer<[UInt8]>
  private let failure = Mutex<(row: Int, text: String, place: Int)?>(nil)
  private let failed = Atomic<Bool>(false)

  init(_ type: DataType, column: Int, layout: CSVLayout) {
    self.type = type
    self.column = column
    self.layout = layout
    let width =
      switch type {
      case .bool: 1
      case .date: 4
      case .int64, .float64: 8
      case .string: 16
      case .int8, .int16, .int32, .uint8, .uint16, .uint32, .uint64, .float32, .decimal, .binary,
        .time,
        .datetime, .duration, .uuid, .categorical, .enum, .list, .struct:
        preconditionFailure("CSV columns are not read as \(type)")
      }
    values = Buffer(byteCount: layout.rowCount * width)
    absent = .allocate(capacity: layout.chunks.count)
    absent.initialize(repeating: [])
    heaps = .allocate(capacity: layout.chunks.count)
    heaps.initialize(repeating: [])
  }

  deinit {
    absent.deinitialize().deallocate()
    heaps.deinitialize().deallocate()
  }

  /// Whether a value was not of the type; the column is of no use then.
  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  /// Throws the error of the first value that is not of the type.
  func rethrowFailure() throws(FrameError) {
    guard let found = failure.withLock({ $0 }) else { return }
    throw FrameError(
      code: .badValue, what: "\"\(found.text)\" is no \(type)",
      place: "\(layout.text.name), line \(layout.text.line(of: found.place)), "
        + "column \"\(layout.columnNames[column])\"",
      mend: "read the column as String, or add the value to nullTokens")
  }

  /// Reads a chunk's values; `fields` are those of all columns, record by record.
  func read(
    chunk: Int, fields: UnsafeBufferPointer<CSVField>, width: Int, nulls: CSVNulls
  ) {
    switch type {
    case .string: readTexts(chunk, fields, width, nulls)
    case .bool:
      read(chunk, fields, width, nulls, hole: UInt8(0)) { CSVNumbers.bool($0).map { $0 ? 1 : 0 } }
    case .int64: read(chunk, fields, width, nulls, hole: 0, CSVNumbers.whole)
    case .float64: read(chunk, fields, width, nulls, hole: 0.0, CSVNumbers.double)
    case .date:
      read(chunk, fields, width, nulls, hole: CivilDate(daysSinceEpoch: 0), CSVNumbers.day)
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .uint64, .float32, .decimal, .binary,
      .time,
      .datetime, .duration, .uuid, .categorical, .enum, .list, .struct:
      preconditionFailure("CSV columns are not read as \(type)")
    }
  }

  @inline(__always)
  private func read<Element: BitwiseCopyable>(
    _ chunk: Int, _ fields: UnsafeBufferPointer<CSVField>, _ width: Int, _ nulls: CSVNulls,
    hole: Element, _ parse: (UnsafeBufferPointer<UInt8>) -> Element?
  ) {
    let origin = layout.text.bytes + layout.chunks[chunk].lowerBound
    let target = values.base.assumingMemoryBound(to: Element.self)
    let parsesFirst = nulls.areNoValues
    var row = layout.rows[chunk].lowerBound
    var index = column
    while index < fields.count {
      let field = fields[index]
      let raw = UnsafeBufferPointer(start: origin + Int(field.start), count: field.count)
      if parsesFirst, let value = parse(raw) {
        target[row] = value
      } else {
        let trimmed = CSVNumbers.trimmed(raw)
        if nulls.contain(trimmed) {
          target[row] = hole
          absent[chunk].append(UInt32(truncatingIfNeeded: row))
        } else if let value = parse(trimmed) {
          target[row] = value
        } else {
          note(field, chunk, row)
          return
        }
      }
      row &+= 1
      index &+= width
    }
  }

  private func readTexts(
    _ chunk: Int, _ fields: UnsafeBufferPointer<CSVField>, _ width: Int, _ nulls: CSVNulls
  ) {
    let start = layout.chunks[chunk].lowerBound
    let origin = layout.text.bytes + start
    let target = values.base.assumingMemoryBound(to: StringView.self)
    var row = layout.rows[chunk].lowerBound
    var index = column
    while index < fields.count {
      let field = fields[index]
      var value = UnsafeBufferPointer(start: origin + Int(field.start), count: field.count)
      if !field.isQuoted, nulls.contain(CSVNumbers.trimmed(value)) {
        target[row] = .empty
        absent[chunk].append(UInt32(truncatingIfNeeded: row))
      } else if field.hasDoubledQuotes {
        let content = layout.text.content(field, origin: start)
        content.withUnsafeBufferPointer {
          value = $0; keep(value, row, chunk, target)
        }
      } else if field.count <= 12 {
        target[row] = StringView(short: value)
      } else {
        keep(value, row, chunk, target)
      }
      row &+= 1
      index &+= width
    }
  }

  @inline(never)
  private func keep(
    _ text: UnsafeBufferPointer<UInt8>, _ row: Int, _ chunk: Int,
    _ target: UnsafeMutablePointer<StringView>
  ) {
    target[row] = StringView(text, heap: chunk, offset: heaps[chunk].count)
    if text.count > 12 { heaps[chunk].append(contentsOf: text) }
  }

  private func note(_ field: CSVField, _ chunk: Int, _ row: Int) {
    let origin = layout.chunks[chunk].lowerBound
    let text = layout.text.string(field, origin: origin)
    failure.withLock { first in
      if row < first?.row ?? .max { first = (row, text, origin + Int(field.start)) }
    }
    failed.store(true, ordering: .relaxed)
  }

  /// The column.
  func finish() throws(FrameError) -> ColumnStorage {
    let rowCount = layout.rowCount
    let validity = absentBits(rowCount)
    switch type {
    case .bool:
      let bits = values.base.assumingMemoryBound(to: UInt8.self)
      return withExtendedLifetime(values) {
        .bool(BooleanColumn(Bitmap(count: rowCount) { bits[$0] == 1 }, validity: validity))
      }
    case .int64:
      return .int64(
        FixedWidthColumn(Values(buffer: values, start: 0, count: rowCount), validity: validity))
    case .float64:
      return .float64(
        FixedWidthColumn(Values(buffer: values, start: 0, count: rowCount), validity: validity))
    case .date:
      return .date(
        FixedWidthColumn(Values(buffer: values, start: 0, count: rowCount), validity: validity))
    case .string:
      let views = Values<StringView>(buffer: values, start: 0, count: rowCount)
      let kept = heaps.allSatisfy(\.isEmpty) ? [] : heaps.map { Values($0) }
      return .string(StringColumn(views: views, heaps: kept, validity: validity))
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .uint64, .float32, .decimal, .binary,
      .time,
      .datetime, .duration, .uuid, .categorical, .enum, .list, .struct:
      preconditionFailure("CSV columns are not read as \(type)")
    }
  }

  private func absentBits(_ rowCount: Int) -> Bitmap? {
    guard absent.contains(where: { !$0.isEmpty }) else { return nil }
    return Bitmap(count: rowCount) { words in
      words.update(repeating: ~0, count: Bitmap.wordCount(rowCount))
      for rows in absent {
        for row in rows { words[Int(row >> 6)] &= ~(1 << UInt64(row & 63)) }
      }
    }
  }
}
