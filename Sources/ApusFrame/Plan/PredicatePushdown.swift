/// Moves filters down, through every step that would give the same rows without the rows that the
/// filter drops.
enum PredicatePushdown {
  static func pushed(_ plan: LogicalPlan) -> LogicalPlan { pushed(plan, []) }

  /// The plan with the rows for which all of `predicates` are true.
  private static func pushed(_ plan: LogicalPlan, _ predicates: [TypedExpr]) -> LogicalPlan {
    switch plan.step {
    case .filter(let input, let predicate):
      // A window function sees all rows of its input: nothing may go past it.
      if predicate.hasWindow {
        let inner = LogicalPlan(
          .filter(pushed(input, []), predicate), schema: plan.schema, label: plan.label)
        return filtered(inner, predicates)
      }
      return pushed(input, parts(of: predicate) + predicates)
    case .scan(var scan):
      guard !predicates.isEmpty, scan.limit == nil else { return filtered(plan, predicates) }
      scan.predicate = ([scan.predicate].compactMap { $0 } + predicates).joined
      return LogicalPlan(.scan(scan), schema: plan.schema, label: plan.label)
    case .project(let input, let expressions):
      guard !expressions.contains(where: \.hasWindow) else { break }
      let (through, rest) = divided(predicates) { predicate in
        predicate.columns.allSatisfy { expressions[$0].isColumn }
      }
      let moved = through.map { $0.moved { expressions[$0].place } }
      return filtered(plan.over([pushed(input, moved)]), rest)
    case .sort(let input, _, nil):
      return plan.over([pushed(input, predicates)])
    case .aggregate(let input, let keys, _):
      let (through, rest) = divided(predicates) { predicate in
        !predicate.columns.isEmpty && predicate.columns.allSatisfy { $0 < keys.count }
      }
      return filtered(
        plan.over([pushed(input, through.map { $0.moved { keys[$0] } })]), rest)
    case .join(let left, let right, let join):
      return pushed(plan, left, right, join, predicates)
    case .unique(let input, let places):
      let (through, rest) = divided(predicates) { $0.columns.isSubset(of: places) }
      return filtered(plan.over([pushed(input, through)]), rest)
    case .other(let step, let inputs):
      guard step.commutesWithFilters else { break }
      return plan.over(inputs.map { pushed($0, predicates) })
    case .frame, .sort, .groupTop, .slice, .shared: break
    }
    return filtered(plan.over(plan.inputs.map { pushed($0, []) }), predicates)
  }

  private static func pushed(
    _ plan: LogicalPlan, _ left: LogicalPlan, _ right: LogicalPlan, _ join: JoinPlan,
    _ predicates: [TypedExpr]
  ) -> LogicalPlan {
    let leftCount = left.schema.fields.count
    let reachesLeft: Bool
    let reachesRight: Bool
    // What a join is to check must be checked on all rows.
    switch join.kind {
    case .inner, .cross: (reachesLeft, reachesRight) = (true, true)
    case .left, .semi, .anti: (reachesLeft, reachesRight) = (true, false)
    case .right, .full: (reachesLeft, reachesRight) = (false, false)
    }
    guard join.validation == nil else {
      return filtered(plan.over([pushed(left, []), pushed(right, [])]), predicates)
    }
    let (toLeft, others) = divided(predicates) { predicate in
      reachesLeft && predicate.columns.allSatisfy { $0 < leftCount }
    }
    let rightEnd = leftCount + join.rightColumns.count
    let (toRight, rest) = divided(others) { predicate in
      reachesRight && predicate.columns.allSatisfy { $0 >= leftCount && $0 < rightEnd }
    }
    let moved = toRight.map { $0.moved { join.rightColumns[$0 - leftCount] } }
    return filtered(plan.over([pushed(left, toLeft), pushed(right, moved)]), rest)
  }

  private static func divided(
    _ predicates: [TypedExpr], _ goesThrough: (TypedExpr) -> Bool
  ) -> (through: [TypedExpr], rest: [TypedExpr]) {
    (predicates.filter(goesThrough), predicates.filter { !goesThrough($0) })
  }

  private static func filtered(_ plan: LogicalPlan, _ predicates: [TypedExpr]) -> LogicalPlan {
    guard let predicate = predicates.joined else { return plan }
    return LogicalPlan(.filter(plan, predicate), schema: plan.schema, label: "filter(…)")
  }

  /// The predicates that must all be true.
  private static func parts(of predicate: TypedExpr) -> [TypedExpr] {
    guard case .logic(.and, let left, let right) = predicate else { return [predicate] }
    return parts(of: left) + parts(of: right)
  }
}

extension [TypedExpr] {
  /// All of the predicates as one.
  fileprivate var joined: TypedExpr? {
    guard let first else { return nil }
    return dropFirst().reduce(first) { .logic(.and, $0, $1) }
  }
}

extension TypedExpr {
  /// Whether it is a column as it is.
  var isColumn: Bool { if case .column = self { true } else { false } }

  /// Where the column stands that it is.
  var place: Int {
    guard case .column(let place, _) = self else { preconditionFailure("not a column") }
    return place
  }
}
