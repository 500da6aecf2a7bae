public import ApusFrame

/// Numbers measured at regular times, without holes.
///
///     let flow = try TimeSeries(nile, values: "volume", time: "year")
///     let co2 = try TimeSeries([315.7, 317.5, 316.5], period: 12)
public struct TimeSeries: Sendable, Equatable {
  /// What the numbers are called.
  public let name: String
  /// The numbers in the order of time; all of them are finite.
  public let values: [Double]
  /// When they were measured, or `nil` when only their order is known.
  public let times: TimeAxis?
  /// How many values make a season, if known: 12 for months, 4 for quarters, 7 for days, 24 for
  /// hours, unless the maker of the series said otherwise.
  public let period: Int?

  init(name: String, values: [Double], times: TimeAxis?, period: Int?, in place: String)
    throws(StatsError)
  {
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      let when = times.map { " (\($0.label(at: row)))" } ?? ""
      let what = values[row].isNaN ? "missing (null or NaN)" : "infinite"
      throw StatsError(
        code: .badValue, what: "row \(row)\(when) of \"\(name)\" is \(what)", place: place,
        mend: "a series has a number at every time: fill the hole, or take the longest part "
          + "without one")
    }
    if let period, period < 1 {
      throw StatsError(
        code: .badOption, what: "a season of \(period) values", place: place,
        mend: "the period is the number of values that make a season, such as 12 for months")
    }
    self.name = name
    self.values = values
    self.times = times
    self.period = period
  }

  /// Numbers in the order of time. Throws when one of them is NaN or infinite.
  public init(_ values: [Double], name: String = "y", period: Int? = nil) throws(StatsError) {
    try self.init(
      name: name, values: values, times: nil, period: period, in: "TimeSeries(…)")
  }

  /// A column of numbers beside a column of times: days, days with times, or whole numbers such as
  /// years.
  ///
  /// Throws when a number or a time is missing, and when the times are not regular: a gap, a time
  /// that stands twice or times out of order are named with their rows.
  public init(_ frame: DataFrame, values: String, time: String, period: Int? = nil)
    throws(StatsError)
  {
    let place = "TimeSeries(…)"
    let columns = try frame.columns([values, time], in: place)
    let times = try TimeAxis(columns[1], in: place)
    try self.init(
      name: values, values: try columns[0].numbers(in: place), times: times,
      period: period ?? times.naturalPeriod, in: place)
  }

  /// How many values there are.
  public var count: Int { values.count }

  /// The series as a frame: its times (or positions, from 0) and its values.
  public var frame: DataFrame {
    frame(of: [(name, values)])
  }

  /// A frame of columns beside the times of the series.
  func frame(of columns: [(name: String, values: [Double])], from start: Int = 0) -> DataFrame {
    let count = columns.first?.values.count ?? 0
    let name = times?.name ?? "position"
    let time =
      times?.column(from: start, count: count) ?? AnyColumn((start..<(start + count)).map { $0 })
    return DataFrame.ofSeries(
      [AnyColumn(name: name, time)]
        + columns.map { AnyColumn(name: $0.name, AnyColumn($0.values.map { $0.isNaN ? nil : $0 })) }
    )
  }

  /// The time of a value in words.
  func label(at row: Int) -> String { times?.label(at: row) ?? "\(row)" }

  /// The season's length that a caller gave, or the series' own.
  func season(_ given: Int?, in place: String) throws(StatsError) -> Int {
    guard let season = given ?? period else {
      throw StatsError(
        code: .badOption, what: "the length of a season is not known", place: place,
        mend: "give period:, such as 12 for months")
    }
    guard season >= 2 else {
      throw StatsError(
        code: .badOption, what: "a season of \(season) values", place: place,
        mend: "a season has at least 2 values: 12 for months, 4 for quarters")
    }
    return season
  }

  /// Throws when there are fewer values than `count`.
  func require(_ count: Int, for what: String, in place: String) throws(StatsError) {
    guard values.count >= count else {
      throw StatsError(
        code: .tooFewRows,
        what: "\"\(name)\" has \(values.count) value\(values.count == 1 ? "" : "s"); \(what) "
          + "needs at least \(count)",
        place: place)
    }
  }

  /// Throws when all values are the same, to rounding.
  func requireVariation(in place: String) throws(StatsError) {
    guard let first = values.first else { return }
    let scale = values.reduce(0) { max($0, abs($1)) }
    guard values.contains(where: { abs($0 - first) > 1e-14 * scale }) else {
      throw StatsError(
        code: .badValue, what: "every value of \"\(name)\" is \(NumberText.short(first))",
        place: place, mend: "a constant series has no variation to describe")
    }
  }
}

/// What can be looked at as a series: a ``TimeSeries``, an array of numbers, a column of numbers.
public protocol SeriesValues: Sendable {
  /// The numbers as a series; `place` is what an error names.
  func series(in place: String) throws(StatsError) -> TimeSeries
}

extension TimeSeries: SeriesValues {
  /// The series itself.
  public func series(in place: String) throws(StatsError) -> TimeSeries { self }
}

extension [Double]: SeriesValues {
  /// The numbers in their order.
  public func series(in place: String) throws(StatsError) -> TimeSeries {
    try TimeSeries(name: "y", values: self, times: nil, period: nil, in: place)
  }
}

extension AnyColumn: SeriesValues {
  /// The column's numbers in the order of the rows.
  public func series(in place: String) throws(StatsError) -> TimeSeries {
    try TimeSeries(
      name: name, values: try numbers(in: place), times: nil, period: nil, in: place)
  }
}

extension Column: SeriesValues {
  /// The column's numbers in the order of the rows.
  public func series(in place: String) throws(StatsError) -> TimeSeries {
    try erased.series(in: place)
  }
}

extension DataFrame {
  /// Columns by name.
  func columns(_ names: [String], in place: String) throws(StatsError) -> [AnyColumn] {
    do throws(FrameError) {
      var columns: [AnyColumn] = []
      for name in names {
        _ = try schema.place(of: name, in: place)
        columns.append(try self[name])
      }
      return columns
    } catch {
      throw StatsError(error, in: place)
    }
  }

  /// A frame of columns that are known to fit together; a name that stands twice gets a mark.
  static func ofSeries(_ columns: [AnyColumn]) -> DataFrame {
    var names: Set<String> = []
    let named = columns.map { column in
      var column = column
      while !names.insert(column.name).inserted { column.name += "_" }
      return column
    }
    do {
      return try DataFrame(columns: named)
    } catch {
      preconditionFailure("columns of a series do not fit together: \(error)")
    }
  }
}
