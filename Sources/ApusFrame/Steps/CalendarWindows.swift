/// Which ends of a window of time belong to it.
public enum WindowEnds: Sendable, Hashable {
  /// The earlier one.
  case left
  /// The later one.
  case right
  /// Both.
  case both
  /// None.
  case none

  var hasLeft: Bool { self == .left || self == .both }
  var hasRight: Bool { self == .right || self == .both }
}

/// Which end of a window of time stands for it.
public enum WindowLabel: Sendable, Hashable {
  /// The earlier one.
  case start
  /// The later one.
  case end
}

/// Windows of time that begin at every so many units of the calendar.
struct CalendarWindows: Sendable, Hashable {
  let every: CalendarInterval
  /// How long each is; up to the start of the next when there is none.
  let period: CalendarInterval?
  /// How far the starts are moved.
  let offset: CalendarInterval
  let closed: WindowEnds
  let label: WindowLabel

  /// Whether each time is in just the window that its truncation names.
  var isTruncation: Bool {
    period == nil && offset == CalendarInterval() && closed == .left && label == .start
  }

  /// Whether windows begin and end with days.
  private var hasWholeDays: Bool {
    every.nanoseconds == 0 && offset.nanoseconds == 0 && period?.nanoseconds ?? 0 == 0
  }

  /// The error for columns and steps that have no windows.
  func check(_ field: Schema.Field, in label: String) throws(FrameError) {
    let mend: String
    switch field.type {
    case .date where !hasWholeDays: mend = "days are in windows of months and days"
    case .date, .datetime:
      guard !every.dividesTime || period.map({ !$0.goesForward }) ?? false else { return }
      mend = "take a step of one part above 0 and a period above 0, such as .months(1)"
    default: mend = "it takes Date or Datetime"
    }
    throw FrameError(
      code: .typeMismatch,
      what: "windows of \(every)\(period.map { " and \($0)" } ?? "") over \"\(field.name)\" of "
        + "\(field.type)", place: label, mend: mend)
  }
}

extension CalendarInterval {
  /// Whether a time that is moved by it comes later.
  var goesForward: Bool {
    months >= 0 && days >= 0 && nanoseconds >= 0 && self != CalendarInterval()
  }

  /// The step so many times, or nothing beyond what can be counted.
  func multiplied(by times: Int) -> CalendarInterval? {
    let (months, a) = months.multipliedReportingOverflow(by: times)
    let (days, b) = days.multipliedReportingOverflow(by: times)
    let (nanoseconds, c) = nanoseconds.multipliedReportingOverflow(by: times)
    guard !a, !b, !c else { return nil }
    return CalendarInterval(months: months, days: days, nanoseconds: nanoseconds)
  }
}

/// Finds the windows that instants lie in. Starts are times that the clocks of the zone show; a start
/// that they never show comes when they are put forward.
struct WindowKernel {
  private let windows: CalendarWindows
  private let grid: StepKernel
  private let next: StepKernel
  private let before: StepKernel
  private let after: StepKernel
  private let period: StepKernel?

  init?(_ windows: CalendarWindows, unit: TimeUnit, zone: ZoneRules?) {
    guard let back = windows.offset.multiplied(by: -1) else { return nil }
    self.windows = windows
    grid = StepKernel(windows.every, unit: unit, zone: zone)
    next = StepKernel(windows.every, unit: unit, zone: nil)
    before = StepKernel(back, unit: unit, zone: nil)
    after = StepKernel(windows.offset, unit: unit, zone: nil)
    period = windows.period.map { StepKernel($0, unit: unit, zone: zone) }
  }

  /// How many units a day has.
  var perDay: Int { grid.perDay }

