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

  static func pruned(_ plan: LogicalPlan) -> LogicalPlan {
    let all = plan.schema.fields.indices
    let pruned = pruned(plan, Set(all))
    guard all.contains(where: { pruned.place($0) != $0 }) || pruned.places.count != all.count
    else { return pruned.plan }
    return LogicalPlan(
      .project(pruned.plan, all.map { .column(pruned.place($0), plan.schema.fields[$0].type) }),
      schema: plan.schema, label: plan.label)
  }

  /// The plan with the columns `wanted`, and perhaps others.
  private static func pruned(_ plan: LogicalPlan, _ wanted: Set<Int>) -> Pruned {
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
      let inner = pruned(input, wanted.union(predicate.columns))
      return through(plan, inner, .filter(inner.plan, predicate.moved(inner.place)))
    case .project(let input, let expressions):
      let kept = wanted.sorted()
      let needed = kept.reduce(into: Set<Int>()) { $0.formUnion(expressions[$1].columns) }
      let inner = pruned(input, needed)
      return keeping(
        kept, of: plan, .project(inner.plan, kept.map { expressions[$0].moved(inner.place) }))
    case .aggregate(let input, let keys, let outputs):
      let needed = outputs.aggregates.flatMap(\.inputs).reduce(into: Set(keys)) {
        $0.formUnion($1.columns)
      }
      let inner = pruned(input, needed)
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
      let inner = pruned(input, wanted.union(keys.map(\.place)))
      return through(
        plan, inner, .sort(inner.plan, keys.map { $0.moved(inner.place) }, limit: limit))
    case .groupTop(let input, let keys, let order, let count):
      let inner = pruned(input, wanted.union(keys).union(order.map(\.place)))
      return through(
        plan, inner,
        .groupTop(
          inner.plan, keys: keys.map(inner.place), order.map { $0.moved(inner.place) },
          count: count))
    case .unique(let input, let places):
      let inner = pruned(input, wanted.union(places))
      return through(plan, inner, .unique(inner.plan, places.map(inner.place)))
    case .head(let input, let count):
      let inner = pruned(input, wanted)
      return through(plan, inner, .head(inner.plan, count))
    case .join(let left, let right, let join):
      return pruned(plan, left, right, join, wanted)
    }
  }

  private static func pruned(
    _ plan: LogicalPlan, _ left: LogicalPlan, _ right: LogicalPlan, _ join: JoinPlan,
    _ wanted: Set<Int>
  ) -> Pruned {
    let leftCount = left.schema.fields.count
    let rightEnd = leftCount + join.rightColumns.count
    let keptRight = join.rightColumns.indices.filter { wanted.contains(leftCount + $0) }
    let newLeft = pruned(left, wanted.filter { $0 < leftCount }.union(join.leftKeys))
    let newRight = pruned(
      right, Set(keptRight.map { join.rightColumns[$0] }).union(join.rightKeys))
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
