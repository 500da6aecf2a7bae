/// What happens during a run, as it happens.
package enum RunEvent: Sendable {
  /// Something that the user should know and that does not end the run.
  case warning(String)
  /// The kernel is being started; `cells` will run.
  case starting(kernel: String, cells: Int)
  case cellStarted(CellPlace)
  case cellFinished(CellPlace, CellOutcome, Duration)
  /// The cell failed and is asked for again.
  case cellRepeated(CellPlace, CellOutcome)
  /// The run failed and will be begun anew after this time, for this time of so many.
  case retrying(Int, of: Int, after: Duration, RunError)
  /// What a cell printed or showed as text; told only where it was asked for.
  case printed(CellPlace, stream: String, text: String)

  /// Which cell, and how it is recognised.
  package struct CellPlace: Sendable, Equatable {
    /// Where it stands among the notebook's cells, from 0.
    package var index: Int
    /// Where it stands among the cells that run, from 1.
    package var number: Int
    package var id: String?
    package var source: String

    package init(index: Int, number: Int, id: String?, source: String) {
      self.index = index
      self.number = number
      self.id = id
      self.source = source
    }

    /// The first line that holds more than spaces.
    package var firstLine: String {
      source.split(whereSeparator: \.isNewline).map { String($0).trimmingSpaces }
        .first { !$0.isEmpty } ?? ""
    }
  }
}

/// How a cell ended.
package enum CellOutcome: Sendable, Equatable {
  case ok
  case failed(CellFailure)
  /// It did not run, since the kernel aborted it.
  case aborted
}

/// The error that a cell ended with.
package struct CellFailure: Sendable, Equatable {
  package var name: String
  package var value: String
  package var traceback: [String]

  package init(name: String, value: String, traceback: [String]) {
    self.name = name
    self.value = value
    self.traceback = traceback
  }
}
