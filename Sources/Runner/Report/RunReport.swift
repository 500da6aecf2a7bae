/// What came of a run.
package struct RunReport: Sendable, Equatable {
  /// How the outputs came about.
  package enum Origin: Sendable, Equatable {
    case ran
    /// Taken over from an earlier run of the same.
    case cached
    /// Nothing ran, and why.
    case skipped(String)
  }

  package var input: RunRequest.Location
  package var output: RunRequest.Location?
  package var label: String?
  /// The name of the kernel as people read it.
  package var kernel = ""
  package var origin = Origin.ran
  /// Seconds since 1970.
  package var startTime = 0.0
  package var duration = Duration.zero
  /// How many cells were to run.
  package var cellCount = 0
  /// How many ended, the failing one included.
  package var endedCellCount = 0
  /// The cells that ended, in order.
  package var cells: [CellReport] = []
  /// How often the notebook was begun.
  package var attempts = 1
  package var warnings: [String] = []
  /// Where outputs differ from the ones that were expected.
  package var differences: [OutputDifference] = []
  /// The most memory that the kernel and its children held, where it was watched.
  package var peakMemory: Int?
  /// Why the run did not come to its end.
  package var failure: RunFailure?

  package init(input: RunRequest.Location, output: RunRequest.Location?, label: String? = nil) {
    self.input = input
    self.output = output
    self.label = label
  }

  package init(_ request: RunRequest) {
    self.init(input: request.input, output: request.output, label: request.label)
  }

  package var name: String { "\(input)" + (label.map { " [\($0)]" } ?? "") }

  package var isSkipped: Bool {
    if case .skipped = origin { true } else { false }
  }
}

/// What came of one cell.
package struct CellReport: Sendable, Equatable {
  /// Where it stands among the notebook's cells, from 0.
  package var index: Int
  package var id: String?
  package var firstLine: String
  /// The line of the notebook file on which the cell's text begins.
  package var fileLine: Int?
  package var outcome: CellOutcome
  /// Whether its error was allowed or asked for.
  package var toleratesErrors: Bool
  package var attempts: Int
  package var duration: Duration

  package init(
    index: Int, id: String?, firstLine: String, fileLine: Int?, outcome: CellOutcome,
    toleratesErrors: Bool = false, attempts: Int = 1, duration: Duration
  ) {
    self.index = index
    self.id = id
    self.firstLine = firstLine
    self.fileLine = fileLine
    self.outcome = outcome
    self.toleratesErrors = toleratesErrors
    self.attempts = attempts
    self.duration = duration
  }

  /// How reports call the cell.
  package var title: String {
    "cell \(index + 1)" + (id.map { " [\($0)]" } ?? "") + (firstLine.isEmpty ? "" : " \(firstLine)")
  }
}

/// Why a run did not come to its end, and where it was then.
package struct RunFailure: Sendable, Equatable {
  package var error: RunError
  package var cell: FailedCell?
  /// The signal that ended it.
  package var signal: Int32?
  /// The last that the kernel itself printed, for a kernel that did not start or that died.
  package var kernelLog = ""

  package init(
    _ error: RunError, cell: FailedCell? = nil, signal: Int32? = nil, kernelLog: String = ""
  ) {
    self.error = error
    self.cell = cell
    self.signal = signal
    self.kernelLog = kernelLog
  }

  /// The cell that failed, or that ran when the run was ended.
  package struct FailedCell: Sendable, Equatable {
    package var place: RunEvent.CellPlace
    /// The number that the kernel gave its execution; tracebacks name it.
    package var executionCount: Int?
    /// Its error, as the kernel tells it.
    package var failure: CellFailure?
    /// The line of the notebook file on which the failing line stands.
    package var fileLine: Int?

    package init(
      place: RunEvent.CellPlace, executionCount: Int? = nil, failure: CellFailure? = nil,
      fileLine: Int? = nil
    ) {
      self.place = place
      self.executionCount = executionCount
      self.failure = failure
      self.fileLine = fileLine
    }

    /// The line of the cell that the traceback blames, from 1.
    package var line: Int? { FailureText.failingLine(of: self) }
  }
}
