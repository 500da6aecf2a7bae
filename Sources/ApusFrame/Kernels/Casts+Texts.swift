extension Casts {
  /// Texts read as programs write values of a type.
  func read(_ texts: StringColumn, as type: DataType) throws(FrameError) -> ColumnStorage {
    switch type {
    case .bool:
      let values = try parsed(texts, type, hole: UInt8(0)) { text in
        Bool(text.lowercased()).map { $0 ? 1 : 0 }
      }
      return .bool(
        BooleanColumn(
          Bitmap(count: values.count) { values.values[$0] == 1 }, validity: values.validity))
    case .int8: return .int8(try parsed(texts, type, hole: 0) { Int8($0) })
    case .int16: return .int16(try parsed(texts, type, hole: 0) { Int16($0) })
    case .int32: return .int32(try parsed(texts, type, hole: 0) { Int32($0) })
    case .int64: return .int64(try parsed(texts, type, hole: 0) { Int($0) })
    case .uint8: return .uint8(try parsed(texts, type, hole: 0) { UInt8($0) })
    case .uint16: return .uint16(try parsed(texts, type, hole: 0) { UInt16($0) })
    case .uint32: return .uint32(try parsed(texts, type, hole: 0) { UInt32($0) })
    case .uint64: return .uint64(try parsed(texts, type, hole: 0) { UInt64($0) })
    case .float32: return .float32(try parsed(texts, type, hole: 0) { Float($0) })
    case .float64: return .float64(try parsed(texts, type, hole: 0) { Double($0) })
    case .decimal(let precision, let scale):
      let limit = Decimal128.powers[precision].magnitude
      let values = try readBytes(texts, type, hole: Int128(0)) { bytes in
        guard let number = Decimal128.parse(bytes),
          let value = Decimal128.rescaled(number.coefficient, from: number.scale, to: scale)
        else { return nil }
        return value.magnitude < limit ? value : nil
      }
      return .decimal(values, precision: precision, scale: scale)
    case .date:
      return .date(
        try readBytes(texts, type, hole: CivilDate(daysSinceEpoch: 0)) { CivilDate.parse($0) })
    case .time:
      return .time(
        try readBytes(texts, type, hole: 0) { bytes in
          var text = DatetimeText(bytes)
          guard let time = text.time(), text.isAtEnd else { return nil }
          return time.nanosecondsSinceMidnight
        })
    case .datetime(let unit, let zone):
      let rules: ZoneRules? =
        if let zone { try ZoneRules.named(zone, in: step) } else { nil }
      return .datetime(
        try readBytes(texts, type, hole: 0) { bytes in
          guard let found = DatetimeText.parse(bytes) else { return nil }
          guard let rules, found.offset == nil else { return found.datetime.ticks(unit) }
          guard case .one(let seconds) = rules.instants(ofLocal: found.datetime.secondsSinceEpoch)
          else { return nil }
          return Datetime(secondsSinceEpoch: seconds, nanosecond: found.datetime.nanosecond)
            .ticks(unit)
        }, unit, zone: zone)
    case .uuid:
      return .uuid(
        try parsed(texts, type, hole: UniqueIdentifier(high: 0, low: 0)) { UniqueIdentifier($0) })
    case .binary: return .binary(texts)
    case .categorical: return .categorical(DictionaryColumn(texts))
    case .enum(let names):
      let list = CategoryList(distinct: StringColumn(names.map(Optional.some)))
      let column = DictionaryColumn(texts)
      let numbers = list.numbers(of: column.categories, isExtended: false).numbers
      let codes = try attempted(
        column.codes, as: type, hole: 0,
        { code in Int(code) < numbers.count ? numbers[Int(code)] : nil },
        shown: { "\"\(texts[$0] ?? "")\"" })
      return .enum(DictionaryColumn(codes, list))
    case .string: return .string(texts)
    case .duration, .list, .struct: preconditionFailure("no text is a \(type)")
    }
  }

  private func parsed<Element: BitwiseCopyable & Sendable>(
    _ texts: StringColumn, _ type: DataType, hole: Element, _ body: (String) -> Element?
  ) throws(FrameError) -> FixedWidthColumn<Element> {
    try readBytes(texts, type, hole: hole) { body(String(decoding: $0, as: UTF8.self)) }
  }

  private func readBytes<Element: BitwiseCopyable & Sendable>(
    _ texts: StringColumn, _ type: DataType, hole: Element,
    _ body: (UnsafeBufferPointer<UInt8>) -> Element?
  ) throws(FrameError) -> FixedWidthColumn<Element> {
    try texts.read { reader throws(FrameError) in
      try attempted(
        texts.count, texts.validity, as: type, hole: hole, { body(reader.bytes($0)) },
        shown: { "\"\(reader.text($0))\"" })
    }
  }

  /// Bytes as texts in UTF-8, or as identifiers.
  func read(bytes column: StringColumn, as type: DataType) throws(FrameError) -> ColumnStorage {
    let shown = { (row: Int) in Scalar.text(of: column.bytes(row) ?? []) }
    if type == .uuid {
      return .uuid(
        try attempted(
          column.count, column.validity, as: type, hole: UniqueIdentifier(high: 0, low: 0),
          { column.bytes($0).flatMap { UniqueIdentifier(bytes: $0) } }, shown: shown))
    }
    let checked = try column.read { reader throws(FrameError) in
      try attempted(
        column.count, column.validity, as: type, hole: UInt8(0),
        { String(validating: reader.bytes($0), as: UTF8.self) == nil ? nil : 1 }, shown: shown)
    }
    return .string(column.withValidity(checked.validity))
  }
}
