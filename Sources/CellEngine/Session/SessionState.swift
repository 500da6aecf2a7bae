internal import CellSyntax

/// What a session knows at a moment.
struct SessionState: Sendable {
  var names = NameTable()
  var worker: WorkerProcess?
  /// The cell that is being compiled.
  var starting: ExecutionID?
  /// Why that cell cannot be run any more: its worker died.
  var death: CellFailure?
  /// What the next cell says first: that its predecessors' variables are lost.
  var loss: String?
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
  var transcript: [PastCell] = []
  var replay: Replay?
  /// Tells events of the present worker from those of one before.
  var workerID = 0
  /// Whether the present worker has said that it is there.
  var isWorkerReady = false
  /// Whether the installation was seen to be of this toolchain.
  var isToolchainVerified = false
}

extension SessionState {
  /// A cell that has succeeded.
  struct PastCell: Sendable {
    var number: Int
    var code: String
  }

  /// Forgets everything that was in a worker which is gone.
  mutating func forgetWorker() {
    running = nil
    suspended = nil
    worker = nil
    names = NameTable()
    uses = [:]
    numbers = [:]
  }
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