  /// The labels of the windows that hold an instant, the earliest first; nothing beyond what the
  /// unit counts.
  func labels(of ticks: Int) -> [Int]? {
    let shift = grid.shift(at: ticks)
    let (local, overflow) = ticks.addingReportingOverflow(shift)
    guard !overflow, var start = start(ofLocal: local) else { return nil }
    var found: [Int] = []
    var later = Int.max
    while true {
      let begin = grid.instant(of: start, near: shift)
      let end: Int?
      if let period {
        end = period.moved(begin)
      } else {
        end = next.moved(start).map { grid.instant(of: $0, near: shift) }
      }
      guard let end else { return nil }
      let isBehindStart = ticks > begin || windows.closed.hasLeft && ticks == begin
      let isBeforeEnd = ticks < end || windows.closed.hasRight && ticks == end
      // A start that clocks never show falls on a later one: that window is there once.
      if isBehindStart, isBeforeEnd, begin < later {
        found.append(windows.label == .start ? begin : end)
      }
      // Earlier windows end earlier.
      guard end > ticks || isBeforeEnd, start > Int.min,
        let earlier = self.start(ofLocal: start - 1)
      else { return found.reversed() }
      start = earlier
      later = begin
    }
  }

  private func start(ofLocal local: Int) -> Int? {
    before.moved(local).flatMap { grid.start(ofLocal: $0) }.flatMap { after.moved($0) }
  }
}

/// The rows with the label of their window in the place of their time: a row in several windows
/// stands there as often, one in none is left out. Rows without a time keep none.
struct CalendarWindowsStep: FrameStep {
  let place: Int
  let windows: CalendarWindows

  func text(_ names: [String]) -> String { "windows of \(windows.every) over \(names[place])" }
  var decidingColumns: Set<Int>? { [place] }
  func moved(_ place: (Int) -> Int) -> CalendarWindowsStep {
    CalendarWindowsStep(place: place(self.place), windows: windows)
  }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    let column = frame.columns[place]
    let times = try InstantColumn(column, in: label)
    guard let kernel = WindowKernel(windows, unit: times.unit, zone: times.zone) else {
      throw FrameError(
        code: .badValue, what: "an offset of \(windows.offset)", place: label,
        mend: "take a smaller one")
    }
    var rows: [UInt32] = []
    var labels: [Int?] = []
    for row in 0..<frame.rowCount {
      guard let ticks = times[row] else {
        rows.append(UInt32(row))
        labels.append(nil)
        continue
      }
      guard let found = kernel.labels(of: ticks) else {
        throw FrameError(
          code: .badValue, what: "no window for \(column.scalar(at: row).shown) in row \(row)",
          place: label, mend: "leave out times at the ends of what can be counted")
      }
      for label in found {
        rows.append(UInt32(row))
        labels.append(label)
      }
      guard rows.count < Int(UInt32.max) else {
        throw FrameError(
          code: .tooManyRows, what: "windows of more than \(rows.count) rows together",
          place: label, mend: "take a shorter period")
      }
    }
    var columns = try frame.gathered(RowSelection(rows: Values(rows))).columns
    columns[place] = try times.column(of: labels, in: label)
    return DataFrame(schema: schema, columns: columns, rowCount: rows.count)
  }
}

/// Days and days with times as whole numbers of one unit.
struct InstantColumn {
  private let ticks: FixedWidthColumn<Int>
  let unit: TimeUnit
  let zone: ZoneRules?
  private let type: DataType

  init(_ column: ColumnStorage, in label: String) throws(FrameError) {
    type = column.type
    switch column {
    case .date(let days):
      ticks = days.mapped { Int($0.daysSinceEpoch) * 86_400_000 }
      unit = .milliseconds
      zone = nil
    case .datetime(let values, let unit, let name):
      ticks = values
      self.unit = unit
      zone = if let name { try ZoneRules.named(name, in: label) } else { nil }
    default: preconditionFailure("instants of \(column.type)")
    }
  }

  /// The instant of a row.
  subscript(row: Int) -> Int? { ticks[row] }

  /// A column of the same type.
  func column(of instants: [Int?], in label: String) throws(FrameError) -> ColumnStorage {
    let values = FixedWidthColumn(instants, hole: 0)
    guard case .datetime(_, let name) = type else {
      let days = values.mapped { flooredDivision($0, by: 86_400_000).quotient }
      return try Casts(step: label, firstRow: 0, isStrict: true).cast(.int64(days), to: .date)
    }
    return .datetime(values, unit, zone: name)
  }
}
