/// What is computed in each row from the rows of its partition.
package enum WindowFunction: Sendable, Hashable {
  /// The aggregate of the whole partition, the same in each of its rows.
  case aggregate(AggregateFunction)
  case rank(RankMethod, descending: Bool)
  case rowNumber
  /// The value so many rows before; below 0, behind.
  case shift(Int)
  case cumulative(RunningFunction)
  /// Of the rows from one place to another, 0 being the row itself.
  case rolling(RunningFunction, from: Int, to: Int, least: Int)
  /// The value, or the nearest one before or behind.
  case fill(isForward: Bool, limit: Int?)
  case interpolate
  /// The place among the values as a share.
  case share(isCumulative: Bool, descending: Bool)
  case tile(Int)
  case exponential(ExponentialFunction, alpha: Double, isAdjusted: Bool)
  /// Whether the value is one of those of a column.
  case isMember(HeldColumn)

  /// What a running computation keeps.
  package enum RunningFunction: Sendable, Hashable {
    case sum, mean, min, max, count, product, variance, std, median
    case quantile(Double)
  }

  /// What is computed with weights that fade.
  package enum ExponentialFunction: Sendable, Hashable {
    case mean, variance
  }

  func text(of inputs: [String]) -> String {
    let inner = inputs.joined(separator: ", ")
    switch self {
    case .aggregate(let function): return function.text(of: inputs)
    case .rank: return "rank(\(inner))"
    case .rowNumber: return "rowNumber()"
    case .shift(let count):
      return count < 0 ? "lead(\(inner), \(-count))" : "lag(\(inner), \(count))"
    case .cumulative(let function): return "cumulative(.\(function), \(inner))"
    case .rolling(let function, let from, 0, _) where from <= 0:
      return "rolling(.\(function), \(inner), \(1 - from))"
    case .rolling(let function, let from, let to, _):
      return "rolling(.\(function), \(inner), rows: \(from)...\(to))"
    case .fill(let isForward, let limit):
      let many = limit.map { "(limit: \($0))" } ?? ""
      return "\(inner).fillNull(\(isForward ? ".forward" : ".backward")\(many))"
    case .interpolate: return "\(inner).interpolated()"
    case .share(let isCumulative, _):
      return "\(isCumulative ? "cumulativeShare" : "percentRank")(\(inner))"
    case .tile(let count): return "tile(\(count))"
    case .isMember(let wanted):
      return "\(inner).isIn(valuesOf: a column of \(wanted.column.count) rows)"
    case .exponential(let function, let alpha, _):
      return "exponential\(function == .mean ? "Mean" : "Variance")(\(inner), .alpha(\(alpha)))"
    }
  }
}

