@_implementationOnly import Glibc

private func window(_ function: WindowFunction, _ inputs: Expr...) -> Expr {
  Expr(.window(function, inputs, WindowFrame()))
}

/// The rank of each value among the others as a share: (rank − 1) / (rows − 1), from 0 to 1; 0 for
/// a single row, null where there is no value. Nulls do not count.
public func percentRank(_ column: String, descending: Bool = false) -> Expr {
  window(.share(isCumulative: false, descending: descending), col(column))
}

/// The share of values that come no later than each one; null where there is no value.
public func cumulativeShare(_ column: String, descending: Bool = false) -> Expr {
  window(.share(isCumulative: true, descending: descending), col(column))
}

/// Which of `count` runs of about equally many rows each row is in, from 1, in the order of
/// `over(…, order:)`; the first runs are the longer ones.
public func tile(_ count: Int) -> Expr {
  precondition(count > 0, "tile(\(count)): ask for at least 1 run")
  return window(.tile(count))
}

/// An aggregate of the rows around each one, such as `rolling(.mean, "fare", rows: -3...3)`; null
/// where fewer than `atLeast` of them have a value.
public func rolling(
  _ aggregate: RunningAggregate, _ column: String, rows: ClosedRange<Int>, atLeast: Int = 1
) -> Expr {
  rolling(aggregate, col(column), rows: rows, atLeast: atLeast)
}
/// An aggregate of the rows around each one: 0 is the row itself, −1 the one before.
public func rolling(
  _ aggregate: RunningAggregate, _ expression: Expr, rows: ClosedRange<Int>, atLeast: Int = 1
) -> Expr {
  window(
    // No frame has as many rows: so sums of places do not overflow.
    .rolling(
      aggregate.function, from: Swift.max(rows.lowerBound, -1 << 40),
      to: Swift.min(rows.upperBound, 1 << 40), least: atLeast),
    expression)
}

/// An aggregate of the rows whose time, in a column of days or of days with times, is at most
/// `period` before that of each one; null where fewer than `atLeast` of them have a value, and where
/// there is no time. Rows need not be sorted.
///
///     try sales.with(rolling(.sum, "amount", within: .days(7), of: "day").over("shop"), as: "week")
///
/// `closed` says which ends belong to the window: by default the row's own time does, and the one
/// that is just `period` before does not.
public func rolling(
  _ aggregate: RunningAggregate, _ column: String, within period: CalendarInterval,
  of time: String, closed: WindowEnds = .right, atLeast: Int = 1
) -> Expr {
  Expr(
    .window(
      .rollingSpan(aggregate.function, .interval(period), closed, least: atLeast),
      [col(column), col(time)], WindowFrame()))
}

/// How much of the past an exponential average keeps.
public enum Smoothing: Sendable, Hashable {
  /// The weight of the present value, above 0 and up to 1.
  case alpha(Double)
  /// The span of a moving average of like lag: alpha = 2 / (span + 1).
  case span(Double)
  /// After how many rows a value counts half: alpha = 1 − 2^(−1/halfLife).
  case halfLife(Double)
  /// The centre of mass: alpha = 1 / (1 + centre).
  case centre(Double)

  var alpha: Double {
    switch self {
    case .alpha(let value): value
    case .span(let span): 2 / (span + 1)
    case .halfLife(let rows): 1 - pow(2, -1 / rows)
    case .centre(let centre): 1 / (1 + centre)
    }
  }
}

/// The mean of each value and those before it, weighed so that each row back counts 1 − alpha times
/// as much. With `adjusted` the weights are divided by their sum; else the first value starts the
/// recursion. Nulls hand on the mean so far and are left out of it, but count as rows.
public func exponentialMean(
  _ column: String, _ smoothing: Smoothing, adjusted: Bool = true
) -> Expr {
  let alpha = smoothing.alpha
  precondition(
    alpha > 0 && alpha <= 1, "exponentialMean: alpha is \(alpha), not above 0 and up to 1")
  return window(.exponential(.mean, alpha: alpha, isAdjusted: adjusted), col(column))
}

/// The variance of such weights, corrected for their bias as of a sample.
public func exponentialVariance(_ column: String, _ smoothing: Smoothing) -> Expr {
  let alpha = smoothing.alpha
  precondition(alpha > 0 && alpha <= 1, "exponentialVariance: alpha is \(alpha)")
  return window(.exponential(.variance, alpha: alpha, isAdjusted: true), col(column))
}

/// The standard deviation of such weights.
public func exponentialStd(_ column: String, _ smoothing: Smoothing) -> Expr {
  exponentialVariance(column, smoothing).squareRoot()
}
