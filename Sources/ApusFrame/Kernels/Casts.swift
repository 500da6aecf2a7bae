/// Turns values of one type into another.
struct Casts {
  let step: String
  /// Which row of the frame is the first here, for errors.
  let firstRow: Int
  /// Whether a value without a counterpart is an error; else it becomes null.
  let isStrict: Bool

  /// Whether values of a type have counterparts in another.
  ///
  /// Numbers, Bool, texts and each other; texts and everything; what counts units and whole numbers;
  /// days, times and days with times as far as one holds the other; bytes and texts and
  /// identifiers; lists and structs when their parts do.
  static func exist(from type: DataType, to other: DataType) -> Bool {
    if type == other { return true }
    switch (type, other) {
    case (.list(let element), .list(let wanted)): return exist(from: element, to: wanted)
    case (.struct(let fields), .struct(let wanted)):
      return fields.map(\.name) == wanted.map(\.name)
        && zip(fields, wanted).allSatisfy { exist(from: $0.type, to: $1.type) }
    case (.list, .string), (.struct, .string): return true
    case (.list, _), (_, .list), (.struct, _), (_, .struct): return false
    case (.string, .duration), (.categorical, .duration), (.enum, .duration): return false
    case (.string, _), (_, .string), (.categorical, _), (.enum, _): return true
    case (_, .categorical), (_, .enum): return false
    case (.uuid, .binary), (.binary, .uuid): return true
    case (.uuid, _), (_, .uuid), (.binary, _), (_, .binary): return false
    case (.date, .datetime), (.datetime, .date), (.datetime, .time), (.datetime, .datetime),
      (.duration, .duration):
      return true
    default:
      if type.isTemporal { return other.isInteger }
      if other.isTemporal { return type.isInteger }
      return true
    }
  }

  /// The column's values as another type.
  func cast(_ column: ColumnStorage, to type: DataType) throws(FrameError) -> ColumnStorage {
    if column.type == type { return column }
    switch column {
    case .categorical(let values), .enum(let values):
      if case .categorical = type {
        return .categorical(DictionaryColumn(values.codes, values.categories))
      }
      return try cast(.string(values.texts), to: type)
    case .string(let texts): return try read(texts, as: type)
    case .list(let lists):
      if case .list(let element) = type {
        let lists = lists.compacted
        return .list(
          ListColumn(
            offsets: lists.offsets, child: try cast(lists.child, to: element),
            validity: lists.validity))
      }
      return shown(column)
    case .struct(let record):
      guard case .struct(let wanted) = type else { return shown(column) }
      var fields: [ColumnStorage] = []
      for (place, field) in wanted.enumerated() {
        fields.append(try cast(record.field(at: place), to: field.type))
      }
      return .struct(
        StructColumn(
          names: record.names, fields: fields, count: record.count, validity: record.validity))
    case .binary(let bytes): return try read(bytes: bytes, as: type)
    case .uuid(let values) where type == .binary:
      return .binary(
        StringColumn(
          bytes: (0..<values.count).map { row in
            values[row].map { id in withUnsafeBytes(of: id) { Array($0) } }
          }))
    case .date, .time, .datetime, .duration:
      if type != .string { return try castTimes(column, to: type) }
      return shown(column)
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .decimal, .uuid:
      if type == .string { return shown(column) }
      if type == .bool { return .bool(isNotZero(column)) }
      if type.isTemporal {
        return .restored(
          try numbers(column, to: type == .date ? .int32 : .int64).plain, as: type)
      }
      return try numbers(column, to: type)
    }
  }

  /// The values that `body` makes; where it makes none, an error or a null.
  @inline(__always)
  func attempted<Element, Result: BitwiseCopyable & Sendable>(
    _ column: FixedWidthColumn<Element>, as type: DataType, hole: Result,
    _ body: (Element) -> Result?, shown: (Int) -> String
  ) throws(FrameError) -> FixedWidthColumn<Result> {
    try attempted(
      column.count, column.validity, as: type, hole: hole,
      { row in column.values.read { body($0[row]) } }, shown: shown)
  }

