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
  if case .categorical(let values) = column {
    let numbers = Set(
      wanted.compactMap {
        if case .string(let text) = $0 { values.categories.number(of: text) } else { UInt32?.none }
      })
    return members(values.codes, numbers)
  }
  let fitting = wanted.filter { $0 != .null }.compactMap { $0.exact(as: column.type) }
  guard let list = ColumnStorage.of(fitting, type: column.type) else {
    preconditionFailure("values that do not fit \(column.type)")
  }
  switch (column.plain, list.plain) {
  case (.bits(let values), .bits(let list)):
    let set = Set((0..<list.count).map { list.values[$0] })
    let bits = Bitmap(count: values.count) { set.contains(values.values[$0]) }
    return BooleanColumn(bits, validity: values.validity)
  case (.int8(let values), .int8(let list)): return members(values, Set(list.array))
  case (.int16(let values), .int16(let list)): return members(values, Set(list.array))
  case (.int32(let values), .int32(let list)): return members(values, Set(list.array))
  case (.int64(let values), .int64(let list)): return members(values, Set(list.array))
  case (.uint8(let values), .uint8(let list)): return members(values, Set(list.array))
  case (.uint16(let values), .uint16(let list)): return members(values, Set(list.array))
  case (.uint32(let values), .uint32(let list)): return members(values, Set(list.array))
  case (.uint64(let values), .uint64(let list)): return members(values, Set(list.array))
  case (.int128(let values), .int128(let list)): return members(values, Set(list.array))
  case (.float32(let values), .float32(let list)): return members(values, Set(list.array))
  case (.float64(let values), .float64(let list)): return members(values, Set(list.array))
  case (.texts(let values), .texts(let list)): return textMembership(of: values, in: list)
  default: preconditionFailure("values that do not fit \(column.type)")
  }
}

/// Whether each value is one of those of another column, of any type; null where there is none.
/// Values are the same as they are for keys: NaN is NaN, −0 is 0.
func membership(
  of column: ColumnStorage, among wanted: ColumnStorage, step: String
) throws(FrameError) -> BooleanColumn {
  let wanted = try Casts(step: step, firstRow: 0, isStrict: true).cast(wanted, to: column.type)
  let both = try concatenated([wanted, column], type: column.type)
  let grouping = try Grouping(of: [both], rowCount: both.count)
  var isWanted = [Bool](repeating: false, count: grouping.groupCount)
  return try grouping.codes.read { codes throws(FrameError) in
    for row in 0..<wanted.count where wanted.validity?[row] ?? true {
      isWanted[Int(codes[row])] = true
    }
    return BooleanColumn(
      Bitmap(count: column.count) { isWanted[Int(codes[wanted.count + $0])] },
      validity: column.validity)
  }
}

private func members<Element: Hashable>(
  _ column: FixedWidthColumn<Element>, _ set: Set<Element>
) -> BooleanColumn {
  guard let first = set.first else {
    return BooleanColumn(
      Bitmap(repeating: false, count: column.count), validity: column.validity)
  }
  if set.count == 1 {
    return tested(.column(column), .constant(first), column.count) { $0 == $1 }
  }
  return tested(.column(column), .constant(first), column.count) { value, _ in
    set.contains(value)
  }
}

extension FixedWidthColumn {
  fileprivate var array: [Element] { (0..<count).map { values[$0] } }
}

extension Scalar {
  /// The value in another type of number, when it is exact there; other values as they are.
  fileprivate func exact(as type: DataType) -> Scalar? {
    switch self {
    case .int(let value) where type == .float64: Double(exactly: value).map(Scalar.double)
    case .int(let value) where type == .float32:
      Float(exactly: value).map { .double(Double($0)) }
    case .unsigned(let value) where type.isFloat: Double(exactly: value).map(Scalar.double)
    case .double(let value) where type.isInteger:
      Int128(exactly: value).flatMap { whole in
        let scalar =
          Int(exactly: whole).map(Scalar.int) ?? UInt64(exactly: whole).map(Scalar.unsigned)
        return scalar.flatMap { ColumnStorage.of([$0], type: type) == nil ? nil : $0 }
      }
    case .double(let value) where type.isDecimal:
      Decimal128(value.description).map(Scalar.decimal).flatMap {
        ColumnStorage.of([$0], type: type) == nil ? nil : $0
      }
    default: ColumnStorage.of([self], type: type) == nil ? nil : self
    }
  }
}

extension BooleanColumn {
  /// The rows that are false, neither true nor null.
  var isFalse: Bitmap {
    guard let validity else { return values.inverted }
    return validity.combined(with: values) { $0 & ~$1 }
  }
}
