import ApusFrame

/// Regular times: where they start, and their step.
public struct TimeAxis: Sendable, Equatable {
  /// The step from one time to the next.
  public enum Step: Sendable, Equatable, CustomStringConvertible {
    /// Whole numbers, such as years.
    case units(Int)
    /// Days.
    case days(Int)
    /// Months of the calendar.
    case months(Int)
    /// A fixed length of time.
    case nanoseconds(Int)

    /// The step in words.
    public var description: String {
      func words(_ count: Int, _ unit: String) -> String {
        "\(count) \(unit)\(count == 1 ? "" : "s")"
      }
      return switch self {
      case .units(let count): "\(count)"
      case .days(let count): words(count, "day")
      case .months(let count): words(count, "month")
      case .nanoseconds(let count):
        if count % 3_600_000_000_000 == 0 {
          words(count / 3_600_000_000_000, "hour")
        } else if count % 1_000_000_000 == 0 {
          words(count / 1_000_000_000, "second")
        } else {
          words(count, "nanosecond")
        }
      }
    }
  }

  private enum Kind { case whole, date, datetime }

  /// The name of the column of times.
  public let name: String
  /// The step from one time to the next.
  public let step: Step
  /// Ticks of each given time: whole numbers, days, or nanoseconds since 1970.
  private let ticks: [Int]
  private let kind: Kind
  /// The day of the month on which steps of months fall, where the month has it.
  private let monthDay: Int

  /// Regular times out of a column; throws where they are not regular.
  init(_ column: AnyColumn, in place: String) throws(StatsError) {
    name = column.name
    (kind, ticks) = try Self.ticks(of: column, in: place)
    guard ticks.count >= 2 else {
      throw StatsError(
        code: .tooFewRows,
        what:
          "\"\(column.name)\" has \(ticks.count) time\(ticks.count == 1 ? "" : "s"), and no step",
        place: place, mend: "a series has at least 2 values")
    }
    let kind = kind
    monthDay = kind == .whole ? 1 : ticks.map { Self.day($0, kind).day }.max() ?? 1
    step = Self.likelyStep(ticks, kind, monthDay: monthDay)
    for row in 1..<ticks.count {
      if ticks[row] == ticks[row - 1] {
        throw StatsError(
          code: .badValue,
          what: "\"\(name)\" has \(label(at: row)) twice (rows \(row - 1) and \(row))",
          place: place,
          mend: "a series has one value a time: group by \"\(name)\" first")
      }
      guard ticks[row] > ticks[row - 1] else {
        throw StatsError(
          code: .badValue,
          what: "\"\(name)\" goes back from \(label(at: row - 1)) to \(label(at: row)) (rows "
            + "\(row - 1) and \(row))",
          place: place, mend: "sort the frame by \"\(name)\"")
      }
    }
    for row in 1..<ticks.count where ticks[row] != advanced(ticks[row - 1], by: 1) {
      let isGap = ticks[row] > advanced(ticks[row - 1], by: 1)
      throw StatsError(
        code: .badValue,
        what: "\"\(name)\" goes from \(label(at: row - 1)) to \(label(at: row)) (rows \(row - 1) "
          + "and \(row)), where its step is \(step)",
        place: place,
        mend: isGap
          ? "fill the gap, or take a part without one" : "bring the times to one step first")
    }
  }

  private static func ticks(of column: AnyColumn, in place: String) throws(StatsError)
    -> (Kind, [Int])
  {
    let kind: Kind
    let ticks: [Int?]
    do throws(FrameError) {
      switch column.type {
      case .date:
        kind = .date
        ticks = try column.as(CivilDate.self).map { $0.map { Int($0.daysSinceEpoch) } }
      case .datetime:
        kind = .datetime
        ticks = try column.as(Datetime.self).map { $0.flatMap { $0.ticks(.nanoseconds) } }
      case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64:
        kind = .whole
        let frame = try DataFrame(columns: [AnyColumn(name: "t", column)])
        let whole = try frame.select(col("t").cast(to: .int64).as("t"))["t"].as(Int.self)
        ticks = whole.map { $0 }
      default:
        throw FrameError(
          code: .typeMismatch, what: "\"\(column.name)\" is \(column.type), not a time",
          place: place,
          mend: "a column of times holds days, days with times or whole numbers: cast texts to "
            + "dates")
      }
    } catch {
      throw StatsError(error, in: place)
    }
    if let row = ticks.firstIndex(where: { $0 == nil }) {
      throw StatsError(
        code: .badValue, what: "row \(row) of \"\(column.name)\" is null", place: place,
        mend: "leave out rows without a time")
    }
    return (kind, ticks.compactMap { $0 })
  }

