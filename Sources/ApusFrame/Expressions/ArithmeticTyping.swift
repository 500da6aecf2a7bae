extension TypedExpr {
  /// Two typed operands of an arithmetic operator with what it gives, when it is defined for them:
  /// each side is brought into the type in which the kernel wants it.
  ///
  /// Numbers are computed in `DataType.common`; `/` is always in floating point. Decimals keep their
  /// digits: sums have the larger scale, products the sum of both. Days move by whole numbers of
  /// days or by lengths of time, days with times by lengths of time; two of them differ by a length
  /// of time, two days by a number of days. Lengths of time are added, multiplied and divided by
  /// numbers, and divided by each other. Texts are joined by `+`.
  static func arithmetic(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) -> TypedExpr? {
    if left.type.isNumeric, right.type.isNumeric { return numbers(operation, left, right) }
    if left.type.isTextual, right.type.isTextual {
      guard operation == .add else { return nil }
      return .arithmetic(
        .add, left.converted(to: .string), right.converted(to: .string), .string)
    }
    return times(operation, left, right)
  }

  private static func numbers(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) -> TypedExpr? {
    let (left, right) = (left.fitted(beside: right.type), right.fitted(beside: left.type))
    guard let common = DataType.common(left.type, right.type) else { return nil }
    func both(_ type: DataType) -> TypedExpr {
      .arithmetic(operation, left.converted(to: type), right.converted(to: type), type)
    }
    switch operation {
    case .divide: return both(common == .float32 ? .float32 : .float64)
    case .remainder: return common.isInteger ? both(common) : nil
    case .multiply:
      guard case .decimal = common else { return both(common) }
      let (a, b) = (left.asDecimal, right.asDecimal)
      guard case .decimal(_, let scale) = a.type, case .decimal(_, let other) = b.type,
        scale + other <= 38
      else { return nil }
      return .arithmetic(.multiply, a, b, .decimal(precision: 38, scale: scale + other))
    default: return both(common)
    }
  }

  /// A whole number as a decimal without digits behind the point.
  private var asDecimal: TypedExpr {
    type.isInteger ? converted(to: .decimal(precision: 38, scale: 0)) : self
  }

  private static func times(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) -> TypedExpr? {
    switch (operation, left.type, right.type) {
    case (.add, .date, _) where right.type.isInteger,
      (.subtract, .date, _) where right.type.isInteger:
      return .arithmetic(operation, left, right.converted(to: .int64), .date)
    case (.subtract, .date, .date): return .arithmetic(operation, left, right, .int64)
    case (.subtract, .time, .time):
      return .arithmetic(operation, left, right, .duration(.nanoseconds))
    case (.subtract, _, _) where left.type.isDay && right.type.isDay:
      guard let common = DataType.common(left.type, right.type),
        case .datetime(let unit, _) = common
      else { return nil }
      return .arithmetic(
        .subtract, left.converted(to: common), right.converted(to: common), .duration(unit))
    case (.add, .date, .duration), (.subtract, .date, .duration):
      return .arithmetic(operation, left, right, .date)
    case (.add, .time, .duration), (.subtract, .time, .duration):
      return .arithmetic(operation, left, right.converted(to: .duration(.nanoseconds)), .time)
    case (.add, .datetime(let unit, let zone), .duration(let other)),
      (.subtract, .datetime(let unit, let zone), .duration(let other)):
      let finer = right.isLiteral ? right.fitted(beside: .duration(unit)).unit ?? other : other
      let type = DataType.datetime(unit.finer(finer), zone: zone)
      return .arithmetic(
        operation, left.converted(to: type), right.converted(to: .duration(unit.finer(finer))), type
      )
    case (.add, .duration, .date), (.add, .duration, .datetime), (.add, .duration, .time):
      return times(.add, right, left)
    case (.add, .duration(let unit), .duration(let other)),
      (.subtract, .duration(let unit), .duration(let other)):
      let type = DataType.duration(unit.finer(other))
      return .arithmetic(operation, left.converted(to: type), right.converted(to: type), type)
    case (.divide, .duration(let unit), .duration(let other)):
      let type = DataType.duration(unit.finer(other))
      return .arithmetic(.divide, left.converted(to: type), right.converted(to: type), .float64)
    case (.multiply, .duration, _) where right.type.isInteger:
      return .arithmetic(.multiply, left, right.converted(to: .int64), left.type)
    case (.multiply, .duration, _) where right.type.isNumeric,
      (.divide, .duration, _) where right.type.isNumeric:
      return .arithmetic(operation, left, right.converted(to: .float64), left.type)
    case (.multiply, _, .duration): return times(.multiply, right, left)
    default: return nil
    }
  }

  private var unit: TimeUnit? { if case .duration(let unit) = type { unit } else { nil } }
}

extension DataType {
  /// Whether the values are days, with a time or without.
  fileprivate var isDay: Bool {
    switch self {
    case .date, .datetime: true
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .decimal, .string, .binary, .time, .duration, .uuid, .categorical, .enum, .list,
      .struct:
      false
    }
  }
}
