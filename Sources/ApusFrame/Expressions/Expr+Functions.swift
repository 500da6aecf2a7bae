/// A condition that waits for the value that belongs to it.
public struct When: Sendable {
  let earlier: [(condition: Expr, value: Expr)]
  let condition: Expr

  /// The value where the condition is true.
  public func then(_ value: Expr) -> Then {
    Then(cases: earlier + [(condition, value)])
  }
  /// The value where the condition is true.
  public func then(_ value: some ScalarConvertible) -> Then { then(lit(value)) }
}

/// Conditions with their values, which wait for a further one or for the value of all other rows.
public struct Then: Sendable {
  let cases: [(condition: Expr, value: Expr)]

  /// A further condition, for rows in which no earlier one is true.
  public func when(_ condition: Expr) -> When { When(earlier: cases, condition: condition) }

  /// The value of rows in which no condition is true.
  public func otherwise(_ value: Expr) -> Expr {
    cases.reversed().reduce(value) { rest, next in
      Expr(.call(.choose, [next.condition, next.value, rest]))
    }
  }
  /// The value of rows in which no condition is true.
  public func otherwise(_ value: some ScalarConvertible) -> Expr { otherwise(lit(value)) }
}

/// Begins a choice between values.
///
///     when(col("delay") > 60).then("late").when(col("delay") > 0).then("behind").otherwise("fine")
///
/// A condition that is null counts as false.
public func when(_ condition: Expr) -> When { When(earlier: [], condition: condition) }

/// The first of several values that is not null.
public func coalesce(_ first: Expr, _ others: Expr...) -> Expr {
  Expr(.call(.coalesce, [first] + others))
}

extension Expr {
  private func call(_ function: RowFunction) -> Expr { Expr(.call(function, [self])) }

  /// The value as another type. Floating-point numbers lose their fraction; texts are read as
  /// programs write values. A value that has no counterpart is an error.
  public func cast(to type: DataType) -> Expr { call(.cast(type, isStrict: true)) }
  /// The value as another type, null where it has no counterpart there.
  public func castOrNull(to type: DataType) -> Expr { call(.cast(type, isStrict: false)) }

  /// The value, or another one where it is null.
  public func fillNull(_ value: Expr) -> Expr { coalesce(self, value) }
  /// The value, or another one where it is null.
  public func fillNull(_ value: some ScalarConvertible) -> Expr { fillNull(lit(value)) }

  /// Whether the number is NaN; null where there is none.
  public var isNaN: Expr { call(.isNaN) }
  /// The number without its sign.
  public func absolute() -> Expr { call(.number(.absolute)) }
  /// The greatest whole number that is not above the number.
  public func floor() -> Expr { call(.number(.floor)) }
  /// The least whole number that is not below the number.
  public func ceiling() -> Expr { call(.number(.ceiling)) }
  /// The number rounded to so many decimals, half away from 0.
  public func rounded(decimals: Int = 0) -> Expr { call(.number(.round(decimals: decimals))) }
  /// The square root; NaN below 0.
  public func squareRoot() -> Expr { call(.number(.squareRoot)) }
  /// e to the power of the number.
  public func exponential() -> Expr { call(.number(.exponential)) }
  /// The natural logarithm.
  public func logarithm() -> Expr { call(.number(.logarithm)) }
  /// The number to the power of another.
  public func power(_ exponent: Expr) -> Expr { Expr(.call(.number(.power), [self, exponent])) }
  /// The number to the power of another.
  public func power(_ exponent: some ScalarConvertible) -> Expr { power(lit(exponent)) }
}

extension Expr {
  /// The text in capital letters.
  public func uppercased() -> Expr { call(.text(.uppercased)) }
  /// The text in small letters.
  public func lowercased() -> Expr { call(.text(.lowercased)) }
  /// The text without white space at its ends.
  public func trimmed() -> Expr { call(.text(.trimmed)) }
  /// How many Unicode scalars the text has.
  public var length: Expr { call(.text(.length)) }
  /// How many bytes the text has in UTF-8.
  public var byteLength: Expr { call(.text(.byteLength)) }
  /// Whether the text has `part` in it, to the letter.
  public func contains(_ part: String) -> Expr { call(.text(.contains(part))) }
  /// Whether the text begins with `part`.
  public func hasPrefix(_ part: String) -> Expr { call(.text(.hasPrefix(part))) }
  /// Whether the text ends with `part`.
  public func hasSuffix(_ part: String) -> Expr { call(.text(.hasSuffix(part))) }
  /// Whether the whole text fits a pattern in which `%` stands for any text and `_` for one Unicode
  /// scalar, as in SQL; a backslash takes the next character as it is.
  public func like(_ pattern: String) -> Expr { call(.text(.like(pattern))) }
  /// The text with every `part` replaced, from the left.
  public func replacing(_ part: String, with other: String) -> Expr {
    call(.text(.replacing(part, with: other)))
  }
  /// The text from the Unicode scalar at `from` on, counted from 0 or, below 0, from the end; all of
  /// it, or `count` scalars. Places before the text count: from −3, two scalars of `ab` are `a`.
  public func slice(from: Int, count: Int? = nil) -> Expr {
    call(.text(.slice(from: from, count: count)))
  }
}
