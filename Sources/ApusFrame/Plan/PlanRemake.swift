/// Makes a plan again from its sources, whose types may be wider than when it was first made.
package typealias PlanRemake = @Sendable () throws(FrameError) -> LogicalPlan

extension LogicalPlan {
  /// The columns of all sources that the plan scans, in the order of its steps.
  var scannedSchemas: [Schema] {
    switch step {
    case .frame: []
    case .scan(let scan): [scan.source.schema]
    case .filter(let input, _), .project(let input, _), .aggregate(let input, keys: _, _),
      .sort(let input, _, limit: _), .groupTop(let input, keys: _, _, count: _),
      .unique(let input, _), .slice(let input, from: _, count: _), .shared(let input, _):
      input.scannedSchemas
    case .join(let left, let right, _): left.scannedSchemas + right.scannedSchemas
    case .other(_, let inputs): inputs.flatMap(\.scannedSchemas)
    }
  }
}
