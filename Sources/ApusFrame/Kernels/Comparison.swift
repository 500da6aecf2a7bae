/// The comparison of two sides of one type; floating point as IEEE 754 has it.
func comparison<Element: Comparable & BitwiseCopyable & Sendable>(
  _ operation: BinaryOperator, _ left: Operand<Element>, _ right: Operand<Element>, _ count: Int
) -> BooleanColumn {
  switch operation {
  case .equal: return tested(left, right, count) { $0 == $1 }
  case .notEqual: return tested(left, right, count) { $0 != $1 }
  case .less: return tested(left, right, count) { $0 < $1 }
  case .lessOrEqual: return tested(left, right, count) { $0 <= $1 }
  case .greater: return tested(left, right, count) { $0 > $1 }
  case .greaterOrEqual: return tested(left, right, count) { $0 >= $1 }
  case .add, .subtract, .multiply, .divide, .remainder, .and, .or:
    preconditionFailure("\(operation.rawValue) is no comparison")
  }
}

/// The comparison of whole numbers with floating-point ones, exact beyond 2^53 too.
func mixedComparison(
  _ operation: BinaryOperator, _ left: Operand<Int>, _ right: Operand<Double>, _ count: Int
) -> BooleanColumn {
  switch operation {
  case .equal: return tested(left, right, count) { exactOrder($0, $1) == 0 }
  case .notEqual: return tested(left, right, count) { exactOrder($0, $1) != 0 }
  case .less: return tested(left, right, count) { (exactOrder($0, $1) ?? 0) < 0 }
  case .lessOrEqual: return tested(left, right, count) { (exactOrder($0, $1) ?? 1) <= 0 }
  case .greater: return tested(left, right, count) { (exactOrder($0, $1) ?? 0) > 0 }
  case .greaterOrEqual: return tested(left, right, count) { (exactOrder($0, $1) ?? -1) >= 0 }
  case .add, .subtract, .multiply, .divide, .remainder, .and, .or:
    preconditionFailure("\(operation.rawValue) is no comparison")
  }
}

/// Below 0 when `left` is less, 0 when both are equal, above 0 when it is greater; `nil` for NaN.
@inline(__always)
func exactOrder(_ left: Int, _ right: Double) -> Int? {
  if right.isNaN { return nil }
  if right >= 0x1p63 { return -1 }
  if right < -0x1p63 { return 1 }
  let whole = right.rounded(.down)
  let floor = Int(whole)
  if left != floor { return left < floor ? -1 : 1 }
  return right > whole ? -1 : 0
}

/// Whether both hold, in three-valued logic: false beats null.
func conjunction(_ left: BooleanColumn, _ right: BooleanColumn) -> BooleanColumn {
  let values = left.values.combined(with: right.values, &)
  guard let present = Bitmap.both(left.validity, right.validity) else {
    return BooleanColumn(values)
  }
  let isFalse = left.isFalse.combined(with: right.isFalse, |)
  // A hole may hold either bit: a result that is known to be false must not keep it.
  return BooleanColumn(
    values.combined(with: isFalse) { $0 & ~$1 }, validity: present.combined(with: isFalse, |))
}

/// Whether one holds, in three-valued logic: true beats null.
func disjunction(_ left: BooleanColumn, _ right: BooleanColumn) -> BooleanColumn {
  let isTrue = left.isTrue.combined(with: right.isTrue, |)
  guard let present = Bitmap.both(left.validity, right.validity) else {
    return BooleanColumn(isTrue)
  }
  return BooleanColumn(isTrue, validity: present.combined(with: isTrue, |))
}

/// Whether each value is one of `wanted`; null where there is none.
func membership(of column: ColumnStorage, in wanted: [Scalar]) -> BooleanColumn {
  switch column {
  case .int64(let values):
    let set = Set(
      wanted.compactMap { scalar -> Int? in
        switch scalar {
        case .int(let value): value
        case .double(let value): Int(exactly: value)
        case .null, .bool, .string, .date: nil
        }
      })
    return tested(.column(values), .constant(0), values.count) { value, _ in set.contains(value) }
  case .float64(let values):
    let set = Set(
      wanted.compactMap { scalar -> Double? in
        switch scalar {
        // A whole number that no floating-point one equals is in no such column.
        case .int(let value): Double(exactly: value)
        case .double(let value): value
        case .null, .bool, .string, .date: nil
        }
      })
    return tested(.column(values), .constant(0), values.count) { value, _ in set.contains(value) }
  case .date(let values):
    let set = Set(
      wanted.compactMap { if case .date(let day) = $0 { day } else { CivilDate?.none } })
    return tested(.column(values), .constant(0), values.count) { value, _ in set.contains(value) }
  case .bool(let values):
    let set = Set(wanted.compactMap { if case .bool(let bit) = $0 { bit } else { Bool?.none } })
    let bits = Bitmap(count: values.count) { set.contains(values.values[$0]) }
    return BooleanColumn(bits, validity: values.validity)
  case .string(let values):
    return textMembership(
      of: values,
      in: wanted.compactMap { if case .string(let text) = $0 { text } else { String?.none } })
  }
}

extension BooleanColumn {
  /// The rows that are false, neither true nor null.
  var isFalse: Bitmap {
    guard let validity else { return values.inverted }
    return validity.combined(with: values) { $0 & ~$1 }
  }
}
