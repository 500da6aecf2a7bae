extension TypedExpr {
  /// The expressions that this one is made of, one level down.
  var operands: [TypedExpr] {
    switch self {
    case .column, .literal: []
    case .not(let operand), .negate(let operand), .isNull(let operand, _), .isIn(let operand, _):
      [operand]
    case .arithmetic(_, let left, let right, _), .comparison(_, let left, let right),
      .logic(_, let left, let right):
      [left, right]
    case .call(_, let operands, _): operands
    case .window(let window): window.inputs
    }
  }

  /// Whether a window function is in the expression.
  var hasWindow: Bool {
    if case .window = self { true } else { operands.contains(where: \.hasWindow) }
  }

  /// The expression with every part replaced for which `body` gives another one.
  func mapped(
    _ body: (TypedExpr) throws(FrameError) -> TypedExpr?
  ) throws(FrameError) -> TypedExpr {
    if let other = try body(self) { return other }
    switch self {
    case .column, .literal, .window: return self
    case .not(let operand): return .not(try operand.mapped(body))
    case .negate(let operand): return .negate(try operand.mapped(body))
    case .isNull(let operand, let wantsNull): return .isNull(try operand.mapped(body), wantsNull)
    case .isIn(let operand, let values): return .isIn(try operand.mapped(body), values)
    case .arithmetic(let operation, let left, let right, let type):
      return .arithmetic(operation, try left.mapped(body), try right.mapped(body), type)
    case .comparison(let operation, let left, let right):
      return .comparison(operation, try left.mapped(body), try right.mapped(body))
    case .logic(let operation, let left, let right):
      return .logic(operation, try left.mapped(body), try right.mapped(body))
    case .call(let function, let operands, let type):
      var inner: [TypedExpr] = []
      for operand in operands { inner.append(try operand.mapped(body)) }
      return .call(function, inner, type)
    }
  }
}
