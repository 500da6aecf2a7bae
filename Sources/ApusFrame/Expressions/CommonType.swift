extension DataType {
  /// Bits and sign of whole numbers.
  private var integerShape: (bits: Int, isSigned: Bool)? {
    switch self {
    case .int8: (8, true)
    case .int16: (16, true)
    case .int32: (32, true)
    case .int64: (64, true)
    case .uint8: (8, false)
    case .uint16: (16, false)
    case .uint32: (32, false)
    case .uint64: (64, false)
    case .bool, .float32, .float64, .decimal, .string, .binary, .date, .time, .datetime, .duration,
      .uuid, .categorical, .enum, .list, .struct:
      nil
    }
  }

  /// Whether the values are whole numbers without a sign.
  var isUnsigned: Bool { integerShape?.isSigned == false }

  /// Whether the values are decimals.
  var isDecimal: Bool { if case .decimal = self { true } else { false } }

  private static func integer(bits: Int, isSigned: Bool) -> DataType {
    switch (bits, isSigned) {
    case (8, true): .int8
    case (16, true): .int16
    case (32, true): .int32
    case (64, true): .int64
    case (8, false): .uint8
    case (16, false): .uint16
    case (32, false): .uint32
    case (64, false): .uint64
    // No whole number holds UInt64 and numbers below 0.
    default: .float64
    }
  }

  /// The narrowest type that holds the values of two, if there is one; floating point where whole
  /// numbers of 64 bits are not enough.
  static func common(_ left: DataType, _ right: DataType) -> DataType? {
    if left == right { return left }
    if let (bits, isSigned) = left.integerShape, let (otherBits, otherSigned) = right.integerShape {
      if isSigned == otherSigned {
        return .integer(bits: Swift.max(bits, otherBits), isSigned: isSigned)
      }
      let (signed, unsigned) = isSigned ? (bits, otherBits) : (otherBits, bits)
      return .integer(bits: Swift.max(signed, unsigned * 2), isSigned: true)
    }
    switch (left, right) {
    case (.float64, _) where right.isNumeric, (_, .float64) where left.isNumeric: return .float64
    case (.float32, let whole), (let whole, .float32):
      guard whole.isNumeric else { return nil }
      return (whole.integerShape?.bits ?? 64) <= 16 ? .float32 : .float64
    case (.decimal(_, let scale), .decimal(_, let other)):
      return .decimal(precision: 38, scale: Swift.max(scale, other))
    case (.decimal(_, let scale), let whole), (let whole, .decimal(_, let scale)):
      return whole.isInteger ? .decimal(precision: 38, scale: scale) : nil
    case (.date, .datetime): return right
    case (.datetime, .date): return left
    case (.datetime(let unit, let zone), .datetime(let other, let otherZone)):
      return zone == otherZone ? .datetime(unit.finer(other), zone: zone) : nil
    case (.duration(let unit), .duration(let other)): return .duration(unit.finer(other))
    case (.list(let element), .list(let other)): return common(element, other).map { .list($0) }
    default: return left.isTextual && right.isTextual ? .string : nil
    }
  }

  /// Whether the values are texts, kept as such or as numbers of a list.
  var isTextual: Bool { self == .string || isDictionary }
}

extension TypedExpr {
  /// The expression as another type: a literal is one of it, another is cast.
  func converted(to wanted: DataType) -> TypedExpr {
    if type == wanted { return self }
    if case .literal(let value, _) = self, ColumnStorage.of([value], type: wanted) != nil {
      return .literal(value, wanted)
    }
    return .call(.cast(wanted, isStrict: true), [self], wanted)
  }

  /// A literal in the type of what it stands beside, when it is one of its values.
  func fitted(beside other: DataType) -> TypedExpr {
    guard case .literal(let value, let type) = self, type != other else { return self }
    if value == .null { return .literal(.null, other) }
    switch (value, other) {
    case (.int(let number), .float64):
      return Double(exactly: number).map { .literal(.double($0), .float64) } ?? self
    case (.int(let number), .float32):
      return Float(exactly: number).map { .literal(.double(Double($0)), .float32) } ?? self
    case (.double, .float32): return .literal(value, .float32)
    case (.int, _) where other.isNumeric, (.unsigned, _) where other.isNumeric,
      (.decimal, .decimal):
      return ColumnStorage.of([value], type: other) == nil ? self : .literal(value, other)
    case (.duration, .duration), (.datetime, .datetime):
      guard let column = ColumnStorage.of([value], type: other), column.scalar(at: 0) == value
      else { return self }
      return .literal(value, other)
    case (.date(let day), .datetime(_, let zone)) where zone == nil:
      let start = Datetime(day, CivilTime(nanosecondsSinceMidnight: 0))
      return TypedExpr.literal(.datetime(start), .datetime(.microseconds)).fitted(beside: other)
    default: return self
    }
  }
}

extension ExprTyping {
  /// A text that is written down beside days, times, identifiers or values of a list is read as one
  /// of these: `col("day") >= "2026-01-31"`.
  func readIfAsked(
    _ operand: TypedExpr, beside other: DataType, of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    guard case .literal(.string(let text), .string) = operand else {
      return operand.fitted(beside: other)
    }
    let found: Scalar?
    let mend: String
    var noun = "\(other)"
    switch other {
    case .date:
      noun = "day"
      found = CivilDate(text).map(Scalar.date)
      mend = "write days as 2026-01-31"
    case .time:
      noun = "time"
      found = CivilTime(text).map(Scalar.time)
      mend = "write times as 08:30 or 08:30:59.25"
    case .datetime:
      noun = "day and time"
      // Read as a column would be: in the zone, if there is one.
      let column = try Casts(step: step, firstRow: 0, isStrict: false)
        .read(StringColumn([text]), as: other)
      found = column.scalar(at: 0) == .null ? nil : column.scalar(at: 0)
      mend = "write them as 2026-01-31 08:30"
    case .uuid:
      found = UniqueIdentifier(text).map(Scalar.uuid)
      mend = "write identifiers as 550e8400-e29b-41d4-a716-446655440000"
    case .decimal:
      found = nil
      return operand
    case .enum(let names):
      found = names.contains(text) ? .string(text) : nil
      mend =
        FrameError.nearest(to: text, in: names).map { "did you mean \"\($0)\"?" }
        ?? "its values are \(FrameError.summary(of: names))"
    default: return operand
    }
    guard let found else {
      throw FrameError(
        code: .badValue, what: "\"\(text)\" is no \(noun) in \"\(expr)\"", place: step, mend: mend)
    }
    return .literal(found, other)
  }
}
