/// A type of number that columns keep as it is.
protocol PlainElement: BitwiseCopyable, Sendable, Comparable {
  /// The values, when they are of this type.
  static func values(of column: PlainColumn) -> FixedWidthColumn<Self>?
}

extension Int8: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<Int8>? {
    if case .int8(let values) = column { values } else { nil }
  }
}
extension Int16: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<Int16>? {
    if case .int16(let values) = column { values } else { nil }
  }
}
extension Int32: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<Int32>? {
    if case .int32(let values) = column { values } else { nil }
  }
}
extension Int: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<Int>? {
    if case .int64(let values) = column { values } else { nil }
  }
}
extension UInt8: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<UInt8>? {
    if case .uint8(let values) = column { values } else { nil }
  }
}
extension UInt16: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<UInt16>? {
    if case .uint16(let values) = column { values } else { nil }
  }
}
extension UInt32: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<UInt32>? {
    if case .uint32(let values) = column { values } else { nil }
  }
}
extension UInt64: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<UInt64>? {
    if case .uint64(let values) = column { values } else { nil }
  }
}
extension Int128: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<Int128>? {
    if case .int128(let values) = column { values } else { nil }
  }
}
extension Float: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<Float>? {
    if case .float32(let values) = column { values } else { nil }
  }
}
extension Double: PlainElement {
  static func values(of column: PlainColumn) -> FixedWidthColumn<Double>? {
    if case .float64(let values) = column { values } else { nil }
  }
}

extension ExprEvaluator {
  /// One side of an operation: a column, or one value for all rows.
  func operand<Element: PlainElement>(_ expr: TypedExpr) throws(FrameError) -> Operand<Element> {
    let storage: ColumnStorage
    if case .literal(let value, let type) = expr, value != .null {
      storage = .repeating(value, type: type, count: 1)
    } else {
      storage = try column(expr)
    }
    guard let values = Element.values(of: storage.ordered) else {
      preconditionFailure("an operand of \(expr.type) is not \(Element.self)")
    }
    if expr.isLiteral, !expr.isNull { return .constant(values.values[0]) }
    return .column(values)
  }

  /// The value of an arithmetic operator in each row.
  func computed(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr, _ type: DataType
  ) throws(FrameError) -> ColumnStorage {
    switch type {
    case .int8: return .int8(try whole(operation, left, right))
    case .int16: return .int16(try whole(operation, left, right))
    case .int32: return .int32(try whole(operation, left, right))
    case .int64:
      if left.type == .date { return .int64(try dayDifference(left, right)) }
      return .int64(try whole(operation, left, right))
    case .uint8: return .uint8(try whole(operation, left, right))
    case .uint16: return .uint16(try whole(operation, left, right))
    case .uint32: return .uint32(try whole(operation, left, right))
    case .uint64: return .uint64(try whole(operation, left, right))
    case .float32: return .float32(real(operation, try operand(left), try operand(right)))
    case .float64:
      if case .duration = left.type {
        let (left, right): (Operand<Int>, Operand<Int>) = (try operand(left), try operand(right))
        return .float64(zipped(left, right, rowCount) { Double($0) / Double($1) })
      }
      return .float64(real(operation, try operand(left), try operand(right)))
    case .decimal(_, let scale):
      return .decimal(try decimals(operation, left, right), precision: 38, scale: scale)
    case .string: return .string(joined(try texts(left), try texts(right), rowCount))
    case .date, .time, .datetime, .duration: return try times(operation, left, right, type)
    case .bool, .binary, .uuid, .categorical, .enum, .list, .struct:
      preconditionFailure("no \(operation.rawValue) gives \(type)")
    }
  }

  private func real<Number: PlainElement & BinaryFloatingPoint>(
    _ operation: BinaryOperator, _ left: Operand<Number>, _ right: Operand<Number>
  ) -> FixedWidthColumn<Number> {
    switch operation {
    case .add: zipped(left, right, rowCount) { $0 + $1 }
    case .subtract: zipped(left, right, rowCount) { $0 - $1 }
    case .multiply: zipped(left, right, rowCount) { $0 * $1 }
    case .divide: zipped(left, right, rowCount) { $0 / $1 }
    default: preconditionFailure("no \(operation.rawValue) of floating-point numbers")
    }
  }