  /// The values that `body` makes of each row; where it makes none of a value, an error or a null.
  @inline(__always)
  func attempted<Result: BitwiseCopyable & Sendable>(
    _ count: Int, _ validity: Bitmap?, as type: DataType, hole: Result,
    _ body: (Int) -> Result?, shown: (Int) -> String
  ) throws(FrameError) -> FixedWidthColumn<Result> {
    var failed: [Int] = []
    let values = Values<Result>(count: count) { target in
      for row in 0..<count {
        if let value = body(row) {
          target[row] = value
        } else {
          target[row] = hole
          failed.append(row)
        }
      }
    }
    failed.removeAll { row in !(validity?[row] ?? true) }
    guard let first = failed.first else { return FixedWidthColumn(values, validity: validity) }
    guard !isStrict else { throw wrong(shown(first), type, row: first) }
    let kept = Bitmap(count: count) { words in
      words.update(repeating: ~0, count: Bitmap.wordCount(count))
      for row in failed { words[row >> 6] &= ~(1 << UInt64(row & 63)) }
    }
    return FixedWidthColumn(values, validity: Bitmap.both(validity, kept))
  }

  func wrong(_ value: String, _ type: DataType, row: Int) -> FrameError {
    FrameError(
      code: .badValue, what: "\(value) is no \(type)", place: "row \(firstRow + row), \(step)",
      mend: "castOrNull(to:) makes it null")
  }

  /// Each value as it is shown, texts in lists and structs in quotes.
  private func shown(_ column: ColumnStorage) -> ColumnStorage {
    var builder = StringColumnBuilder(rowCount: column.count)
    let text = column.cellText
    for row in 0..<column.count where column.validity?[row] ?? true {
      var text = text(row)
      text.withUTF8 { builder.set($0, at: row) }
    }
    return .string(builder.finish(validity: column.validity))
  }

  private func isNotZero(_ column: ColumnStorage) -> BooleanColumn {
    guard let values = column.doubles else { preconditionFailure("\(column.type) is no number") }
    return ApusFrame.tested(.column(values), .constant(0), values.count) { $0 != $1 }
  }
}

extension ColumnStorage {
  /// How a value of a row that is present is written in full.
  package var cellText: (Int) -> String {
    switch self {
    case .float32(let column): { column.values[$0].description }
    case .datetime(let column, let unit, let zone):
      if let zone, let rules = try? ZoneRules.named(zone, in: "") {
        // A zone that the system does not know is shown in UTC: its name stands in the type.
        { row in
          let instant = Datetime(ticks: column.values[row], unit)
          let offset = rules.offset(at: instant.secondsSinceEpoch)
          let local = Datetime(
            secondsSinceEpoch: instant.secondsSinceEpoch + offset.seconds,
            nanosecond: instant.nanosecond)
          return "\(local)\(ZoneRules.text(ofOffset: offset.seconds))"
        }
      } else {
        { "\(Datetime(ticks: column.values[$0], unit))\(zone == nil ? "" : "+00:00")" }
      }
    case .string(let column): { column[$0] ?? "" }
    case .categorical(let column), .enum(let column): { column[$0] ?? "" }
    case .list(let column):
      { row in
        "[\(column.range(row).map { column.child.quotedText($0) }.joined(separator: ", "))]"
      }
    case .struct(let column):
      { row in
        let parts = zip(column.names, column.fields).map { "\($0): \($1.quotedText(row))" }
        return "{\(parts.joined(separator: ", "))}"
      }
    default: { self.scalar(at: $0).shown }
    }
  }

  /// How a value inside a list or struct is written: texts in quotes.
  private func quotedText(_ row: Int) -> String {
    if let validity, !validity[row] { return "null" }
    switch self {
    case .string, .categorical, .enum: return "\"\(cellText(row))\""
    default: return cellText(row)
    }
  }
}

extension ZoneRules {
  /// A distance to UTC as `+02:00`.
  static func text(ofOffset seconds: Int) -> String {
    let size = abs(seconds)
    let rest = size % 60 == 0 ? "" : ":" + padded(size % 60, 2)
    return "\(seconds < 0 ? "-" : "+")\(padded(size / 3600, 2)):\(padded(size / 60 % 60, 2))\(rest)"
  }
}
