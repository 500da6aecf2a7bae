internal import CellSyntax
internal import Dispatch
internal import Synchronization

/// Compiles the cells that are queued while another runs, so that they are ready when it is their
/// turn. It assumes that every cell succeeds; one that does not leads to `stop`, and what was made
/// in vain is not used.
final class AheadCompiler: Sendable {
  private let store: UnitStore
  private let queue = DispatchQueue(label: "apus.ahead")
  private let state = Mutex(State())

  private struct State {
    var course: Course?
    var upcoming: [UpcomingCell] = []
    var isScheduled = false
    var lastID = 0
    let run = CompileRun()
  }

  /// Where the work has come to.
  private struct Course: Sendable {
    /// The names as they will be.
    var names: NameTable
    var uses: [String: Int]
    /// The sequence number of the next cell.
    var next: Int
    var unitSize: Int
    var id: Int
  }

  /// What runs now, with the state before it.
  struct Launch: Sendable {
    var names: NameTable
    var uses: [String: Int]
    var plan: CellPlan
    var unit: CellUnit
    var number: Int
    var sequence: Int
  }

  init(store: UnitStore) { self.store = store }

  /// Takes up the cells after `launch`.
  private func follow(_ launch: Launch, upcoming: [UpcomingCell]) {
    state.withLock { state in
      state.lastID += 1
      var course = Course(
        names: launch.names, uses: launch.uses,
        next: upcoming.first?.sequence ?? launch.sequence + 1,
        unitSize: launch.unit.parts.count, id: state.lastID)
      course.names.add(launch.plan, launch.unit, part: 0, number: launch.number)
      state.course = course
      state.upcoming = upcoming
    }
    queue.async { [self] in
      passParts(of: launch.unit)
      work()
    }
  }

  /// After `launch`: goes on as foreseen, or takes up from there.
  func go(on upcoming: [UpcomingCell], after launch: Launch) {
    if state.withLock({ $0.course == nil }) {
      follow(launch, upcoming: upcoming)
    } else {
      extend(upcoming)
    }
  }

  /// Goes on with what is queued now.
  func extend(_ upcoming: [UpcomingCell]) {
    let isIdle = state.withLock { state in
      state.upcoming = upcoming
      guard state.course != nil, !state.isScheduled else { return false }
      state.isScheduled = true
      return true
    }
    guard isIdle else { return }
    queue.async { [self] in
      state.withLock { $0.isScheduled = false }
      work()
    }
  }

  /// Forgets what it assumed: a cell has failed, or another was sent than was foreseen.
  func stop() { state.withLock { $0.course = nil } }

  /// Ends for good.
  func shutdown() {
    state.withLock { state in
      state.course = nil
      state.run.interrupt()
    }
  }

  // MARK: The work, on its own queue

  /// Passes the cells that the unit which runs holds already.
  private func passParts(of unit: CellUnit) {
    for part in unit.parts.indices.dropFirst() {
      guard let (course, upcoming) = present(), let next = upcoming.first else { return }
      let plan = CellPlan(
        next.code, showsResult: next.showsResult, names: course.names, index: part,
        own: unit.module)
      guard plan.context == unit.parts[part].context else { return }
      advance(course) { course in
        course.names.add(plan, unit, part: part, number: next.number)
        course.next = next.sequence + 1
      }
    }
  }

  private func work() {
    while let (course, upcoming) = present() {
      let head = upcoming[0]
      let plan = CellPlan(head.code, showsResult: head.showsResult, names: course.names)
      if plan.cell.isBlank {
        advance(course) { $0.next = head.sequence + 1 }
        continue
      }
      guard Directive.parse(head.code) == nil,
        let unit = unit(headedBy: plan, course, upcoming.dropFirst())
      else { return }
      advance(course) { course in
        course.names.add(plan, unit, part: 0, number: head.number)
        course.uses[plan.context, default: 0] += 1
        course.next = head.sequence + 1
        course.unitSize = unit.parts.count
      }
      passParts(of: unit)
    }
  }

  /// The unit that begins with `plan`, which may be there already; `nil` ends the work.
  private func unit(
    headedBy plan: CellPlan, _ course: Course, _ upcoming: ArraySlice<UpcomingCell>
  ) -> CellUnit? {
    // One that replaces parts of earlier modules changes what the others see: it waits its turn.
    guard plan.shadowing.isEmpty else { return nil }
    let use = course.uses[plan.context] ?? 0
    let run = state.withLock { $0.run }
    // What does not compile is compiled again when its turn comes, and then says why.
    return try? store.obtain(UnitPlan.key(of: plan, use: use), taking: false, on: run) {
      () throws(CompileFailure) in
      let plans = UnitPlanner.plans(
        head: plan, upcoming: upcoming, names: course.names,
        limit: UnitPlanner.growth * course.unitSize)
      return try store.make(UnitPlan(plans, use: use), on: run)
    }
  }

  /// The course and the cells that are still to be done.
  private func present() -> (Course, [UpcomingCell])? {
    state.withLock { state in
      guard let course = state.course else { return nil }
      let rest = state.upcoming.filter { $0.sequence >= course.next }
      return rest.isEmpty ? nil : (course, rest)
    }
  }

  /// Goes on from `course`, unless it has been left meanwhile.
  private func advance(_ course: Course, _ change: (inout Course) -> Void) {
    state.withLock { state in
      guard state.course?.id == course.id, var changed = state.course else { return }
      change(&changed)
      state.course = changed
    }
  }
}

extension NameTable {
  /// Adds a cell as if it had succeeded.
  fileprivate mutating func add(_ plan: CellPlan, _ unit: CellUnit, part: Int, number: Int) {
    add(
      Arrival(
        cell: plan.cell, unit: unit, part: part, number: number, shadowing: plan.shadowing))
  }
}
