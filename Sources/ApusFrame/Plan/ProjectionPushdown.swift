/// Leaves out the columns that no later step asks for, down to the scans.
enum ProjectionPushdown {
  /// A plan with fewer columns, and where each kept one stands now.
  private struct Pruned {
    let plan: LogicalPlan
    let places: [Int: Int]

    func place(_ old: Int) -> Int {
      guard let place = places[old] else { preconditionFailure("column \(old) was left out") }
      return place
    }
  }

  /// What is asked of the plans that stand at several places.
  private final class SharedNeeds {
    var contents: [Int: LogicalPlan] = [:]
    var wanted: [Int: Set<Int>] = [:]
    var pruned: [Int: Pruned] = [:]
  }

  static func pruned(_ plan: LogicalPlan) -> LogicalPlan {
    let needs = SharedNeeds()
    let top = exactly(Array(plan.schema.fields.indices), of: plan, needs)
    // A plan that holds another one is larger: when its turn comes, all that ask it have been seen.
    while let next = needs.contents.filter({ needs.pruned[$0.key] == nil })
      .max(by: { $0.value.stepCount < $1.value.stepCount })
    {
      needs.pruned[next.key] = pruned(next.value, needs.wanted[next.key] ?? [], needs)
    }
    return settled(top, needs)
  }

  /// The plan with just the columns `kept`, in that order.
  private static func exactly(
    _ kept: [Int], of plan: LogicalPlan, _ needs: SharedNeeds
  ) -> LogicalPlan {
    let inner = pruned(plan, Set(kept), needs)
    let places = kept.map(inner.place)
    guard places != Array(inner.plan.schema.fields.indices) else { return inner.plan }
    let fields = kept.map { plan.schema.fields[$0] }
    return LogicalPlan(
      .project(inner.plan, zip(places, fields).map { .column($0, $1.type) }),
      schema: Schema(distinct: fields), label: plan.label)
  }

  /// The plan with shared plans as they were pruned for all that ask them.
  private static func settled(_ plan: LogicalPlan, _ needs: SharedNeeds) -> LogicalPlan {
    guard case .project(let input, let expressions) = plan.step,
      case .shared(_, let number) = input.step, let content = needs.pruned[number]
    else { return plan.over(plan.inputs.map { settled($0, needs) }) }
    let shared = LogicalPlan(
      .shared(settled(content.plan, needs), number), schema: content.plan.schema,
      label: input.label)
    return LogicalPlan(
      .project(shared, expressions.map { $0.moved(content.place) }), schema: plan.schema,
      label: plan.label)
  }

