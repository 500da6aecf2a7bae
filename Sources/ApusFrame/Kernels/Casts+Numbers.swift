extension Casts {
  /// Numbers and truth values as another type of number. Fractions are cut off on the way to whole
  /// numbers, and rounded half away from 0 on the way to decimals.
  func numbers(_ column: ColumnStorage, to type: DataType) throws(FrameError) -> ColumnStorage {
    if case .decimal(let precision, let scale) = type {
      return try decimals(column, precision: precision, scale: scale)
    }
    switch column {
    case .bool(let values): return try whole(values.mapped { $0 ? 1 : 0 }, to: type)
    case .int8(let values): return try small(values, to: type)
    case .int16(let values): return try small(values, to: type)
    case .int32(let values): return try small(values, to: type)
    case .int64(let values): return try whole(values, to: type)
    case .uint8(let values): return try small(values, to: type)
    case .uint16(let values): return try small(values, to: type)
    case .uint32(let values): return try small(values, to: type)
    case .uint64(let values): return try whole(values, to: type)
    case .float32(let values): return try real(values, to: type)
    case .float64(let values): return try real(values, to: type)
    case .decimal(let values, _, let scale):
      if type == .float64 {
        return .float64(values.mapped { Decimal128.double($0, scale: scale) })
      }
      if type == .float32 {
        return .float32(values.mapped { Float(Decimal128.double($0, scale: scale)) })
      }
      let power = Decimal128.powers[scale]
      return try narrowed(values.mapped { $0 / power }, to: type) { column.scalar(at: $0).shown }
    case .string, .binary, .date, .time, .datetime, .duration, .uuid, .categorical, .enum, .list,
      .struct:
      preconditionFailure("\(column.type) is no number")
    }
  }

  private func whole<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ column: FixedWidthColumn<Number>, to type: DataType
  ) throws(FrameError) -> ColumnStorage {
    if type == .float64 { return .float64(column.mapped { Double($0) }) }
    if type == .float32 { return .float32(column.mapped { Float($0) }) }
    return try narrowed(column, to: type) { String(column.values[$0]) }
  }

  /// Whole numbers that `Int` holds.
  private func small<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ column: FixedWidthColumn<Number>, to type: DataType
  ) throws(FrameError) -> ColumnStorage {
    switch type {
    case .int64: .int64(column.mapped { Int($0) })
    case .float64: .float64(column.mapped { Double($0) })
    case .float32: .float32(column.mapped { Float($0) })
    default: try whole(column.mapped { Int($0) }, to: type)
    }
  }

  /// Whole numbers in another width, each checked.
  private func narrowed<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ column: FixedWidthColumn<Number>, to type: DataType, shown: (Int) -> String
  ) throws(FrameError) -> ColumnStorage {
    switch type {
    case .int8: .int8(try attempted(column, as: type, hole: 0, Int8.init(exactly:), shown: shown))
    case .int16:
      .int16(try attempted(column, as: type, hole: 0, Int16.init(exactly:), shown: shown))
    case .int32:
      .int32(try attempted(column, as: type, hole: 0, Int32.init(exactly:), shown: shown))
    case .int64: .int64(try attempted(column, as: type, hole: 0, Int.init(exactly:), shown: shown))
    case .uint8:
      .uint8(try attempted(column, as: type, hole: 0, UInt8.init(exactly:), shown: shown))
    case .uint16:
      .uint16(try attempted(column, as: type, hole: 0, UInt16.init(exactly:), shown: shown))
    case .uint32:
      .uint32(try attempted(column, as: type, hole: 0, UInt32.init(exactly:), shown: shown))
    case .uint64:
      .uint64(try attempted(column, as: type, hole: 0, UInt64.init(exactly:), shown: shown))
    default: preconditionFailure("\(type) is no whole number")
    }
  }

  private func real<Number: BinaryFloatingPoint & BitwiseCopyable & Sendable>(
    _ column: FixedWidthColumn<Number>, to type: DataType
  ) throws(FrameError) -> ColumnStorage {
    let shown = { (row: Int) in "\(column.values[row])" }
    func whole<Whole: FixedWidthInteger & BitwiseCopyable & Sendable>(
      _ wanted: Whole.Type
    ) throws(FrameError) -> FixedWidthColumn<Whole> {
      try attempted(
        column, as: type, hole: 0, { Whole(exactly: $0.rounded(.towardZero)) }, shown: shown)
    }
    switch type {
    case .float64: return .float64(column.mapped { Double($0) })
    case .float32: return .float32(column.mapped { Float($0) })
    case .int8: return .int8(try whole(Int8.self))
    case .int16: return .int16(try whole(Int16.self))
    case .int32: return .int32(try whole(Int32.self))
    case .int64: return .int64(try whole(Int.self))
    case .uint8: return .uint8(try whole(UInt8.self))
    case .uint16: return .uint16(try whole(UInt16.self))
    case .uint32: return .uint32(try whole(UInt32.self))
    case .uint64: return .uint64(try whole(UInt64.self))
    default: preconditionFailure("\(type) is no number")
    }
  }

  private func decimals(
    _ column: ColumnStorage, precision: Int, scale: Int
  ) throws(FrameError) -> ColumnStorage {
    let type = DataType.decimal(precision: precision, scale: scale)
    let limit = Decimal128.powers[precision].magnitude
    func checked(_ value: Int128?) -> Int128? {
      value.flatMap { $0.magnitude < limit ? $0 : nil }
    }
    let shown = { (row: Int) in column.scalar(at: row).shown }
    let values: FixedWidthColumn<Int128>
    switch column {
    case .float32, .float64:
      guard let reals = column.doubles else { preconditionFailure("\(column.type) is no number") }
      let power = Double(Decimal128.powers[scale])
      values = try attempted(
        reals, as: type, hole: 0,
        { checked(Int128(exactly: ($0 * power).rounded(.toNearestOrAwayFromZero))) }, shown: shown)
    case .decimal(let old, _, let oldScale):
      values = try attempted(
        old, as: type, hole: 0,
        { checked(Decimal128.rescaled($0, from: oldScale, to: scale)) }, shown: shown)
    case .uint64(let old):
      values = try attempted(
        old, as: type, hole: 0,
        { checked(Decimal128.rescaled(Int128($0), from: 0, to: scale)) }, shown: shown)
    default:
      guard case .int64(let whole) = try numbers(column, to: .int64) else {
        preconditionFailure("\(column.type) is no whole number")
      }
      values = try attempted(
        whole, as: type, hole: 0,
        { checked(Decimal128.rescaled(Int128($0), from: 0, to: scale)) }, shown: shown)
    }
    return .decimal(values, precision: precision, scale: scale)
  }
}

extension ColumnStorage {
  /// Whole numbers that are known to fit a narrower type.
  static func narrowed(_ column: FixedWidthColumn<Int>, to type: DataType) -> ColumnStorage {
    switch type {
    case .int8: .int8(column.mapped { Int8(truncatingIfNeeded: $0) })
    case .int16: .int16(column.mapped { Int16(truncatingIfNeeded: $0) })
    case .int32: .int32(column.mapped { Int32(truncatingIfNeeded: $0) })
    case .uint8: .uint8(column.mapped { UInt8(truncatingIfNeeded: $0) })
    case .uint16: .uint16(column.mapped { UInt16(truncatingIfNeeded: $0) })
    case .uint32: .uint32(column.mapped { UInt32(truncatingIfNeeded: $0) })
    case .uint64: .uint64(column.mapped { UInt64(truncatingIfNeeded: $0) })
    default: .int64(column)
    }
  }
}
