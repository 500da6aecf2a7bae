/// What is done with days on which business is done.
package enum BusinessFunction: Sendable, Hashable {
  case isBusinessDay(BusinessCalendar)
  /// From the first day on up to before the second.
  case count(BusinessCalendar)
  case add(BusinessCalendar, BusinessRoll)

  /// The type of the result, or nothing when the operands' types do not fit.
  func type(of operands: [DataType]) -> DataType? {
    guard operands[0] == .date else { return nil }
    switch self {
    case .isBusinessDay: return .bool
    case .count: return operands[1] == .date ? .int64 : nil
    case .add: return operands[1].isInteger ? .date : nil
    }
  }

  var rule: String {
    switch self {
    case .isBusinessDay, .count: "it takes Date; .date is that of a Datetime"
    case .add: "it takes Date and a whole number; .date is that of a Datetime"
    }
  }

  func text(_ others: ArraySlice<String>) -> String {
    let other = others.joined(separator: ", ")
    return switch self {
    case .isBusinessDay: "isBusinessDay()"
    case .count: "businessDays(until: \(other))"
    case .add: "addingBusinessDays(\(other))"
    }
  }
}

/// What happens to a day on which no business is done before business days are added to it.
public enum BusinessRoll: Sendable, Hashable {
  /// An error that names it.
  case error
  /// The next business day is taken.
  case forward
  /// The last business day before is taken.
  case backward
  /// The result is null.
  case null
}

extension Expr {
  /// Whether the day is none of the weekend, by numbers from Monday = 1, and none of the holidays.
  public func isBusinessDay(holidays: [CivilDate] = [], weekend: [Int] = [6, 7]) -> Expr {
    business(.isBusinessDay(BusinessCalendar(holidays: holidays, weekend: weekend)))
  }

  /// How many business days lie from this day on up to before the other; below 0 when the other is
  /// earlier.
  public func businessDays(
    until end: Expr, holidays: [CivilDate] = [], weekend: [Int] = [6, 7]
  ) -> Expr {
    business(.count(BusinessCalendar(holidays: holidays, weekend: weekend)), end)
  }

  /// The day so many business days on, before when `count` is below 0. A day on which no business is
  /// done is first moved as `roll` says.
  ///
  ///     try orders.with(
  ///       col("day").addingBusinessDays(lit(3), holidays: holidays, roll: .forward), as: "due")
  public func addingBusinessDays(
    _ count: Expr, holidays: [CivilDate] = [], weekend: [Int] = [6, 7], roll: BusinessRoll = .error
  ) -> Expr {
    business(.add(BusinessCalendar(holidays: holidays, weekend: weekend), roll), count)
  }

  private func business(_ function: BusinessFunction, _ others: Expr...) -> Expr {
    Expr(.call(.business(function), [self] + others))
  }
}
