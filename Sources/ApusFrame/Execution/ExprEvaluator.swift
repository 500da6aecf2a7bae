/// Computes typed expressions over whole columns: one switch on types per operation, then a kernel.
struct ExprEvaluator {
  let columns: [ColumnStorage]
  let rowCount: Int
  /// Who asks, for errors that the data cause.
  let step: String
  /// Which row of the frame is the first here, for errors too.
  let firstRow: Int

  init(columns: [ColumnStorage], rowCount: Int, step: String, firstRow: Int = 0) {
    self.columns = columns
    self.rowCount = rowCount
    self.step = step
    self.firstRow = firstRow
  }

  /// The expression's value in each row.
  func column(_ expr: TypedExpr) throws(FrameError) -> ColumnStorage {
    switch expr {
    case .column(let place, _): return columns[place]
    case .literal(let value, let type):
      return .repeating(value, type: type, count: rowCount)
    case .not(let operand):
      let values = try bools(operand)
      return .bool(BooleanColumn(values.values.inverted, validity: values.validity))
    case .negate(let operand):
      return try negated(column(operand))
    case .isNull(let operand, let wantsNull):
      return .bool(BooleanColumn(absence(of: try column(operand), wantsNull)))
    case .logic(let operation, let left, let right):
      let (left, right) = (try bools(left), try bools(right))
      return .bool(operation == .and ? conjunction(left, right) : disjunction(left, right))
    case .comparison(let operation, let left, let right):
      return .bool(try compared(operation, left, right))
    case .arithmetic(let operation, let left, let right, _):
      return try computed(operation, left, right)
    case .isIn(let operand, let values):
      return .bool(membership(of: try column(operand), in: values))
    case .window: preconditionFailure("window functions are computed over whole columns")
    case .call(let function, let operands, let type):
      return try called(function, operands, type: type)
    }
  }

  private func bools(_ expr: TypedExpr) throws(FrameError) -> BooleanColumn {
    guard case .bool(let values) = try column(expr) else {
      preconditionFailure("an operand of logic is not Bool")
    }
    return values
  }

  private func absence(of column: ColumnStorage, _ wantsNull: Bool) -> Bitmap {
    guard let validity = column.validity else {
      return Bitmap(repeating: !wantsNull, count: rowCount)
    }
    return wantsNull ? validity.inverted : validity
  }

  private func negated(_ column: ColumnStorage) throws(FrameError) -> ColumnStorage {
    switch column {
    case .float64(let values): return .float64(values.mapped { -$0 })
    case .int64(let values):
      return .int64(
        try checked(.constant(0), .column(values), "-") { $0.subtractingReportingOverflow($1) })
    case .bool, .string, .date: preconditionFailure("no negation of \(column.type)")
    }
  }

  // MARK: Operands

  /// A column of whole numbers, or one whole number.
  private func ints(_ expr: TypedExpr) throws(FrameError) -> Operand<Int> {
    if case .literal(.int(let value), _) = expr { return .constant(value) }
    guard case .int64(let values) = try column(expr) else {
      preconditionFailure("an operand is not Int")
    }
    return .column(values)
  }

  private func doubles(_ expr: TypedExpr) throws(FrameError) -> Operand<Double> {
    if case .literal(let value, _) = expr, let number = value.number { return .constant(number) }
    guard let values = try column(expr).doubles else {
      preconditionFailure("an operand is not a number")
    }
    return .column(values)
  }

  private func days(_ expr: TypedExpr) throws(FrameError) -> Operand<CivilDate> {
    if case .literal(.date(let value), _) = expr { return .constant(value) }
    guard case .date(let values) = try column(expr) else {
      preconditionFailure("an operand is not Date")
    }
    return .column(values)
  }

  /// A column of texts; a literal is a column of one row.
  private func texts(_ expr: TypedExpr) throws(FrameError) -> TextOperand {
    if case .literal(.string(let value), _) = expr {
      return TextOperand(column: StringColumn([value]), isConstant: true)
    }
    guard case .string(let values) = try column(expr) else {
      preconditionFailure("an operand is not String")
    }
    return TextOperand(column: values, isConstant: false)
  }

