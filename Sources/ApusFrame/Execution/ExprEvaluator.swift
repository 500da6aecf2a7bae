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
    case .arithmetic(let operation, let left, let right, let type):
      return try computed(operation, left, right, type)
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

  // MARK: Operands

  /// A column of texts; a literal is a column of one row.
  func texts(_ expr: TypedExpr) throws(FrameError) -> TextOperand {
    let isConstant = expr.isLiteral && !expr.isNull
    let storage: ColumnStorage
    if case .literal(let value, let type) = expr, isConstant {
      storage = .repeating(value, type: type, count: 1)
    } else {
      storage = try column(expr)
    }
    guard case .texts(let values) = storage.ordered else {
      preconditionFailure("an operand of \(expr.type) is no text")
    }
    return TextOperand(column: values, isConstant: isConstant)
  }

  // MARK: Comparison

  private func compared(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr
  ) throws(FrameError) -> BooleanColumn {
    switch (left.type, right.type) {
    case (.int64, .float64):
      return mixedComparison(operation, try operand(left), try operand(right), rowCount)
    case (.float64, .int64):
      return mixedComparison(operation.mirrored, try operand(right), try operand(left), rowCount)
    default: break
    }
    guard left.type == right.type else {
      preconditionFailure("no comparison of \(left.type) and \(right.type)")
    }
    switch left.type {
    case .bool:
      let (left, right) = (try bools(left), try bools(right))
      return comparison(
        operation, .column(left.mapped { $0 ? 1 : 0 }), .column(right.mapped { $0 ? 1 : 0 }),
        rowCount)
    case .int8: return try compared(operation, left, right, as: Int8.self)
    case .int16: return try compared(operation, left, right, as: Int16.self)
    case .int32, .date: return try compared(operation, left, right, as: Int32.self)
    case .int64, .time, .datetime, .duration:
      return try compared(operation, left, right, as: Int.self)
    case .uint8: return try compared(operation, left, right, as: UInt8.self)
    case .uint16: return try compared(operation, left, right, as: UInt16.self)
    case .uint32, .enum: return try compared(operation, left, right, as: UInt32.self)
    case .uint64: return try compared(operation, left, right, as: UInt64.self)
    case .float32: return try compared(operation, left, right, as: Float.self)
    case .float64: return try compared(operation, left, right, as: Double.self)
    case .decimal, .uuid: return try compared(operation, left, right, as: Int128.self)
    case .string, .binary, .list, .struct:
      return textComparison(operation, try texts(left), try texts(right), rowCount)
    case .categorical:
      // Two columns may have two lists.
      return textComparison(
        operation, try texts(left.converted(to: .string)),
        try texts(right.converted(to: .string)), rowCount)
    }
  }

  private func compared<Element: PlainElement>(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr, as type: Element.Type
  ) throws(FrameError) -> BooleanColumn {
    let (left, right): (Operand<Element>, Operand<Element>) = (
      try operand(left), try operand(right)
    )
    return comparison(operation, left, right, rowCount)
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
