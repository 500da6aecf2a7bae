/// Makes a plan that gives the same rows and does less for them: constants, parts of the plan and
/// expressions that occur more than once are computed once, filters and limits go down to where rows
/// come from, and only columns that are wanted go up. The order of joins is chosen while they are
/// done, from what was found by then (JoinChain).
struct Optimizer {
  func optimized(_ plan: LogicalPlan) -> LogicalPlan {
    let shared = SharedPlans.marked(ConstantFolding.folded(plan))
    let limited = LimitPushdown.pushed(PredicatePushdown.pushed(shared))
    return ProjectionPushdown.pruned(CommonExpressions.named(limited))
  }
}

extension LogicalPlan {
  /// The plans that this one works on.
  var inputs: [LogicalPlan] {
    switch step {
    case .frame, .scan: []
    case .filter(let input, _), .project(let input, _), .aggregate(let input, _, _),
      .sort(let input, _, _), .groupTop(let input, _, _, _), .unique(let input, _),
      .slice(let input, _, _), .shared(let input, _):
      [input]
    case .other(_, let inputs): inputs
    case .join(let left, let right, _): [left, right]
    }
  }

  /// The same step on other inputs, whose columns are the same.
  func over(_ inputs: [LogicalPlan]) -> LogicalPlan {
    let step: Step =
      switch step {
      case .frame, .scan: step
      case .filter(_, let predicate): .filter(inputs[0], predicate)
      case .project(_, let expressions): .project(inputs[0], expressions)
      case .aggregate(_, let keys, let outputs): .aggregate(inputs[0], keys: keys, outputs)
      case .sort(_, let keys, let limit): .sort(inputs[0], keys, limit: limit)
      case .groupTop(_, let keys, let order, let count):
        .groupTop(inputs[0], keys: keys, order, count: count)
      case .unique(_, let places): .unique(inputs[0], places)
      case .slice(_, let from, let count): .slice(inputs[0], from: from, count: count)
      case .other(let step, _): .other(step, inputs)
      case .shared(_, let number): .shared(inputs[0], number)
      case .join(_, _, let join): .join(inputs[0], inputs[1], join)
      }
    return LogicalPlan(step, schema: schema, label: label)
  }
}

/// Computes what does not depend on rows.
enum ConstantFolding {
  static func folded(_ plan: LogicalPlan) -> LogicalPlan {
    let plan = plan.over(plan.inputs.map(folded))
    switch plan.step {
    case .filter(let input, let predicate):
      let predicate = folded(predicate)
      if case .literal(.bool(true), _) = predicate { return input }
      if case .literal(_, .bool) = predicate {
        return LogicalPlan(
          .slice(input, from: 0, count: 0), schema: plan.schema, label: plan.label)
      }
      return LogicalPlan(.filter(input, predicate), schema: plan.schema, label: plan.label)
    case .project(let input, let expressions):
      return LogicalPlan(
        .project(input, expressions.map(folded)), schema: plan.schema, label: plan.label)
    case .aggregate(let input, let keys, var outputs):
      outputs.aggregates = outputs.aggregates.map { aggregate in
        TypedAggregate(
          function: aggregate.function, inputs: aggregate.inputs.map(folded), type: aggregate.type)
      }
      outputs.outputs = outputs.outputs.map(folded)
      return LogicalPlan(
        .aggregate(input, keys: keys, outputs), schema: plan.schema, label: plan.label)
    case .frame, .scan, .sort, .groupTop, .unique, .slice, .join, .other, .shared: return plan
    }
  }

  static func folded(_ expression: TypedExpr) -> TypedExpr {
    guard !expression.hasWindow else { return expression }
    do throws(FrameError) {
      return try expression.mapped { part throws(FrameError) in
        guard !part.operands.isEmpty, part.columns.isEmpty else { return nil }
        let evaluator = ExprEvaluator(columns: [], rowCount: 1, step: "")
        return .literal(try evaluator.column(part).scalar(at: 0), part.type)
      }
    } catch {
      // The rows will tell, if there are any.
      return expression
    }
  }
}

extension TypedExpr {
  /// The places of all columns in the expression.
  var columns: Set<Int> {
    switch self {
    case .column(let place, _): [place]
    case .window(let window):
      window.inputs.reduce(into: Set(window.partition + window.order.map(\.place))) {
        $0.formUnion($1.columns)
      }
    default: operands.reduce(into: []) { $0.formUnion($1.columns) }
    }
  }

  /// The expression over columns that stand elsewhere.
  func moved(_ place: (Int) -> Int) -> TypedExpr {
    switch self {
    case .column(let old, let type): .column(place(old), type)
    case .literal: self
    case .not(let operand): .not(operand.moved(place))
    case .negate(let operand): .negate(operand.moved(place))
    case .isNull(let operand, let wantsNull): .isNull(operand.moved(place), wantsNull)
    case .isIn(let operand, let values): .isIn(operand.moved(place), values)
    case .arithmetic(let operation, let left, let right, let type):
      .arithmetic(operation, left.moved(place), right.moved(place), type)
    case .comparison(let operation, let left, let right):
      .comparison(operation, left.moved(place), right.moved(place))
    case .logic(let operation, let left, let right):
      .logic(operation, left.moved(place), right.moved(place))
    case .call(let function, let operands, let type):
      .call(function, operands.map { $0.moved(place) }, type)
    case .window(let window):
      .window(
        TypedWindow(
          function: window.function, inputs: window.inputs.map { $0.moved(place) },
          partition: window.partition.map(place), order: window.order.map { $0.moved(place) },
          type: window.type))
    }
  }
}

extension SortPlace {
  func moved(_ place: (Int) -> Int) -> SortPlace {
    SortPlace(place: place(self.place), isDescending: isDescending, nullsFirst: nullsFirst)
  }
}
