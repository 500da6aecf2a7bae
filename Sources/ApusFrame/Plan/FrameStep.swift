/// A step that makes one frame of others and lives in a file of its own: the optimizer knows of it
/// only what it says here. Equal steps over equal inputs give equal frames.
package protocol FrameStep: Sendable, Hashable {
  /// The step as `explain()` shows it, over columns of these names.
  func text(_ names: [String]) -> String
  /// The frame of the inputs' rows.
  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame

  /// The columns that decide which rows the result has, when every column of the result is the
  /// column at the same place of each input; nothing when columns are not handed on like that.
  var decidingColumns: Set<Int>? { get }
  /// The step over columns that stand elsewhere; asked for only with `decidingColumns`.
  func moved(_ place: (Int) -> Int) -> Self
  /// Whether a filter on the result may as well be put on each input.
  var commutesWithFilters: Bool { get }
  /// How many rows of each input the first `count` rows of the result need at most; nothing when
  /// all may be needed.
  func rowsNeeded(for count: Int) -> Int?
}

extension FrameStep {
  package var decidingColumns: Set<Int>? { nil }
  package func moved(_ place: (Int) -> Int) -> Self { self }
  package var commutesWithFilters: Bool { false }
  package func rowsNeeded(for count: Int) -> Int? { nil }
}

extension LogicalPlan {
  /// The plan with a further step over it and `others`.
  package func step(
    _ step: any FrameStep, beside others: [LogicalPlan] = [], schema: Schema, label: String
  ) -> LogicalPlan {
    LogicalPlan(.other(step, [self] + others), schema: schema, label: label)
  }
}

/// What tells a frame or scan from another one that looks alike.
package final class SourceIdentity: Sendable, Hashable {
  package init() {}
  package static func == (left: SourceIdentity, right: SourceIdentity) -> Bool { left === right }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