  // MARK: Comparison

  private func compared(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) throws(FrameError) -> BooleanColumn {
    switch (left.type, right.type) {
    case (.int64, .int64):
      return comparison(operation, try ints(left), try ints(right), rowCount)
    case (.float64, .float64):
      return comparison(operation, try doubles(left), try doubles(right), rowCount)
    case (.int64, .float64):
      return mixedComparison(operation, try ints(left), try doubles(right), rowCount)
    case (.float64, .int64):
      return mixedComparison(operation.mirrored, try ints(right), try doubles(left), rowCount)
    case (.date, .date):
      return comparison(operation, try days(left), try days(right), rowCount)
    case (.string, .string):
      return textComparison(operation, try texts(left), try texts(right), rowCount)
    case (.bool, .bool):
      let (left, right) = (try bools(left), try bools(right))
      return comparison(
        operation, .column(left.mapped { $0 ? 1 : 0 }), .column(right.mapped { $0 ? 1 : 0 }),
        rowCount)
    default: preconditionFailure("no comparison of \(left.type) and \(right.type)")
    }
  }

  // MARK: Arithmetic

  private func computed(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) throws(FrameError) -> ColumnStorage {
    switch (operation, left.type, right.type) {
    case (.add, .string, .string):
      return .string(joined(try texts(left), try texts(right), rowCount))
    case (.subtract, .date, .date):
      return .int64(
        zipped(try days(left), try days(right), rowCount) {
          Int($0.daysSinceEpoch) - Int($1.daysSinceEpoch)
        })
    case (_, .date, .int64):
      return .date(try movedDays(operation, try days(left), try ints(right)))
    case (.divide, _, _):
      return .float64(zipped(try doubles(left), try doubles(right), rowCount) { $0 / $1 })
    case (_, .int64, .int64):
      return .int64(try integers(operation, try ints(left), try ints(right)))
    default:
      let (left, right) = (try doubles(left), try doubles(right))
      switch operation {
      case .add: return .float64(zipped(left, right, rowCount) { $0 + $1 })
      case .subtract: return .float64(zipped(left, right, rowCount) { $0 - $1 })
      case .multiply: return .float64(zipped(left, right, rowCount) { $0 * $1 })
      default: preconditionFailure("no \(operation.rawValue) of floating-point numbers")
      }
    }
  }

  private func integers(
    _ operation: BinaryOperator, _ left: Operand<Int>, _ right: Operand<Int>
  ) throws(FrameError) -> FixedWidthColumn<Int> {
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

  private func movedDays(
    _ operation: BinaryOperator, _ left: Operand<CivilDate>, _ right: Operand<Int>
  ) throws(FrameError) -> FixedWidthColumn<CivilDate> {
    let sign = operation == .add ? 1 : -1
    let moved: FixedWidthColumn<Int> = try checked(
      left.mapped { Int($0.daysSinceEpoch) }, right.mapped { $0 &* sign }, operation.rawValue
    ) { day, days in
      let (sum, isTooFar) = day.addingReportingOverflow(days)
      return (sum, isTooFar || Int32(exactly: sum) == nil)
    }
    return moved.mapped { CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: $0)) }
  }

  /// The kernel for whole numbers, whose overflow is an error unless it happens under a null.
  @inline(__always)
  private func checked(
    _ left: Operand<Int>, _ right: Operand<Int>, _ sign: String,
    _ body: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) throws(FrameError) -> FixedWidthColumn<Int> {
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
        throw FrameError(
          code: .overflow, what: "\(a) \(sign) \(b) exceeds 64 bits",
          place: "row \(firstRow + row), \(step)",
          mend: "make it floating point, as in col(\"x\") * 1.0")
      }
    }
    return result
  }
}

extension BinaryOperator {
  /// The comparison with its sides exchanged.
  var mirrored: BinaryOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual, .add, .subtract, .multiply, .divide, .remainder, .and, .or: self
    }
  }
}
