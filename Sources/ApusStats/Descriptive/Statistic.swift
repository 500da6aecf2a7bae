public import ApusFrame

/// A number that describes a sample, by name: what groups and windows of frames are asked for.
///
///     try flights.grouped(by: "origin").statistics(of: "dep_delay", .mean, .trimmedMean(0.1))
public struct Statistic: Sendable {
  /// The name, which the column of its values gets.
  public let name: String
  /// What resampling need not compute from a whole new sample.
  let shortcut: Shortcut
  private let body: @Sendable (Sample) throws(StatsError) -> Double

  /// How a statistic of resamples may be found.
  enum Shortcut: Sendable {
    /// From the resampled numbers, by a function of the program.
    case none
    /// From the resampled numbers, by a function of this room, on any thread.
    case builtIn
    /// From a sum.
    case mean
    /// From the sorted sample: the resample's order statistics are those of uniform numbers.
    case quantile(Double, QuantileType)
  }

  /// A statistic of a name.
  public init(_ name: String, _ body: @escaping @Sendable (Sample) throws(StatsError) -> Double) {
    self.init(name, .none, body)
  }

  init(
    _ name: String, _ shortcut: Shortcut,
    _ body: @escaping @Sendable (Sample) throws(StatsError) -> Double
  ) {
    self.name = name
    self.shortcut = shortcut
    self.body = body
  }

  /// The statistic of a sample; throws where it is not defined.
  public func callAsFunction(_ sample: Sample) throws(StatsError) -> Double { try body(sample) }

  /// The statistic, or `nil` for samples that are too small or have no spread.
  func unlessUndefined(_ sample: Sample) throws(StatsError) -> Double? {
    do throws(StatsError) {
      return try body(sample)
    } catch {
      guard error.code == .tooFewRows || error.code == .badValue else { throw error }
      return nil
    }
  }

  /// How many values there are.
  public static let count = Statistic("count", .builtIn) { Double($0.count) }
  /// The mean.
  public static let mean = Statistic("mean", .mean) { (x) throws(StatsError) in try x.mean }
  /// The variance (n − 1).
  public static let variance = Statistic("variance", .builtIn) { (x) throws(StatsError) in
    try x.variance()
  }
  /// The standard deviation (n − 1).
  public static let sd = Statistic("sd", .builtIn) { (x) throws(StatsError) in try x.sd() }
  /// The standard error of the mean.
  public static let sem = Statistic("sem", .builtIn) { (x) throws(StatsError) in try x.sem }
  /// The skewness g1.
  public static let skewness = Statistic("skewness", .builtIn) { (x) throws(StatsError) in
    try x.skewness()
  }
  /// The excess kurtosis g2.
  public static let kurtosis = Statistic("kurtosis", .builtIn) { (x) throws(StatsError) in
    try x.kurtosis()
  }
  /// The median.
  public static let median = Statistic("median", .quantile(0.5, .averagedInverse)) {
    (x) throws(StatsError) in try x.median
  }
  /// The median absolute deviation.
  public static let mad = Statistic("mad", .builtIn) { (x) throws(StatsError) in
    try x.medianAbsoluteDeviation()
  }
  /// The interquartile range (type 7).
  public static let iqr = Statistic("iqr", .builtIn) { (x) throws(StatsError) in
    try x.interquartileRange()
  }
  /// The geometric mean.
  public static let geometricMean = Statistic("geometricMean", .builtIn) { (x) throws(StatsError) in
    try x.geometricMean
  }
  /// The harmonic mean.
  public static let harmonicMean = Statistic("harmonicMean", .builtIn) { (x) throws(StatsError) in
    try x.harmonicMean
  }
  /// The entropy of how often each value occurs.
  public static let entropy = Statistic("entropy", .builtIn) { (x) throws(StatsError) in
    try x.entropy()
  }

  /// A quantile.
  public static func quantile(_ p: Double, type: QuantileType = .linear) -> Statistic {
    Statistic("q\(NumberText.short(p * 100, digits: 6))", .builtIn) { (x) throws(StatsError) in
      try x.quantile(p, type: type)
    }
  }

  /// A trimmed mean.
  public static func trimmedMean(_ proportion: Double) -> Statistic {
    Statistic("trimmedMean", .builtIn) { (x) throws(StatsError) in try x.trimmedMean(proportion) }
  }
}

extension GroupedFrame {
  /// Statistics of a column, a row for each group; null where one is not defined.
  public func statistics(
    of column: String, _ statistics: Statistic...
  ) throws(StatsError) -> DataFrame {
    let place = "statistics(of: \"\(column)\")"
    do throws(FrameError) {
      return try withStatistics(try aggregate(list(column).as(listName)), statistics, in: place)
    } catch { throw StatsError(error, in: place) }
  }
}

extension RollingGroups {
  /// Statistics of a column over each row's window; null where one is not defined.
  public func statistics(
    of column: String, _ statistics: Statistic...
  ) throws(StatsError) -> DataFrame {
    let place = "statistics(of: \"\(column)\")"
    do throws(FrameError) {
      return try withStatistics(try aggregate(list(column).as(listName)), statistics, in: place)
    } catch { throw StatsError(error, in: place) }
  }
}

private let listName = "\u{0}values"

/// The frame with its column of lists replaced by statistics of each list.
private func withStatistics(
  _ lists: DataFrame, _ statistics: [Statistic], in place: String
) throws(FrameError) -> DataFrame {
  let wanted = try lists[listName]
  var frame = try lists.drop(listName)
  var columns: [[Double?]] = statistics.map { _ in [] }
  do throws(StatsError) {
    for values in try wanted.lists(in: place) {
      let sample = try Sample(values, in: place)
      for (number, statistic) in statistics.enumerated() {
        columns[number].append(try statistic.unlessUndefined(sample))
      }
    }
  } catch {
    throw FrameError(
      code: error.code == .typeMismatch ? .typeMismatch : .badValue, what: error.what,
      place: place, mend: error.mend)
  }
  var all: [AnyColumn] = []
  for name in frame.columnNames { all.append(try frame[name]) }
  for (statistic, values) in zip(statistics, columns) {
    all.append(AnyColumn(name: statistic.name, AnyColumn(values)))
  }
  frame = try DataFrame(columns: all)
  return frame
}

extension AnyColumn {
  /// The numbers of each row of a column of lists; NaN for null.
  func lists(in place: String) throws(StatsError) -> [[Double]] {
    guard case .list(let column) = storage else {
      throw StatsError(
        code: .typeMismatch, what: "\"\(name)\" is \(type), not lists of numbers", place: place)
    }
    let numbers = try AnyColumn(name: name, column.child).numbers(in: place)
    return (0..<column.count).map { Array(numbers[column.range($0)]) }
  }
}
