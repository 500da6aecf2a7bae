/// What came of a run.
package struct RunReport: Sendable, Equatable {
  package var input: RunRequest.Location
  package var output: RunRequest.Location
  /// How many cells were to run.
  package var cellCount = 0
  /// How many ended, the failing one included.
  package var endedCellCount = 0
  package var duration = Duration.zero
  /// Why the run did not come to its end.
  package var failure: RunFailure?

  package init(input: RunRequest.Location, output: RunRequest.Location) {
    self.input = input
    self.output = output
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

    package init(
      place: RunEvent.CellPlace, executionCount: Int? = nil, failure: CellFailure? = nil
    ) {
      self.place = place
      self.executionCount = executionCount
      self.failure = failure
    }
  }
}
