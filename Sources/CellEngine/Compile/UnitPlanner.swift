internal import CellSyntax

/// Puts queued cells together into units.
///
/// A unit must mean what its cells mean one by one: none may mention a name that a later one of the
/// unit declares, and none may declare a name that another of the unit declares.
struct UnitPlanner: Sendable {
  /// More than these are compiled as several units: code of one function grows dear.
  static let mostCells = 32

  /// How many times as many cells as the unit before it one may have: the first output of a queue
  /// comes soon, and the rest needs few compilations.
  static let growth = 8

  /// The names as they will be when the cells planned so far have run.
  private(set) var names: NameTable
  private var plans: [CellPlan] = []
  private var declared: Set<String> = []
  private var mentioned: Set<String> = []

  init(names: NameTable) { self.names = names }

  /// The plans for `head` and those of `upcoming` that may join it, `limit` in all at most.
  static func plans(
    head: CellPlan, upcoming: ArraySlice<UpcomingCell>, names: NameTable, limit: Int
  ) -> [CellPlan] {
    guard limit > 1, head.cell.joinability != .never, head.shadowing.isEmpty, !upcoming.isEmpty
    else { return [head] }
    var planner = UnitPlanner(names: names)
    planner.append(head)
    for next in upcoming.prefix(min(limit, mostCells) - 1) {
      guard next.followsDirectly, planner.join(next) else { break }
    }
    return planner.plans
  }

  private mutating func join(_ next: UpcomingCell) -> Bool {
    guard Directive.parse(next.code) == nil else { return false }
    let plan = CellPlan(
      next.code, showsResult: next.showsResult, names: names, index: plans.count,
      own: CellPlan.ownModule)
    guard plan.cell.joinability == .follows, plan.shadowing.isEmpty, !plan.cell.isBlank else {
      return false
    }
    let own = Set(plan.cell.declarations.map(\.name))
    guard own.isDisjoint(with: declared), own.isDisjoint(with: mentioned) else { return false }
    append(plan)
    return true
  }

  private mutating func append(_ plan: CellPlan) {
    declared.formUnion(plan.cell.declarations.map(\.name))
    mentioned.formUnion(plan.cell.mentionedNames)
    names.add(
      NameTable.Arrival(
        cell: plan.cell, unit: .planned, part: plans.count, number: 0, shadowing: [:]))
    plans.append(plan)
  }
}

extension CellUnit {
  /// Stands for a unit whose module has no name yet.
  fileprivate static let planned = CellUnit(
    module: CellPlan.ownModule, library: "", source: UnitSource(preamble: [], parts: []),
    parts: [], isAsync: false, symbols: [:])
}