  private func whole<Number: PlainElement & FixedWidthInteger>(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) throws(FrameError) -> FixedWidthColumn<Number> {
    let (left, right): (Operand<Number>, Operand<Number>) = (
      try operand(left), try operand(right)
    )
    let sign = operation.rawValue
    switch operation {
    case .add: return try checked(left, right, sign) { $0.addingReportingOverflow($1) }
    case .subtract: return try checked(left, right, sign) { $0.subtractingReportingOverflow($1) }
    case .multiply:
      return try checked(left, right, sign) { $0.multipliedReportingOverflow(by: $1) }
    case .remainder: return remainders(left, right, rowCount)
    default: preconditionFailure("no \(sign) of whole numbers")
    }
  }

  private func decimals(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) throws(FrameError) -> FixedWidthColumn<Int128> {
    let (left, right): (Operand<Int128>, Operand<Int128>) = (
      try operand(left), try operand(right)
    )
    let limit = Decimal128.powers[38].magnitude
    func within(
      _ result: (partialValue: Int128, overflow: Bool)
    ) -> (partialValue: Int128, overflow: Bool) {
      (result.partialValue, result.overflow || result.partialValue.magnitude >= limit)
    }
    let sign = operation.rawValue
    switch operation {
    case .add: return try checked(left, right, sign) { within($0.addingReportingOverflow($1)) }
    case .subtract:
      return try checked(left, right, sign) { within($0.subtractingReportingOverflow($1)) }
    case .multiply:
      return try checked(left, right, sign) { within($0.multipliedReportingOverflow(by: $1)) }
    default: preconditionFailure("no \(sign) of decimals")
    }
  }

  // MARK: Days and times

  private func dayDifference(
    _ left: TypedExpr, _ right: TypedExpr
  ) throws(FrameError) -> FixedWidthColumn<Int> {
    let (left, right): (Operand<Int32>, Operand<Int32>) = (try operand(left), try operand(right))
    return zipped(left, right, rowCount) { Int($0) - Int($1) }
  }

  private func times(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr, _ type: DataType
  ) throws(FrameError) -> ColumnStorage {
    let sign = operation == .subtract ? -1 : 1
    switch (type, right.type) {
    case (.date, .duration(let unit)):
      let perDay = 86_400 * unit.ticksPerSecond
      let moves: Operand<Int> = try operand(right)
      return .date(
        try movedDays(
          operation, try operand(left),
          moves.mapped { flooredDivision($0 &* sign, by: perDay).quotient &* sign }))
    case (.date, _): return .date(try movedDays(operation, try operand(left), try operand(right)))
    case (.time, _):
      let (left, right): (Operand<Int>, Operand<Int>) = (try operand(left), try operand(right))
      let perDay = CivilTime.nanosecondsPerDay
      return .time(
        zipped(left, right, rowCount) {
          flooredDivision($0 &+ ($1 % perDay) &* sign, by: perDay).remainder
        })
    case (.duration(let unit), .float64):
      let (left, right): (Operand<Int>, Operand<Double>) = (try operand(left), try operand(right))
      let isQuotient = operation == .divide
      let values = zipped(left, right, rowCount) { isQuotient ? Double($0) / $1 : Double($0) * $1 }
      return .duration(
        try Casts(step: step, firstRow: firstRow, isStrict: true).attempted(
          values, as: type, hole: 0, { Int(exactly: $0.rounded(.toNearestOrAwayFromZero)) },
          shown: { "\(values.values[$0]) \(unit)" }), unit)
    default:
      return .restored(.int64(try whole(operation, left, right)), as: type)
    }
  }

