internal import Glibc

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
    case .number(let function): return try computed(function, columns)
    case .text(let function): return textFunction(function, columns[0])
    case .day(let function): return dayFunction(function, columns[0])
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

  private func dayFunction(_ function: DayFunction, _ column: ColumnStorage) -> ColumnStorage {
    guard case .date(let days) = column else { preconditionFailure("a part of no day") }
    switch function {
    case .year: return .int64(days.mapped(\.year))
    case .month: return .int64(days.mapped(\.month))
    case .day: return .int64(days.mapped(\.day))
    case .weekday: return .int64(days.mapped(\.weekday))
    case .quarter: return .int64(days.mapped { ($0.month - 1) / 3 + 1 })
    case .dayOfYear:
      return .int64(
        days.mapped { Int($0.daysSinceEpoch - $0.truncated(to: .year).daysSinceEpoch) + 1 })
    case .truncated(let unit): return .date(days.mapped { $0.truncated(to: unit) })
    }
  }
}

extension CivilDate {
  /// The first day of the week, month, quarter or year that the day is in.
  public func truncated(to unit: CalendarUnit) -> CivilDate {
    let (year, month, day) = components
    let daysBefore: Int
    switch unit {
    case .week: daysBefore = weekday - 1
    case .month: daysBefore = day - 1
    case .quarter:
      return CivilDate(year: year, month: (month - 1) / 3 * 3 + 1, day: 1) ?? self
    case .year: return CivilDate(year: year, month: 1, day: 1) ?? self
    }
    return CivilDate(daysSinceEpoch: daysSinceEpoch - Int32(daysBefore))
  }
}