  /// The plan with the columns `wanted`, and perhaps others.
  private static func pruned(
    _ plan: LogicalPlan, _ wanted: Set<Int>, _ needs: SharedNeeds
  ) -> Pruned {
    switch plan.step {
    case .frame:
      let kept = wanted.sorted()
      guard kept.count < plan.schema.fields.count else { return same(plan, plan) }
      let columns = kept.map { TypedExpr.column($0, plan.schema.fields[$0].type) }
      return keeping(kept, of: plan, .project(plan, columns))
    case .scan(var scan):
      let kept = wanted.union(scan.predicate?.columns ?? []).sorted()
      let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
      scan.predicate = scan.predicate?.moved { places[$0] ?? 0 }
      scan.places = kept.map { scan.places[$0] }
      return keeping(kept, of: plan, .scan(scan))
    case .filter(let input, let predicate):
      let inner = pruned(input, wanted.union(predicate.columns), needs)
      return through(plan, inner, .filter(inner.plan, predicate.moved(inner.place)))
    case .project(let input, let expressions):
      let kept = wanted.sorted()
      let needed = kept.reduce(into: Set<Int>()) { $0.formUnion(expressions[$1].columns) }
      let inner = pruned(input, needed, needs)
      return keeping(
        kept, of: plan, .project(inner.plan, kept.map { expressions[$0].moved(inner.place) }))
    case .aggregate(let input, let keys, let outputs):
      let needed = outputs.aggregates.flatMap(\.inputs).reduce(into: Set(keys)) {
        $0.formUnion($1.columns)
      }
      let inner = pruned(input, needed, needs)
      var moved = outputs
      moved.aggregates = outputs.aggregates.map { aggregate in
        TypedAggregate(
          function: aggregate.function, inputs: aggregate.inputs.map { $0.moved(inner.place) },
          type: aggregate.type)
      }
      let step = LogicalPlan.Step.aggregate(
        inner.plan, keys: keys.map(inner.place), moved)
      return same(plan, LogicalPlan(step, schema: plan.schema, label: plan.label))
    case .sort(let input, let keys, let limit):
      let inner = pruned(input, wanted.union(keys.map(\.place)), needs)
      return through(
        plan, inner, .sort(inner.plan, keys.map { $0.moved(inner.place) }, limit: limit))
    case .groupTop(let input, let keys, let order, let count):
      let inner = pruned(input, wanted.union(keys).union(order.map(\.place)), needs)
      return through(
        plan, inner,
        .groupTop(
          inner.plan, keys: keys.map(inner.place), order.map { $0.moved(inner.place) },
          count: count))
    case .unique(let input, let places):
      let inner = pruned(input, wanted.union(places), needs)
      return through(plan, inner, .unique(inner.plan, places.map(inner.place)))
    case .slice(let input, let from, let count):
      let inner = pruned(input, wanted, needs)
      return through(plan, inner, .slice(inner.plan, from: from, count: count))
    case .other(let step, let inputs):
      guard let deciding = step.decidingColumns else {
        let whole = inputs.map { exactly(Array($0.schema.fields.indices), of: $0, needs) }
        return same(plan, plan.over(whole))
      }
      let kept = wanted.union(deciding).sorted()
      let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
      return keeping(
        kept, of: plan,
        .other(
          step.moved { places[$0] ?? 0 }, inputs.map { exactly(kept, of: $0, needs) }))
    case .shared(let content, let number):
      needs.contents[number] = content
      needs.wanted[number, default: []].formUnion(wanted)
      // Where the columns will stand is known when all have asked.
      let kept = wanted.sorted()
      return keeping(
        kept, of: plan, .project(plan, kept.map { .column($0, plan.schema.fields[$0].type) }))
    case .join(let left, let right, let join):
      return pruned(plan, left, right, join, wanted, needs)
    }
  }

  private static func pruned(
    _ plan: LogicalPlan, _ left: LogicalPlan, _ right: LogicalPlan, _ join: JoinPlan,
    _ wanted: Set<Int>, _ needs: SharedNeeds
  ) -> Pruned {
    let leftCount = left.schema.fields.count
    let rightEnd = leftCount + join.rightColumns.count
    let keptRight = join.rightColumns.indices.filter { wanted.contains(leftCount + $0) }
    let newLeft = pruned(left, wanted.filter { $0 < leftCount }.union(join.leftKeys), needs)
    let newRight = pruned(
      right, Set(keptRight.map { join.rightColumns[$0] }).union(join.rightKeys), needs)
    var places: [Int: Int] = newLeft.places
    var fields = newLeft.plan.schema.fields
    for place in keptRight {
      places[leftCount + place] = fields.count
      fields.append(plan.schema.fields[leftCount + place])
    }
    if join.options.indicator != nil {
      places[rightEnd] = fields.count
      fields.append(plan.schema.fields[rightEnd])
    }
    let moved = JoinPlan(
      kind: join.kind, leftKeys: join.leftKeys.map(newLeft.place),
      rightKeys: join.rightKeys.map(newRight.place),
      rightColumns: keptRight.map { newRight.place(join.rightColumns[$0]) },
      validation: join.validation, options: join.options)
    return Pruned(
      plan: LogicalPlan(
        .join(newLeft.plan, newRight.plan, moved), schema: Schema(distinct: fields),
        label: plan.label), places: places)
  }

  /// The step with all its columns.
  private static func same(_ plan: LogicalPlan, _ next: LogicalPlan) -> Pruned {
    Pruned(
      plan: next,
      places: Dictionary(uniqueKeysWithValues: plan.schema.fields.indices.map { ($0, $0) }))
  }

  /// The step with the columns `kept` of those that it had.
  private static func keeping(
    _ kept: [Int], of plan: LogicalPlan, _ step: LogicalPlan.Step
  ) -> Pruned {
    let schema = Schema(distinct: kept.map { plan.schema.fields[$0] })
    return Pruned(
      plan: LogicalPlan(step, schema: schema, label: plan.label),
      places: Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) }))
  }

  /// A step that hands its input's columns on.
  private static func through(
    _ plan: LogicalPlan, _ inner: Pruned, _ step: LogicalPlan.Step
  ) -> Pruned {
    Pruned(
      plan: LogicalPlan(step, schema: inner.plan.schema, label: plan.label), places: inner.places)
  }
}
