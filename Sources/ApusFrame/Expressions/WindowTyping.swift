/// A window function whose names are found and whose types fit.
package struct TypedWindow: Sendable, Hashable {
  package let function: WindowFunction
  package let inputs: [TypedExpr]
  package let partition: [Int]
  package let order: [SortPlace]
  package let type: DataType
}

extension ExprTyping {
  /// The window function with names found and types checked.
  func typed(
    _ function: WindowFunction, _ inputs: [Expr], _ frame: WindowFrame, of expr: Expr
  ) throws(FrameError) -> TypedWindow {
    var operands: [TypedExpr] = []
    for input in inputs { operands.append(try typed(input)) }
    if case .isMember(let wanted) = function {
      guard let common = DataType.common(operands[0].type, wanted.column.type) else {
        throw FrameError(
          code: .typeMismatch,
          what: "\"\(expr)\" has \(operands[0].type) and \(wanted.column.type)", place: step,
          mend: "isIn takes values of the column's type: cast one of them")
      }
      operands[0] = operands[0].converted(to: common)
    }
    var partition: [Int] = []
    for name in frame.partition { partition.append(try schema.place(of: name, in: step)) }
    var order: [SortPlace] = []
    for key in frame.order {
      order.append(
        SortPlace(
          place: try schema.place(of: key.column, in: step), isDescending: key.isDescending,
          nullsFirst: key.nullsFirst))
    }
    return TypedWindow(
      function: function, inputs: operands, partition: partition, order: order,
      type: try type(of: function, operands.map(\.type), expr))
  }

  private func type(
    of function: WindowFunction, _ types: [DataType], _ expr: Expr
  ) throws(FrameError) -> DataType {
    switch function {
    case .rowNumber: return .int64
    case .rank(let method, _): return method == .average ? .float64 : .int64
    case .shift: return types[0]
    case .aggregate(let function):
      return try AggregateTyping(schema: schema, keys: [], step: step)
        .type(of: function, types, expr)
    case .fill: return types[0]
    case .tile: return .int64
    case .isMember: return .bool
    case .share: return .float64
    case .interpolate, .exponential:
      guard types[0].isNumeric else {
        throw FrameError(
          code: .typeMismatch, what: "\"\(expr)\" of \(types[0])", place: step,
          mend: "numbers have one")
      }
      return .float64
    case .cumulative(let function), .rolling(let function, _, _, _):
      // TypedWindow's kernels know no running decimals or numbers above 63 bits.
      var isKnown = types[0].isNumeric && types[0] != .uint64
      if case .decimal = types[0] { isKnown = false }
      guard isKnown || function == .count else {
        throw FrameError(
          code: .typeMismatch, what: "\"\(expr)\" of \(types[0])", place: step,
          mend: "numbers have one; cast UInt64 and decimals to Double")
      }
      switch function {
      case .count: return .int64
      case .mean, .product, .variance, .std, .median: return .float64
      case .quantile(let share):
        guard (0...1).contains(share) else {
          throw FrameError(
            code: .badValue, what: "no quantile at \(share)", place: step,
            mend: "give a share from 0 to 1, such as 0.9")
        }
        return .float64
      case .sum: return types[0].isInteger ? .int64 : types[0]
      case .min, .max: return types[0]
      }
    }
  }
}
