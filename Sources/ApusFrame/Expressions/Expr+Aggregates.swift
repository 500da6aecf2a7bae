/// One value of many: what an aggregate does with the rows of a group.
package enum AggregateFunction: Sendable, Hashable {
  case count, sum, mean, min, max, median, std, variance, first, last, countDistinct
  case any, all, correlation, covariance, product, mode, skewness, kurtosis
  /// The values of each group as a list, in the order of rows; of those rows only in which a second
  /// input is true.
  case list
  /// So many of the greatest or least values, as a list.
  case extremes(Int, wantsGreatest: Bool)
  /// The first input where the second is least or greatest.
  case atExtreme(wantsGreatest: Bool)
  case quantile(Double)

  /// Whether it is computed in floating point whatever the type of its input.
  var wantsReals: Bool {
    switch self {
    case .median, .std, .variance, .correlation, .covariance, .product, .skewness, .kurtosis,
      .quantile:
      true
    case .count, .sum, .mean, .min, .max, .first, .last, .countDistinct, .any, .all, .mode,
      .atExtreme, .list, .extremes:
      false
    }
  }

  /// The call as text: the name of a column that is given no other.
  func text(of inputs: [String]) -> String {
    switch self {
    case .quantile(let share): "quantile(\(inputs.joined()), \(share))"
    case .atExtreme(let wantsGreatest):
      "value(\(inputs.joined(separator: wantsGreatest ? ", atMaxOf: " : ", atMinOf: ")))"
    case .extremes(let count, let wantsGreatest):
      "\(wantsGreatest ? "largest" : "smallest")(\(inputs.joined()), \(count))"
    case .count: inputs.first.map { "count(\($0))" } ?? "count"
    case .sum, .mean, .min, .max, .median, .std, .variance, .first, .last, .countDistinct, .any,
      .all, .correlation, .covariance, .product, .mode, .skewness, .kurtosis, .list:
      "\(self)(\(inputs.joined(separator: ", ")))"
    }
  }
}

private func aggregate(_ function: AggregateFunction, _ inputs: Expr...) -> Expr {
  Expr(.aggregate(function, inputs))
}

/// How many rows there are.
public func count() -> Expr { Expr(.aggregate(.count, [])) }
/// How many values a column has, nulls left out.
public func count(_ column: String) -> Expr { aggregate(.count, col(column)) }
/// How many values an expression has, nulls left out.
public func count(_ expression: Expr) -> Expr { aggregate(.count, expression) }

/// How many different values a column has, nulls left out.
public func countDistinct(_ column: String) -> Expr { aggregate(.countDistinct, col(column)) }
/// How many different values an expression has, nulls left out.
public func countDistinct(_ expression: Expr) -> Expr { aggregate(.countDistinct, expression) }

/// The sum of a column; 0 without values. Whole numbers are summed as `Int` (`UInt64` as such), and
/// beyond 64 bits are an error, as are decimals beyond 38 digits; floating-point sums are
/// compensated (Neumaier 1974), those of `Float` in `Double`. Lengths of time have a sum too.
public func sum(_ column: String) -> Expr { aggregate(.sum, col(column)) }
/// The sum of an expression; 0 without values.
public func sum(_ expression: Expr) -> Expr { aggregate(.sum, expression) }

/// The mean of a column; null without values. Of true and false: the share of true.
public func mean(_ column: String) -> Expr { aggregate(.mean, col(column)) }
/// The mean of an expression; null without values.
public func mean(_ expression: Expr) -> Expr { aggregate(.mean, expression) }

/// The least value of a column; NaN only where there is nothing else, null without values.
public func min(_ column: String) -> Expr { aggregate(.min, col(column)) }
/// The least value of an expression; NaN only where there is nothing else.
public func min(_ expression: Expr) -> Expr { aggregate(.min, expression) }

/// The greatest value of a column; NaN only where there is nothing else, null without values.
public func max(_ column: String) -> Expr { aggregate(.max, col(column)) }
/// The greatest value of an expression; NaN only where there is nothing else.
public func max(_ expression: Expr) -> Expr { aggregate(.max, expression) }

/// The median of a column: the mean of the two middle values of an even number.
public func median(_ column: String) -> Expr { aggregate(.median, col(column)) }
/// The median of an expression.
public func median(_ expression: Expr) -> Expr { aggregate(.median, expression) }

/// The quantile of a column at `share` from 0 to 1, between values by straight lines (type 7 of
/// Hyndman and Fan 1996); null without values, NaN where a value is NaN.
public func quantile(_ column: String, _ share: Double) -> Expr {
  aggregate(.quantile(share), col(column))
}
/// The quantile of an expression at `share` from 0 to 1.
public func quantile(_ expression: Expr, _ share: Double) -> Expr {
  aggregate(.quantile(share), expression)
}

/// The standard deviation of a sample (n − 1); null for fewer than two values.
public func std(_ column: String) -> Expr { aggregate(.std, col(column)) }
/// The standard deviation of a sample (n − 1); null for fewer than two values.
public func std(_ expression: Expr) -> Expr { aggregate(.std, expression) }

/// The variance of a sample (n − 1), in two passes; null for fewer than two values.
public func variance(_ column: String) -> Expr { aggregate(.variance, col(column)) }
/// The variance of a sample (n − 1), in two passes; null for fewer than two values.
public func variance(_ expression: Expr) -> Expr { aggregate(.variance, expression) }

/// The value of the first row, null when it is null there; or, `skippingNulls`, the first value.
public func first(_ column: String, skippingNulls: Bool = false) -> Expr {
  first(col(column), skippingNulls: skippingNulls)
}
/// The value of the first row, null when it is null there; or, `skippingNulls`, the first value.
public func first(_ expression: Expr, skippingNulls: Bool = false) -> Expr {
  skippingNulls
    ? aggregate(.first, expression, expression.isNotNull) : aggregate(.first, expression)
}

/// The value of the last row, null when it is null there; or, `skippingNulls`, the last value.
public func last(_ column: String, skippingNulls: Bool = false) -> Expr {
  last(col(column), skippingNulls: skippingNulls)
}
/// The value of the last row, null when it is null there; or, `skippingNulls`, the last value.
public func last(_ expression: Expr, skippingNulls: Bool = false) -> Expr {
  skippingNulls
    ? aggregate(.last, expression, expression.isNotNull) : aggregate(.last, expression)
}

/// Whether a value of a column is true; nulls are left out, and without values it is false.
public func any(_ column: String) -> Expr { aggregate(.any, col(column)) }
/// Whether a value of an expression is true; nulls are left out.
public func any(_ expression: Expr) -> Expr { aggregate(.any, expression) }

/// Whether no value of a column is false; nulls are left out, and without values it is true.
public func all(_ column: String) -> Expr { aggregate(.all, col(column)) }
/// Whether no value of an expression is false; nulls are left out.
public func all(_ expression: Expr) -> Expr { aggregate(.all, expression) }

/// Pearson's correlation of two columns, over the rows in which both have a value, in two passes;
/// null for fewer than two such rows, NaN where one column does not vary.
public func correlation(_ left: String, _ right: String) -> Expr {
  aggregate(.correlation, col(left), col(right))
}
/// Pearson's correlation of two expressions, over the rows in which both have a value.
public func correlation(_ left: Expr, _ right: Expr) -> Expr {
  aggregate(.correlation, left, right)
}
