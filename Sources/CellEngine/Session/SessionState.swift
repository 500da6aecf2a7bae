internal import CellSyntax

/// What a session knows at a moment.
struct SessionState: Sendable {
  var names = NameTable()
  var worker: WorkerProcess?
  /// The cell that the worker runs.
  var running: RunningCell?
  /// A unit whose next cells wait in the worker.
  var suspended: SuspendedUnit?
  /// How often each cell, named by its context, has been loaded.
  var uses: [String: Int] = [:]
  var upcoming: [UpcomingCell] = []
  /// How many cells the last unit held that was compiled.
  var unitSize = 1
  /// The compilation of the present request.
  var run: CompileRun?
  var text = StreamText()
  var isShutDown = false
  var lastExecution: ExecutionID = 0
  /// The numbers under which the user knows the cells of each module.
  var numbers: [String: [Int: Int]] = [:]
  /// The cells that have succeeded since the start, in order, for `%replay`.
  var transcript: [String] = []
  /// Whether the present worker has said that it is there.
  var isWorkerReady = false
  /// Whether the installation was seen to be of this toolchain.
  var isToolchainVerified = false
}

/// The cell that runs.
struct RunningCell: Sendable {
  var request: CellRequest
  var plan: CellPlan
  var unit: CellUnit
  /// The cell's place in its unit.
  var part: Int
  var failure: CellFailure?
}

/// A unit whose cells up to `next` have run; the worker waits inside it.
struct SuspendedUnit: Sendable {
  var unit: CellUnit
  var next: Int
}
