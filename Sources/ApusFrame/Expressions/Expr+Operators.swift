// Operators take two expressions, or an expression and a value of Swift. `Expr` itself is no
// literal: so the compiler has one reading of each operator, and texts are never taken for names.

extension Expr {
  /// The sum; texts are joined, and days moved by whole numbers.
  public static func + (left: Expr, right: Expr) -> Expr { .binary(.add, left, right) }
  /// The sum; texts are joined, and days moved by whole numbers.
  public static func + (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.add, left, lit(right))
  }
  /// The sum; texts are joined, and days moved by whole numbers.
  public static func + (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.add, lit(left), right)
  }
  /// The difference; of two days, in days.
  public static func - (left: Expr, right: Expr) -> Expr { .binary(.subtract, left, right) }
  /// The difference; of two days, in days.
  public static func - (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.subtract, left, lit(right))
  }
  /// The difference; of two days, in days.
  public static func - (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.subtract, lit(left), right)
  }
  /// The product.
  public static func * (left: Expr, right: Expr) -> Expr { .binary(.multiply, left, right) }
  /// The product.
  public static func * (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.multiply, left, lit(right))
  }
  /// The product.
  public static func * (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.multiply, lit(left), right)
  }
  /// The quotient, always in floating point.
  public static func / (left: Expr, right: Expr) -> Expr { .binary(.divide, left, right) }
  /// The quotient, always in floating point.
  public static func / (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.divide, left, lit(right))
  }
  /// The quotient, always in floating point.
  public static func / (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.divide, lit(left), right)
  }
  /// The remainder of whole numbers; null where the divisor is 0.
  public static func % (left: Expr, right: Expr) -> Expr { .binary(.remainder, left, right) }
  /// The remainder of whole numbers; null where the divisor is 0.
  public static func % (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.remainder, left, lit(right))
  }
  /// The remainder of whole numbers; null where the divisor is 0.
  public static func % (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.remainder, lit(left), right)
  }
}

extension Expr {
  /// Whether the values are equal; null where either is.
  public static func == (left: Expr, right: Expr) -> Expr { .binary(.equal, left, right) }
  /// Whether the values are equal; null where either is.
  public static func == (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.equal, left, lit(right))
  }
  /// Whether the values are equal; null where either is.
  public static func == (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.equal, lit(left), right)
  }
  /// Whether the values differ; null where either is null.
  public static func != (left: Expr, right: Expr) -> Expr { .binary(.notEqual, left, right) }
  /// Whether the values differ; null where either is null.
  public static func != (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.notEqual, left, lit(right))
  }
  /// Whether the values differ; null where either is null.
  public static func != (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.notEqual, lit(left), right)
  }
  /// Whether the left value is less; null where either is null.
  public static func < (left: Expr, right: Expr) -> Expr { .binary(.less, left, right) }
  /// Whether the left value is less; null where either is null.
  public static func < (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.less, left, lit(right))
  }
  /// Whether the left value is less; null where either is null.
  public static func < (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.less, lit(left), right)
  }
  /// Whether the left value is at most the right one; null where either is null.
  public static func <= (left: Expr, right: Expr) -> Expr { .binary(.lessOrEqual, left, right) }
  /// Whether the left value is at most the right one; null where either is null.
  public static func <= (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.lessOrEqual, left, lit(right))
  }
  /// Whether the left value is at most the right one; null where either is null.
  public static func <= (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.lessOrEqual, lit(left), right)
  }
  /// Whether the left value is greater; null where either is null.
  public static func > (left: Expr, right: Expr) -> Expr { .binary(.greater, left, right) }
  /// Whether the left value is greater; null where either is null.
  public static func > (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.greater, left, lit(right))
  }
  /// Whether the left value is greater; null where either is null.
  public static func > (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.greater, lit(left), right)
  }
  /// Whether the left value is at least the right one; null where either is null.
  public static func >= (left: Expr, right: Expr) -> Expr { .binary(.greaterOrEqual, left, right) }
  /// Whether the left value is at least the right one; null where either is null.
  public static func >= (left: Expr, right: some ScalarConvertible) -> Expr {
    .binary(.greaterOrEqual, left, lit(right))
  }
  /// Whether the left value is at least the right one; null where either is null.
  public static func >= (left: some ScalarConvertible, right: Expr) -> Expr {
    .binary(.greaterOrEqual, lit(left), right)
  }
}

extension Expr {
  /// Whether both hold: false beside false whatever the other is, else null where either is null.
  public static func && (left: Expr, right: Expr) -> Expr { .binary(.and, left, right) }
  /// Whether one holds: true beside true whatever the other is, else null where either is null.
  public static func || (left: Expr, right: Expr) -> Expr { .binary(.or, left, right) }
  /// The contrary; null stays null.
  public static prefix func ! (operand: Expr) -> Expr { Expr(.unary(.not, operand)) }
  /// The number with its sign turned.
  public static prefix func - (operand: Expr) -> Expr { Expr(.unary(.negate, operand)) }

  /// Whether there is no value.
  public var isNull: Expr { Expr(.unary(.isNull, self)) }
  /// Whether there is a value.
  public var isNotNull: Expr { Expr(.unary(.isNotNull, self)) }

  /// Whether the value is one of `values`; null where there is none.
  public func isIn<Value: ScalarConvertible>(_ values: Value...) -> Expr { isIn(values) }
  /// Whether the value is one of `values`; null where there is none.
  public func isIn(_ values: some Sequence<some ScalarConvertible>) -> Expr {
    Expr(.isIn(self, values.map(\.scalar)))
  }

  /// Whether the value is one of those of a column, which may be of another frame; null where there
  /// is none. Nulls of the column count for nothing; NaN is in it when it holds NaN.
  ///
  ///     try sales.filter(col("city").isIn(valuesOf: capitals["name"]))
  public func isIn(valuesOf column: AnyColumn) -> Expr {
    Expr(.window(.isMember(HeldColumn(column.storage)), [self], WindowFrame()))
  }

  private static func binary(_ operation: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr {
    Expr(.binary(operation, left, right))
  }
}
