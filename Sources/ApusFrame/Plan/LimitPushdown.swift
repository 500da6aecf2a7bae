/// Moves limits down: a scan then ends early, and a sort keeps only what is wanted.
enum LimitPushdown {
  static func pushed(_ plan: LogicalPlan) -> LogicalPlan {
    guard case .slice(let input, let from, let count) = plan.step else {
      return plan.over(plan.inputs.map(pushed))
    }
    let (end, overflow) = from.addingReportingOverflow(count)
    let needed = overflow ? Int.max : end
    // More rows than a frame holds are no limit.
    guard needed < Int(UInt32.max) else { return plan.over([pushed(input)]) }
    switch input.step {
    case .project(let inner, let expressions) where !expressions.contains(where: \.hasWindow):
      return input.over([
        pushed(
          LogicalPlan(
            .slice(inner, from: from, count: count), schema: inner.schema, label: plan.label))
      ])
    case .sort(let inner, let keys, let limit):
      let least = Swift.min(limit ?? needed, needed)
      return rest(
        of: LogicalPlan(
          .sort(pushed(inner), keys, limit: least), schema: plan.schema, label: input.label),
        plan, from, count)
    case .slice(let inner, let before, let limit):
      let start = Swift.min(from, limit)
      return pushed(
        LogicalPlan(
          .slice(inner, from: before + start, count: Swift.min(count, limit - start)),
          schema: plan.schema, label: plan.label))
    case .scan(var scan) where scan.predicate == nil:
      scan.limit = Swift.min(scan.limit ?? needed, needed)
      return rest(
        of: LogicalPlan(.scan(scan), schema: input.schema, label: input.label), plan, from, count)
    case .other(let step, let inputs):
      guard let rows = step.rowsNeeded(for: needed) else { break }
      let limited = inputs.map { pushed($0.head(rows)) }
      return plan.over([input.over(limited)])
    case .frame, .scan, .filter, .project, .aggregate, .groupTop, .unique, .join, .shared: break
    }
    return plan.over([pushed(input)])
  }

  /// The rows of a plan that gives no more than the last of them.
  private static func rest(
    of limited: LogicalPlan, _ plan: LogicalPlan, _ from: Int, _ count: Int
  ) -> LogicalPlan {
    guard from > 0 else { return limited }
    return LogicalPlan(
      .slice(limited, from: from, count: count), schema: plan.schema, label: plan.label)
  }
}
