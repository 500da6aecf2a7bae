private func aggregate(_ function: AggregateFunction, _ inputs: Expr...) -> Expr {
  Expr(.aggregate(function, inputs))
}

/// The product of a column, in floating point; 1 without values.
public func product(_ column: String) -> Expr { product(col(column)) }
/// The product of an expression, in floating point; 1 without values.
public func product(_ expression: Expr) -> Expr { aggregate(.product, expression) }

/// The most frequent value of a column, of several such the one that comes first; null without
/// values.
public func mode(_ column: String) -> Expr { mode(col(column)) }
/// The most frequent value of an expression, of several such the one that comes first.
public func mode(_ expression: Expr) -> Expr { aggregate(.mode, expression) }

/// The values of a column as a list, in the order of rows, nulls included.
///
///     try birds.grouped(by: "species").aggregate(list("mass"), largest("mass", 3))
public func list(_ column: String) -> Expr { list(col(column)) }
/// The values of an expression as a list, in the order of rows, nulls included.
public func list(_ expression: Expr) -> Expr { aggregate(.list, expression) }

/// The `count` greatest values of a column as a list, from the greatest on; nulls are left out, and
/// NaN counts as the greatest number, as in sorts.
public func largest(_ column: String, _ count: Int) -> Expr { largest(col(column), count) }
/// The `count` greatest values of an expression as a list, from the greatest on.
public func largest(_ expression: Expr, _ count: Int) -> Expr {
  precondition(count >= 0, "largest(…, \(count)): ask for 0 values or more")
  return aggregate(.extremes(count, wantsGreatest: true), expression)
}

/// The `count` least values of a column as a list, from the least on; nulls are left out.
public func smallest(_ column: String, _ count: Int) -> Expr { smallest(col(column), count) }
/// The `count` least values of an expression as a list, from the least on.
public func smallest(_ expression: Expr, _ count: Int) -> Expr {
  precondition(count >= 0, "smallest(…, \(count)): ask for 0 values or more")
  return aggregate(.extremes(count, wantsGreatest: false), expression)
}

/// The skewness of a sample, adjusted for its size (G1 of Joanes and Gill 1998); null for fewer than
/// three values.
public func skewness(_ column: String) -> Expr { skewness(col(column)) }
/// The skewness of a sample of an expression.
public func skewness(_ expression: Expr) -> Expr { aggregate(.skewness, expression) }

/// The excess kurtosis of a sample, adjusted for its size (G2 of Joanes and Gill 1998); null for
/// fewer than four values.
public func kurtosis(_ column: String) -> Expr { kurtosis(col(column)) }
/// The excess kurtosis of a sample of an expression.
public func kurtosis(_ expression: Expr) -> Expr { aggregate(.kurtosis, expression) }

/// The value of a column in the row in which another one is least; of several such rows the first.
public func value(_ column: String, atMinOf other: String) -> Expr {
  aggregate(.atExtreme(wantsGreatest: false), col(column), col(other))
}
/// The value of a column in the row in which another one is greatest; of several such rows the
/// first.
public func value(_ column: String, atMaxOf other: String) -> Expr {
  aggregate(.atExtreme(wantsGreatest: true), col(column), col(other))
}

/// The covariance of two columns as of a sample (n − 1), over the rows in which both have a value, in
/// two passes; null for fewer than two such rows.
public func covariance(_ left: String, _ right: String) -> Expr {
  covariance(col(left), col(right))
}
/// The covariance of two expressions as of a sample.
public func covariance(_ left: Expr, _ right: Expr) -> Expr { aggregate(.covariance, left, right) }