  private func movedDays(
    _ operation: BinaryOperator, _ left: Operand<Int32>, _ right: Operand<Int>
  ) throws(FrameError) -> FixedWidthColumn<CivilDate> {
    let isSum = operation == .add
    let moved: FixedWidthColumn<Int> = try checked(
      left.mapped { Int($0) }, right, operation.rawValue
    ) { day, days in
      let (sum, isTooFar) =
        isSum ? day.addingReportingOverflow(days) : day.subtractingReportingOverflow(days)
      return (sum, isTooFar || Int32(exactly: sum) == nil)
    }
    return moved.mapped { CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: $0)) }
  }

  // MARK: Overflow

  /// The kernel for whole numbers, whose overflow is an error unless it happens under a null.
  @inline(__always)
  func checked<Number: PlainElement & FixedWidthInteger>(
    _ left: Operand<Number>, _ right: Operand<Number>, _ sign: String,
    _ body: (Number, Number) -> (partialValue: Number, overflow: Bool)
  ) throws(FrameError) -> FixedWidthColumn<Number> {
    var overflows = false
    let result = zipped(left, right, rowCount) { a, b in
      let (value, overflow) = body(a, b)
      overflows = overflows || overflow
      return value
    }
    guard overflows else { return result }
    for row in 0..<rowCount where result[row] != nil {
      let (a, b) = (left.value(row), right.value(row))
      guard !body(a, b).overflow else {
        let limit = Number.bitWidth == 128 ? "38 digits" : "\(Number.bitWidth) bits"
        throw FrameError(
          code: .overflow, what: "\(a) \(sign) \(b) exceeds \(limit)",
          place: "row \(firstRow + row), \(step)",
          mend: Number.bitWidth < 64
            ? "make it wider, as in col(\"x\").cast(to: .int64)"
            : "make it floating point, as in col(\"x\") * 1.0")
      }
    }
    return result
  }

  /// Numbers and lengths of time without their sign.
  func absolute(_ column: ColumnStorage) throws(FrameError) -> ColumnStorage {
    switch column.plain {
    case .int8(let values): return .int8(try absolute(values))
    case .int16(let values): return .int16(try absolute(values))
    case .int32(let values): return .int32(try absolute(values))
    case .int64(let values): return .restored(.int64(try absolute(values)), as: column.type)
    case .int128(let values): return .restored(.int128(try absolute(values)), as: column.type)
    case .float32(let values): return .float32(values.mapped { $0.magnitude })
    case .float64(let values): return .float64(values.mapped { $0.magnitude })
    case .uint8, .uint16, .uint32, .uint64: return column
    case .bits, .texts: preconditionFailure("the size of \(column.type)")
    }
  }

  private func absolute<Number: PlainElement & FixedWidthInteger>(
    _ column: FixedWidthColumn<Number>
  ) throws(FrameError) -> FixedWidthColumn<Number> {
    try checked(.column(column), .constant(0), "without its sign, beside") { value, _ in
      value < 0 ? (0 as Number).subtractingReportingOverflow(value) : (value, false)
    }
  }

  /// Numbers and lengths of time with their sign turned.
  func negated(_ column: ColumnStorage) throws(FrameError) -> ColumnStorage {
    switch column.plain {
    case .int8(let values): return .int8(try negated(values))
    case .int16(let values): return .int16(try negated(values))
    case .int32(let values): return .int32(try negated(values))
    case .int64(let values): return .restored(.int64(try negated(values)), as: column.type)
    case .int128(let values): return .restored(.int128(try negated(values)), as: column.type)
    case .float32(let values): return .float32(values.mapped { -$0 })
    case .float64(let values): return .float64(values.mapped { -$0 })
    case .uint8, .uint16, .uint32, .uint64, .bits, .texts:
      preconditionFailure("no negation of \(column.type)")
    }
  }

  private func negated<Number: PlainElement & FixedWidthInteger>(
    _ column: FixedWidthColumn<Number>
  ) throws(FrameError) -> FixedWidthColumn<Number> {
    try checked(.constant(0), .column(column), "-") { $0.subtractingReportingOverflow($1) }
  }
}
