/// Finds parts of a plan that occur more than once: each is then done once, and its frame is used
/// as often.
enum SharedPlans {
  static func marked(_ plan: LogicalPlan) -> LogicalPlan {
    var finder = Finder()
    finder.count(plan, by: 1)
    guard finder.counts.contains(where: { $0.value > 1 }) else { return plan }
    return finder.marked(plan)
  }

  /// What a plan does, to be compared with others.
  private struct Key: Hashable {
    let parts: [AnyHashable]
  }

  private struct Finder {
    var counts: [Key: Int] = [:]
    private var numbers: [Key: (number: Int, content: LogicalPlan)] = [:]

    mutating func count(_ plan: LogicalPlan, by amount: Int) {
      if plan.isWorthSharing { counts[Finder.key(of: plan), default: 0] += amount }
      for input in plan.inputs { count(input, by: amount) }
    }

    mutating func marked(_ plan: LogicalPlan) -> LogicalPlan {
      guard plan.isWorthSharing else { return plan.over(plan.inputs.map { marked($0) }) }
      let key = Finder.key(of: plan)
      if let known = numbers[key] {
        return LogicalPlan(
          .shared(known.content, known.number), schema: plan.schema, label: plan.label)
      }
      let uses = counts[key] ?? 1
      guard uses > 1 else { return plan.over(plan.inputs.map { marked($0) }) }
      // What stands inside is from now on there once, not once a use.
      for input in plan.inputs { count(input, by: 1 - uses) }
      let content = plan.over(plan.inputs.map { marked($0) })
      let number = numbers.count
      numbers[key] = (number, content)
      return LogicalPlan(.shared(content, number), schema: plan.schema, label: plan.label)
    }

    private static func key(of plan: LogicalPlan) -> Key {
      var parts: [AnyHashable] =
        switch plan.step {
        case .frame(_, let identity): ["frame", identity]
        case .scan(let scan): ["scan", scan.identity, scan.places, scan.predicate, scan.limit]
        case .filter(_, let predicate): ["filter", predicate]
        case .project(_, let expressions): ["project", expressions]
        case .aggregate(_, let keys, let outputs): ["aggregate", keys, outputs]
        case .sort(_, let keys, let limit): ["sort", keys, limit]
        case .join(_, _, let join): ["join", join]
        case .groupTop(_, let keys, let order, let count): ["top", keys, order, count]
        case .unique(_, let places): ["unique", places]
        case .slice(_, let from, let count): ["slice", from, count]
        case .other(let step, _): ["other", AnyHashable(step)]
        case .shared(_, let number): ["shared", number]
        }
      parts.append(plan.schema)
      parts += plan.inputs.map { AnyHashable(key(of: $0)) }
      return Key(parts: parts)
    }
  }
}

extension LogicalPlan {
  /// Whether doing the step twice costs more than keeping its frame.
  fileprivate var isWorthSharing: Bool {
    switch step {
    case .frame, .scan, .slice, .shared: false
    case .project(_, let expressions): !expressions.allSatisfy(\.isColumn)
    case .filter, .aggregate, .sort, .join, .groupTop, .unique, .other: true
    }
  }

  /// How many steps the plan has.
  var stepCount: Int { inputs.reduce(1) { $0 + $1.stepCount } }
}
