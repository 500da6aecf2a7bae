internal import ApusFrame

@_implementationOnly import Synchronization

/// One column while the chunks of a CSV text are read into it, several at a time: each chunk writes
/// to the places of its own rows.
final class CSVColumnBuilder {
  /// The type as which values are read.
  private let type: DataType
  private let column: Int
  private let layout: CSVLayout
  /// A value a row: eight bytes, four for days, one for Bool, a view for texts.
  private let values: Buffer
  /// Texts as numbers of a list, where few of them differ.
  private let listed: CSVListedTexts?
  /// For each chunk the rows that are null.
  private let absent: UnsafeMutableBufferPointer<[UInt32]>
  /// For each chunk its long texts.
  private let heaps: UnsafeMutableBufferPointer<[UInt8]>
  /// For each chunk the values that are not of the type, where they are collected.
  private let rejected: UnsafeMutableBufferPointer<[CSVRejects.Reject]>
  private let nulls: CSVNulls
  private let format: CSVNumberFormat?
  /// Whether texts are made what programs write for numbers.
  private let isNumberText: Bool
  private let rejects: Bool
  private let failure = Mutex<(row: Int, text: String, place: Int)?>(nil)
  private let failed = Atomic<Bool>(false)

  /// A builder of what a column of `wanted` is made of; with `rejects`, values that are not of the
  /// type become null and are collected. With `listsTexts` texts are kept as numbers of a list.
  init(
    _ wanted: DataType, column: Int, layout: CSVLayout, nulls: CSVNulls, format: CSVNumberFormat?,
    rejects: Bool, listsTexts: Bool = false
  ) {
    type = wanted.asRead
    self.column = column
    self.layout = layout
    self.nulls = nulls
    self.format = format
    self.rejects = rejects
    isNumberText = format != nil && wanted.isNumber && type == .string
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
    listed =
      listsTexts && type == .string && !isNumberText ? CSVListedTexts(layout, nulls: nulls) : nil
    values = Buffer(byteCount: listed == nil ? layout.rowCount * width : 0)
    absent = .allocate(capacity: layout.chunks.count)
    absent.initialize(repeating: [])
    heaps = .allocate(capacity: layout.chunks.count)
    heaps.initialize(repeating: [])
    rejected = .allocate(capacity: layout.chunks.count)
    rejected.initialize(repeating: [])
  }

  deinit {
    rejected.deinitialize().deallocate()
    absent.deinitialize().deallocate()
    heaps.deinitialize().deallocate()
  }

  /// Whether a value was not of the type; the column is of no use then.
  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  /// Whether there were too many different texts for a list; the column is of no use then.
  var hasTooManyTexts: Bool { listed?.hasTooMany ?? false }

  /// The error of the first value that is not of the type.
  var error: FrameError? {
    guard let found = failure.withLock({ $0 }) else { return nil }
    return FrameError(
      code: .badValue, what: "\"\(found.text)\" is no \(type)",
      place: "\(layout.text.place(of: found.place)), "
        + "column \"\(layout.columnNames[column])\"",
      mend: "read the column as String, or add the value to nullTokens")
  }

  /// The values that are not of the type, where they are collected.
  var allRejected: [CSVRejects.Reject] { rejected.flatMap { $0 } }

  /// Reads a chunk's values, which lie in `text`; `fields` are those of all columns, record by record.
  func read(chunk: Int, of text: CSVText, fields: UnsafeBufferPointer<CSVField>, width: Int) {
    let chunk = Chunk(number: chunk, text: text, start: layout.chunks[chunk].lowerBound)
    switch type {
    case .string: readTexts(chunk, fields, width)
    case .bool:
      read(chunk, fields, width, hole: UInt8(0)) { CSVNumbers.bool($0).map { $0 ? 1 : 0 } }
    case .int64:
      if let format {
        read(chunk, fields, width, hole: 0) { format.plain($0, CSVNumbers.whole) }
      } else {
        read(chunk, fields, width, hole: 0, CSVNumbers.whole)
      }
    case .float64:
      if let format {
        read(chunk, fields, width, hole: 0.0) { format.plain($0, CSVNumbers.double) }
      } else {
        read(chunk, fields, width, hole: 0.0, CSVNumbers.double)
      }
    case .date: read(chunk, fields, width, hole: CivilDate(daysSinceEpoch: 0), CSVNumbers.day)
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .uint64, .float32, .decimal, .binary,
      .time,
      .datetime, .duration, .uuid, .categorical, .enum, .list, .struct:
      preconditionFailure("CSV columns are not read as \(type)")
    }
  }

  /// A chunk that is being read.
  private struct Chunk {
    let number: Int
    let text: CSVText
    /// Where it begins in the text.
    let start: Int

    var origin: UnsafePointer<UInt8> { text.bytes + start }
  }