  /// The step that most times have: the middle of all steps, in months when it is as long as some
  /// number of months and the times fall on one day of the month.
  private static func likelyStep(_ ticks: [Int], _ kind: Kind, monthDay: Int) -> Step {
    let steps = zip(ticks.dropFirst(), ticks).map { $0 - $1 }.sorted()
    let middle = max(1, steps[steps.count / 2])
    switch kind {
    case .whole: return .units(middle)
    case .date, .datetime:
      let dayTicks = kind == .date ? 1 : Self.dayTicks
      let days = Double(middle) / Double(dayTicks)
      let months = (days / 30.4375).rounded()
      let fallsOnOneDay = ticks.allSatisfy { tick in
        let date = day(tick, kind)
        return date.day == min(monthDay, date.lastOfMonth)
      }
      if months >= 1, abs(days - months * 30.4375) < 3, fallsOnOneDay {
        return .months(Int(months))
      }
      return middle % dayTicks == 0 ? .days(middle / dayTicks) : .nanoseconds(middle)
    }
  }

  private static let dayTicks = 86_400_000_000_000

  private static func day(_ tick: Int, _ kind: Kind) -> CivilDate {
    kind == .date
      ? CivilDate(daysSinceEpoch: Int32(clamping: tick)) : Datetime(ticks: tick, .nanoseconds).date
  }

  /// A time so many steps after another.
  private func advanced(_ tick: Int, by steps: Int) -> Int {
    switch step {
    case .units(let count), .nanoseconds(let count): return tick + steps * count
    case .days(let count): return tick + steps * count * (kind == .date ? 1 : Self.dayTicks)
    case .months(let count):
      let date = Self.day(tick, kind)
      let month = date.year * 12 + date.month - 1 + steps * count
      let year = month >= 0 ? month / 12 : -((11 - month) / 12)
      guard let first = CivilDate(year: year, month: month - year * 12 + 1, day: 1) else {
        return .max
      }
      let day = Int(first.daysSinceEpoch) + min(monthDay, first.lastOfMonth) - 1
      guard kind == .datetime else { return day }
      return day * Self.dayTicks + tick - Int(date.daysSinceEpoch) * Self.dayTicks
    }
  }

  /// The tick of a place in the series, before its start and beyond its end too.
  private func tick(at place: Int) -> Int {
    if ticks.indices.contains(place) { return ticks[place] }
    return advanced(ticks[0], by: place)
  }

  /// A time in words.
  func label(at place: Int) -> String {
    let tick = tick(at: place)
    return switch kind {
    case .whole: "\(tick)"
    case .date: CivilDate(daysSinceEpoch: Int32(clamping: tick)).description
    case .datetime: Datetime(ticks: tick, .nanoseconds).description
    }
  }

  /// The times of places as a column, beyond the end of the series too.
  func column(from start: Int, count: Int) -> AnyColumn {
    let ticks = (start..<(start + count)).map { tick(at: $0) }
    return switch kind {
    case .whole: AnyColumn(ticks)
    case .date: AnyColumn(ticks.map { CivilDate(daysSinceEpoch: Int32(clamping: $0)) })
    case .datetime: Datetime.column(of: ticks.map { Datetime(ticks: $0, .nanoseconds) })
    }
  }

  /// The times without the first ones.
  func dropping(_ count: Int) -> TimeAxis? {
    count < ticks.count ? part(count..<ticks.count) : nil
  }

  /// Some of the times.
  func part(_ places: Range<Int>) -> TimeAxis { TimeAxis(self, ticks: Array(ticks[places])) }

  private init(_ axis: TimeAxis, ticks: [Int]) {
    name = axis.name
    step = axis.step
    kind = axis.kind
    monthDay = axis.monthDay
    self.ticks = ticks
  }

  /// How many steps make the usual season: a year of months or quarters, a week of days, a day of
  /// hours.
  var naturalPeriod: Int? {
    switch step {
    case .months(let count) where 12 % count == 0 && count < 12: 12 / count
    case .days(1): 7
    case .nanoseconds(3_600_000_000_000): 24
    default: nil
    }
  }
}

extension CivilDate {
  /// How many days the date's month has.
  fileprivate var lastOfMonth: Int {
    for day in [31, 30, 29] where CivilDate(year: year, month: month, day: day) != nil {
      return day
    }
    return 28
  }
}