/// A column that an expression brings along; equal to itself only.
package final class HeldColumn: Sendable, Hashable {
  package let column: ColumnStorage

  init(_ column: ColumnStorage) { self.column = column }

  package static func == (left: HeldColumn, right: HeldColumn) -> Bool { left === right }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// How rows of equal values are ranked.
public enum RankMethod: Sendable, Hashable {
  /// All have the least of their places: 1, 2, 2, 4.
  case min
  /// All have the greatest of their places: 1, 3, 3, 4.
  case max
  /// All have the mean of their places: 1, 2.5, 2.5, 4.
  case average
  /// Places are counted without gaps: 1, 2, 2, 3.
  case dense
  /// Each has its own place, in the order of rows: 1, 2, 3, 4.
  case ordinal
}

/// Rows that belong together, and their order.
package struct WindowFrame: Sendable {
  package var partition: [String] = []
  package var order: [SortKey] = []

  /// The frame as it is written.
  var text: String {
    guard !partition.isEmpty || !order.isEmpty else { return "" }
    var parts = partition.map { "\"\($0)\"" }
    for (place, key) in order.enumerated() {
      let name = "\(key.isDescending ? ".descending" : ".ascending")(\"\(key.column)\")"
      parts.append(place == 0 ? "order: \(name)" : name)
    }
    return ".over(\(parts.joined(separator: ", ")))"
  }
}

/// What is kept while rows go by: the first argument of `cumulative` and `rolling`.
public enum RunningAggregate: Sendable, Hashable {
  /// The sum.
  case sum
  /// The mean.
  case mean
  /// The least value.
  case min
  /// The greatest value.
  case max
  /// How many values there are.
  case count
  /// The product, in floating point.
  case product
  /// The variance of a sample (n − 1).
  case variance
  /// The standard deviation of a sample (n − 1).
  case std
  /// The median.
  case median
  /// The quantile at a share from 0 to 1, between values by straight lines.
  case quantile(Double)

  var function: WindowFunction.RunningFunction {
    switch self {
    case .product: .product
    case .variance: .variance
    case .std: .std
    case .median: .median
    case .quantile(let share): .quantile(share)
    case .sum: .sum
    case .mean: .mean
    case .min: .min
    case .max: .max
    case .count: .count
    }
  }
}

private func window(_ function: WindowFunction, _ inputs: Expr...) -> Expr {
  Expr(.window(function, inputs, WindowFrame()))
}

/// The place of each value of a column among the others, from 1; null where there is none.
///
///     try flights.with(rank("dep_delay").over("origin"), as: "rank")
///
/// NaN counts as the greatest number. Whole numbers, but for `.average`.
public func rank(
  _ column: String, method: RankMethod = .min, descending: Bool = false
) -> Expr {
  rank(col(column), method: method, descending: descending)
}
/// The place of each value of an expression among the others, from 1.
public func rank(
  _ expression: Expr, method: RankMethod = .min, descending: Bool = false
) -> Expr {
  window(.rank(method, descending: descending), expression)
}

/// The number of each row, from 1.
public func rowNumber() -> Expr { window(.rowNumber) }

/// The value of a column so many rows before; null where there is no such row.
public func lag(_ column: String, _ count: Int = 1) -> Expr { lag(col(column), count) }
/// The value of an expression so many rows before; null where there is no such row.
public func lag(_ expression: Expr, _ count: Int = 1) -> Expr { window(.shift(count), expression) }

/// The value of a column so many rows behind; null where there is no such row.
public func lead(_ column: String, _ count: Int = 1) -> Expr { lag(col(column), -count) }
/// The value of an expression so many rows behind; null where there is no such row.
public func lead(_ expression: Expr, _ count: Int = 1) -> Expr { lag(expression, -count) }

/// An aggregate of all rows up to each one, such as `cumulative(.sum, "fare")`; null where the row
/// itself has no value.
public func cumulative(_ aggregate: RunningAggregate, _ column: String) -> Expr {
  cumulative(aggregate, col(column))
}
/// An aggregate of all rows up to each one; null where the row itself has no value.
public func cumulative(_ aggregate: RunningAggregate, _ expression: Expr) -> Expr {
  window(.cumulative(aggregate.function), expression)
}

/// An aggregate of each row and those before it, `count` in all, such as
/// `rolling(.mean, "fare", 7)`; null where fewer than `atLeast` of them have a value.
public func rolling(
  _ aggregate: RunningAggregate, _ column: String, _ count: Int, atLeast: Int? = nil
) -> Expr {
  rolling(aggregate, col(column), count, atLeast: atLeast)
}
/// An aggregate of each row and those before it, `count` in all; null where fewer than `atLeast` of
/// them have a value, all of them when that is not given.
public func rolling(
  _ aggregate: RunningAggregate, _ expression: Expr, _ count: Int, atLeast: Int? = nil
) -> Expr {
  precondition(count > 0, "rolling(…, \(count)): a window has at least one row")
  return window(
    .rolling(aggregate.function, from: 1 - count, to: 0, least: atLeast ?? count), expression)
}

extension Expr {
  /// The expression with its aggregates and window functions computed in each group of rows that
  /// agree in the named columns, in the given order of rows; every row gets its group's value.
  ///
  ///     col("fare") - mean("fare").over("city")
  ///     rowNumber().over("city", order: .descending("fare"))
  public func over(_ columns: String..., order: SortKey...) -> Expr {
    over(WindowFrame(partition: columns, order: order))
  }

  private func over(_ frame: WindowFrame) -> Expr {
    switch node {
    case .column, .literal, .across: self
    case .unary(let operation, let operand): Expr(.unary(operation, operand.over(frame)))
    case .binary(let operation, let left, let right):
      Expr(.binary(operation, left.over(frame), right.over(frame)))
    case .isIn(let operand, let values): Expr(.isIn(operand.over(frame), values))
    case .call(let function, let operands):
      Expr(.call(function, operands.map { $0.over(frame) }))
    case .aggregate(let function, let inputs): Expr(.window(.aggregate(function), inputs, frame))
    case .window(let function, let inputs, let own):
      own.partition.isEmpty && own.order.isEmpty ? Expr(.window(function, inputs, frame)) : self
    case .named(let inner, let name): Expr(.named(inner.over(frame), name))
    }
  }
}
