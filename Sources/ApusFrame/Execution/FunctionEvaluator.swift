@_implementationOnly import Glibc

extension ExprEvaluator {
  /// The value of a call in each row.
  func called(
    _ function: RowFunction, _ operands: [TypedExpr], type: DataType
  ) throws(FrameError) -> ColumnStorage {
    var columns: [ColumnStorage] = []
    for operand in operands { columns.append(try column(operand)) }
    switch function {
    case .cast(let type, let isStrict):
      return try Casts(step: step, firstRow: firstRow, isStrict: isStrict).cast(
        columns[0], to: type)
    case .choose:
      guard case .bool(let condition) = columns[0] else {
        preconditionFailure("a condition is not Bool")
      }
      return try chosen(
        condition.isTrue, widened(columns[1], to: type), widened(columns[2], to: type))
    case .coalesce:
      var result = try widened(columns[0], to: type)
      for next in columns.dropFirst() {
        guard let validity = result.validity else { return result }
        result = try chosen(validity, result, widened(next, to: type))
      }
      return result
    case .extreme(let wantsGreatest):
      var result = try widened(columns[0], to: type)
      for next in columns.dropFirst() {
        result = try better(result, widened(next, to: type), wantsGreatest: wantsGreatest)
      }
      return result
    case .business(let function): return try computed(function, columns)
    case .number(let function): return try computed(function, columns)
    case .text(let function): return try computed(function, columns.map(\.asTexts))
    case .time(let function): return try computed(function, columns[0], type: type)
    case .parse(let pattern, let type, let isStrict):
      guard let parser = TimeParser(pattern, as: type),
        case .string(let texts) = columns[0].asTexts
      else { preconditionFailure("the pattern \(pattern) was let through") }
      return try parser.column(
        texts,
        Casts(
          step: step, firstRow: firstRow, isStrict: isStrict,
          mend: "parsedOrNull(_:as:) makes it null"))
    case .pattern(let function):
      guard case .string(let texts) = columns[0].asTexts else {
        preconditionFailure("a pattern for \(columns[0].type)")
      }
      return try computed(function, texts)
    case .list(let function):
      guard case .list(let lists) = columns[0] else {
        preconditionFailure("a function of no list")
      }
      return try computed(function, lists)
    case .field(let name):
      guard case .struct(let record) = columns[0], let field = record.field(name) else {
        preconditionFailure("no field \(name)")
      }
      return field
    case .isNaN:
      guard columns[0].type.isFloat, let values = columns[0].doubles else {
        return .bool(
          BooleanColumn(
            Bitmap(repeating: false, count: rowCount), validity: columns[0].validity))
      }
      return .bool(tested(.column(values), .constant(0), rowCount) { value, _ in value.isNaN })
    }
  }

  private func widened(
    _ column: ColumnStorage, to type: DataType
  ) throws(FrameError) -> ColumnStorage {
    try Casts(step: step, firstRow: firstRow, isStrict: true).cast(column, to: type)
  }

  /// The less, or greater, of two values in each row: of nulls and NaN the other one.
  private func better(
    _ first: ColumnStorage, _ second: ColumnStorage, wantsGreatest: Bool
  ) throws(FrameError) -> ColumnStorage {
    let type = first.type
    let pair = ExprEvaluator(
      columns: [first, second], rowCount: rowCount, step: step, firstRow: firstRow)
    let (left, right) = (TypedExpr.column(0, type), TypedExpr.column(1, type))
    var isLeft = TypedExpr.comparison(wantsGreatest ? .greaterOrEqual : .lessOrEqual, left, right)
    if type.isFloat { isLeft = .logic(.or, isLeft, .call(.isNaN, [right], .bool)) }
    let keepsLeft = TypedExpr.logic(
      .or, .isNull(right, true), .logic(.and, .isNull(left, false), isLeft))
    return try pair.column(.call(.choose, [keepsLeft, left, right], type))
  }

  /// The values of `first` where a bit is 1, else those of `second`.
  private func chosen(
    _ bits: Bitmap, _ first: ColumnStorage, _ second: ColumnStorage
  ) throws(FrameError) -> ColumnStorage {
    let both = try concatenated([first, second], type: first.type)
    let count = rowCount
    let rows = Values<UInt32>(count: count) { target in
      for row in 0..<count {
        target[row] = UInt32(truncatingIfNeeded: bits[row] ? row : row + count)
      }
    }
    return both.gathered(rows)
  }

  private func computed(
    _ function: NumberFunction, _ columns: [ColumnStorage]
  ) throws(FrameError) -> ColumnStorage {
    if function == .absolute { return try absolute(columns[0]) }
    guard let values = columns[0].doubles else { preconditionFailure("a function of no number") }
    switch function {
    case .absolute: return .float64(values)
    case .floor: return .float64(values.mapped { $0.rounded(.down) })
    case .ceiling: return .float64(values.mapped { $0.rounded(.up) })
    case .squareRoot: return .float64(values.mapped { $0.squareRoot() })
    case .exponential: return .float64(values.mapped { exp($0) })
    case .logarithm: return .float64(values.mapped { log($0) })
    case .round(let decimals):
      let scale = pow(10, Double(decimals))
      return .float64(
        values.mapped { value in
          let scaled = value * scale
          // Beyond 2^52 a number has no decimals to round.
          return scaled.magnitude < 0x1p52 ? scaled.rounded() / scale : value
        })
    case .power:
      guard let exponents = columns[1].doubles else { preconditionFailure("a power of no number") }
      return .float64(zipped(.column(values), .column(exponents), rowCount) { pow($0, $1) })
    }
  }
}

extension CivilDate {
  /// The first day of the week, month, quarter or year that the day is in.
  public func truncated(to unit: CalendarUnit) -> CivilDate {
    let (year, month, day) = components
    let daysBefore: Int
    switch unit {
    case .day: daysBefore = 0
    case .week: daysBefore = weekday - 1
    case .month: daysBefore = day - 1
    case .quarter:
      return CivilDate(year: year, month: (month - 1) / 3 * 3 + 1, day: 1) ?? self
    case .year: return CivilDate(year: year, month: 1, day: 1) ?? self
    }
    return CivilDate(daysSinceEpoch: daysSinceEpoch - Int32(daysBefore))
  }
}