  @inline(__always)
  private func read<Element: BitwiseCopyable>(
    _ chunk: Chunk, _ fields: UnsafeBufferPointer<CSVField>, _ width: Int, hole: Element,
    _ parse: (UnsafeBufferPointer<UInt8>) -> Element?
  ) {
    let nulls = nulls
    let origin = chunk.origin
    let target = values.base.assumingMemoryBound(to: Element.self)
    let parsesFirst = nulls.areNoValues
    var row = layout.rows[chunk.number].lowerBound
    var index = column
    while index < fields.count {
      let field = fields[index]
      let raw = UnsafeBufferPointer(start: origin + Int(field.start), count: field.count)
      if parsesFirst, let value = parse(raw) {
        target[row] = value
      } else {
        let trimmed = CSVNumbers.trimmed(raw)
        if nulls.contain(trimmed) || field.isMissing {
          target[row] = hole
          absent[chunk.number].append(UInt32(truncatingIfNeeded: row))
        } else if let value = parse(trimmed) {
          target[row] = value
        } else {
          note(field, chunk, row)
          guard rejects else { return }
          target[row] = hole
          absent[chunk.number].append(UInt32(truncatingIfNeeded: row))
        }
      }
      row &+= 1
      index &+= width
    }
  }

  private func readTexts(
    _ chunk: Chunk, _ fields: UnsafeBufferPointer<CSVField>, _ width: Int
  ) {
    if let listed {
      listed.read(
        chunk: chunk.number, of: chunk.text, fields: fields, width: width, column: column
      ) {
        absent[chunk.number].append(UInt32(truncatingIfNeeded: $0))
      }
      return
    }
    let (nulls, isNumberText) = (nulls, isNumberText)
    let origin = chunk.origin
    let target = values.base.assumingMemoryBound(to: StringView.self)
    var row = layout.rows[chunk.number].lowerBound
    var index = column
    while index < fields.count {
      let field = fields[index]
      let value = UnsafeBufferPointer(start: origin + Int(field.start), count: field.count)
      if !field.isQuoted, nulls.contain(CSVNumbers.trimmed(value)) {
        target[row] = .empty
        absent[chunk.number].append(UInt32(truncatingIfNeeded: row))
      } else if isNumberText || field.hasDoubledQuotes {
        keepAltered(field, value, row, chunk, target)
      } else if field.count <= 12 {
        target[row] = StringView(short: value)
      } else {
        keep(value, row, chunk, target)
      }
      row &+= 1
      index &+= width
    }
  }

  /// Keeps a text that is not what the file has: without doubled quotes, or as programs write
  /// numbers; null when the record does not have it.
  @inline(never)
  private func keepAltered(
    _ field: CSVField, _ value: UnsafeBufferPointer<UInt8>, _ row: Int, _ chunk: Chunk,
    _ target: UnsafeMutablePointer<StringView>
  ) {
    if field.isMissing {
      target[row] = .empty
      absent[chunk.number].append(UInt32(truncatingIfNeeded: row))
    } else if isNumberText {
      let number = CSVNumbers.trimmed(value)
      let isPlain: Bool? = format?.plain(number) {
        keep($0, row, chunk, target)
        return true
      }
      if isPlain == nil { keep(number, row, chunk, target) }
    } else {
      let content = chunk.text.content(field, origin: chunk.start)
      content.withUnsafeBufferPointer { keep($0, row, chunk, target) }
    }
  }

  @inline(never)
  private func keep(
    _ text: UnsafeBufferPointer<UInt8>, _ row: Int, _ chunk: Chunk,
    _ target: UnsafeMutablePointer<StringView>
  ) {
    target[row] = StringView(text, heap: chunk.number, offset: heaps[chunk.number].count)
    if text.count > 12 { heaps[chunk.number].append(contentsOf: text) }
  }

  private func note(_ field: CSVField, _ chunk: Chunk, _ row: Int) {
    let origin = chunk.start
    let text = chunk.text.string(field, origin: origin)
    if rejects {
      rejected[chunk.number].append(
        CSVRejects.Reject(
          place: origin + Int(field.start), column: layout.columnNames[column], text: text,
          reason: "no \(type)"))
      return
    }
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
      if let listed { return .string(try listed.column(validity: validity)) }
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

extension DataType {
  /// Whether values are numbers.
  fileprivate var isNumber: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
      .decimal:
      true
    case .bool, .string, .binary, .date, .time, .datetime, .duration, .uuid, .categorical, .enum,
      .list, .struct:
      false
    }
  }

  /// The type as which a column is read before it is made one of this type.
  var asRead: DataType {
    switch self {
    case .bool, .int64, .float64, .date, .string: self
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .uint64, .float32, .decimal, .binary,
      .time, .datetime, .duration, .uuid, .categorical, .enum, .list, .struct:
      .string
    }
  }
}
