/// Computes an expression that a step asks for several times once, in a step before it.
enum CommonExpressions {
  static func named(_ plan: LogicalPlan) -> LogicalPlan {
    let plan = plan.over(plan.inputs.map(named))
    switch plan.step {
    case .project(let input, let expressions):
      let parts = common(of: expressions)
      guard !parts.isEmpty else { return plan }
      let rest = expressions.map { replaced($0, parts, input.schema.fields.count) }
      return LogicalPlan(
        .project(extended(input, by: parts, label: plan.label), rest), schema: plan.schema,
        label: plan.label)
    case .aggregate(let input, let keys, var outputs):
      let parts = common(of: outputs.aggregates.flatMap(\.inputs))
      guard !parts.isEmpty else { return plan }
      outputs.aggregates = outputs.aggregates.map { aggregate in
        TypedAggregate(
          function: aggregate.function,
          inputs: aggregate.inputs.map { replaced($0, parts, input.schema.fields.count) },
          type: aggregate.type)
      }
      return LogicalPlan(
        .aggregate(extended(input, by: parts, label: plan.label), keys: keys, outputs),
        schema: plan.schema, label: plan.label)
    case .frame, .scan, .filter, .sort, .join, .groupTop, .unique, .slice, .other, .shared:
      return plan
    }
  }

  /// The largest expressions that stand more than once in `expressions`.
  private static func common(of expressions: [TypedExpr]) -> [TypedExpr] {
    var counts: [TypedExpr: Int] = [:]
    var order: [TypedExpr] = []
    func count(_ expression: TypedExpr) {
      guard !expression.operands.isEmpty || expression.hasWindow else { return }
      if counts.updateValue((counts[expression] ?? 0) + 1, forKey: expression) == nil {
        order.append(expression)
      }
      for operand in expression.operands { count(operand) }
    }
    for expression in expressions { count(expression) }
    let repeated = order.filter { counts[$0, default: 0] > 1 && !$0.columns.isEmpty }
    // What stands only inside a larger one that is repeated as often is done with it.
    return repeated.filter { part in
      !repeated.contains { whole in
        whole != part && counts[whole] == counts[part] && whole.holds(part)
      }
    }
  }

  private static func replaced(
    _ expression: TypedExpr, _ common: [TypedExpr], _ columnCount: Int
  ) -> TypedExpr {
    expression.replaced { part in
      common.firstIndex(of: part).map { .column(columnCount + $0, part.type) }
    }
  }

  private static func extended(
    _ input: LogicalPlan, by common: [TypedExpr], label: String
  ) -> LogicalPlan {
    let fields = input.schema.fields
    let columns = fields.enumerated().map { TypedExpr.column($0.offset, $0.element.type) }
    // No column of a frame can have such a name.
    let names = common.indices.map { "\u{0}common \(fields.count) \($0)" }
    let schema = Schema(distinct: fields + zip(names, common).map { Schema.Field($0, $1.type) })
    return LogicalPlan(.project(input, columns + common), schema: schema, label: label)
  }
}

extension TypedExpr {
  /// Whether `part` stands somewhere in the expression.
  fileprivate func holds(_ part: TypedExpr) -> Bool {
    operands.contains { $0 == part || $0.holds(part) }
  }

  /// The expression with every part replaced for which `body` gives another one.
  fileprivate func replaced(_ body: (TypedExpr) -> TypedExpr?) -> TypedExpr {
    do {
      return try mapped { part throws(FrameError) in body(part) }
    } catch {
      preconditionFailure("replacing parts of an expression failed: \(error)")
    }
  }
}
