/// The days on which business is done: those of no weekend that are no holidays.
package struct BusinessCalendar: Sendable, Hashable {
  /// How many business days of a week lie before each of its days, and in all of it.
  private let before: [Int]
  /// Holidays that are not of a weekend, by number since 1970-01-01, in order.
  private let holidays: [Int]

  init(holidays: [CivilDate], weekend: [Int]) {
    precondition(
      weekend.allSatisfy((1...7).contains) && Set(weekend).count < 7,
      "a weekend of \(weekend): name at most six days by numbers, from 1 for Monday to 7")
    var before = [0]
    for weekday in 1...7 {
      before.append(before[weekday - 1] + (weekend.contains(weekday) ? 0 : 1))
    }
    self.before = before
    self.holidays = Set(holidays.map { Int($0.daysSinceEpoch) })
      .filter { !weekend.contains(CivilCalendar.weekday($0)) }.sorted()
  }

  /// How many business days lie before a day, counted from some day long ago; below 0 before that.
  func count(before day: Int) -> Int {
    // 1969-12-29 was a Monday.
    let (week, weekday) = flooredDivision(day + 3, by: 7)
    var (low, high) = (0, holidays.count)
    while low < high {
      let middle = (low + high) / 2
      if holidays[middle] < day { low = middle + 1 } else { high = middle }
    }
    return week * before[7] + before[weekday] - low
  }

  func isBusinessDay(_ day: Int) -> Bool { count(before: day + 1) > count(before: day) }

  /// The day that has `number` business days before it, and is one.
  private func day(number: Int, near start: Int) -> Int {
    // The first day up to which, itself included, there is one more.
    func isReached(_ day: Int) -> Bool { count(before: day + 1) > number }
    var step = 7
    var (low, high) = (start, start)
    while isReached(low) {
      low -= step
      step *= 2
    }
    step = 7
    while !isReached(high) {
      high += step
      step *= 2
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if isReached(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// The day so many business days from a day on; nothing when that day is none and must be.
  func day(_ count: Int, from day: Int, _ roll: BusinessRoll) -> Int? {
    var number = self.count(before: day)
    if !isBusinessDay(day) {
      switch roll {
      case .error, .null: return nil
      case .forward: break
      case .backward: number -= 1
      }
    }
    let (wanted, overflow) = number.addingReportingOverflow(count)
    // Beyond these no day has a number.
    guard !overflow, wanted.magnitude < 1 << 31 else { return nil }
    return self.day(number: wanted, near: day)
  }
}

extension ExprEvaluator {
  /// What a function makes of days on which business is done.
  func computed(
    _ function: BusinessFunction, _ columns: [ColumnStorage]
  ) throws(FrameError) -> ColumnStorage {
    guard case .date(let days) = columns[0] else {
      preconditionFailure("business on \(columns[0].type)")
    }
    switch function {
    case .isBusinessDay(let calendar):
      return .bool(
        tested(.column(days), .constant(0), rowCount) { day, _ in
          calendar.isBusinessDay(Int(day.daysSinceEpoch))
        })
    case .count(let calendar):
      guard case .date(let ends) = columns[1] else {
        preconditionFailure("business until \(columns[1].type)")
      }
      return .int64(
        zipped(.column(days), .column(ends), rowCount) { start, end in
          calendar.count(before: Int(end.daysSinceEpoch))
            - calendar.count(before: Int(start.daysSinceEpoch))
        })
    case .add(let calendar, let roll):
      let counts = try Casts(step: step, firstRow: firstRow, isStrict: true)
        .cast(columns[1], to: .int64)
      guard case .int64(let counts) = counts else {
        preconditionFailure("\(columns[1].type) business days")
      }
      let casts = Casts(
        step: step, firstRow: firstRow, isStrict: roll != .null,
        mend: "say what a day without business counts as, as in roll: .forward")
      let moved = try casts.attempted(
        rowCount, Bitmap.both(days.validity, counts.validity), as: .date,
        hole: CivilDate(daysSinceEpoch: 0),
        { row in
          calendar.day(counts.values[row], from: Int(days.values[row].daysSinceEpoch), roll)
            .flatMap { Int32(exactly: $0) }.map { CivilDate(daysSinceEpoch: $0) }
        }, shown: { "\(days.values[$0]) moved by \(counts.values[$0]) business days" })
      return .date(moved)
    }
  }
}
