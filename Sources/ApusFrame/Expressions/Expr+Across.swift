/// What is made of several columns of the same row.
package enum AcrossFunction: Sendable, Hashable {
  case sum, mean, min, max, any, all, count
}

/// The sum of several columns in each row; nulls are left out, and without values it is 0.
///
///     try marks.with(sum(across: "maths", "physics"), as: "total")
///     try marks.with(mean(across: .numeric), as: "mean")
public func sum(across columns: ColumnSelector...) -> Expr { Expr(.across(.sum, columns)) }
/// The mean of several columns in each row; nulls are left out, and without values it is null.
public func mean(across columns: ColumnSelector...) -> Expr { Expr(.across(.mean, columns)) }
/// The least of several columns in each row; nulls are left out, and NaN is it only where there is
/// nothing else.
public func min(across columns: ColumnSelector...) -> Expr { Expr(.across(.min, columns)) }
/// The greatest of several columns in each row; nulls are left out, and NaN is it only where there
/// is nothing else.
public func max(across columns: ColumnSelector...) -> Expr { Expr(.across(.max, columns)) }
/// Whether one of several columns is true in each row, as `||` of all of them has it.
public func any(across columns: ColumnSelector...) -> Expr { Expr(.across(.any, columns)) }
/// Whether several columns are all true in each row, as `&&` of all of them has it.
public func all(across columns: ColumnSelector...) -> Expr { Expr(.across(.all, columns)) }
/// How many of several columns have a value in each row.
public func count(across columns: ColumnSelector...) -> Expr { Expr(.across(.count, columns)) }

/// The least of several values; nulls are left out, and NaN is it only where there is nothing else.
public func least(_ first: Expr, _ others: Expr...) -> Expr {
  Expr(.call(.extreme(wantsGreatest: false), [first] + others))
}
/// The greatest of several values; nulls are left out, and NaN is it only where there is nothing
/// else.
public func greatest(_ first: Expr, _ others: Expr...) -> Expr {
  Expr(.call(.extreme(wantsGreatest: true), [first] + others))
}

extension ExprTyping {
  /// The function of the chosen columns, put together of simpler ones.
  func typed(
    _ function: AcrossFunction, _ columns: [ColumnSelector], of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    var names: [String] = []
    for selector in columns {
      for name in try selector.names(in: schema, step: step) where !names.contains(name) {
        names.append(name)
      }
    }
    guard let firstName = names.first else {
      throw FrameError.nothingChosen(by: columns, of: schema, in: step)
    }
    let values = names.map(col)
    let (first, others) = (col(firstName), values.dropFirst())
    if function == .sum || function == .mean {
      for name in names {
        guard let type = schema[name], type.isNumeric || type.isDuration && function == .sum else {
          throw mismatch(
            expr, "\"\(name)\" is no number: choose others, as in .numeric",
            names.compactMap { schema[$0] })
        }
      }
    }
    let count = values.reduce(lit(0)) { $0 + when($1.isNotNull).then(1).otherwise(0) }
    switch function {
    case .count: return try typed(count)
    case .any: return try typed(others.reduce(first) { $0 || $1 })
    case .all: return try typed(others.reduce(first) { $0 && $1 })
    case .min, .max:
      return try typed(Expr(.call(.extreme(wantsGreatest: function == .max), values)))
    case .sum:
      // Narrow numbers are added as wide ones, as in the sum of a column.
      let terms = names.map { name in
        let type = schema[name] ?? .float64
        let zero: Scalar = type.isDuration ? .duration(.zero) : .int(0)
        return col(name).cast(to: DataType.sum(of: type)).fillNull(Expr(.literal(zero)))
      }
      return try typed(terms.dropFirst().reduce(terms[0]) { $0 + $1 })
    case .mean:
      let sum = values.reduce(lit(0.0)) {
        $0 + $1.cast(to: .float64).fillNull(0.0)
      }
      return try typed(when(count > 0).then(sum / count).otherwise(Expr(.literal(.null))))
    }
  }
}
