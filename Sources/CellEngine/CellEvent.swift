package import OrderedJSON

/// Names one execution in a session: chosen by whoever asks for it, never used twice.
package typealias ExecutionID = UInt32

/// Text of a cell and how it is to be run.
package struct CellRequest: Sendable {
  /// What is asked for: a cell of the notebook, or one expression of `user_expressions`.
  package enum Kind: Sendable { case cell, expression }

  package var id: ExecutionID
  /// The number that the user sees, as in "Cell 3".
  package var number: Int
  package var code: String
  package var kind: Kind
  /// Whether the value of the last expression is shown and kept as `_3`.
  package var showsResult: Bool
  /// Whether the cell may ask the frontend for input.
  package var allowsInput: Bool
  /// Its place in the order of all requests, as in `UpcomingCell`.
  package var sequence: Int

  package init(
    id: ExecutionID, number: Int, code: String, kind: Kind = .cell, showsResult: Bool = true,
    allowsInput: Bool = true, sequence: Int = 0
  ) {
    self.sequence = sequence
    self.id = id
    self.number = number
    self.code = code
    self.kind = kind
    self.showsResult = showsResult
    self.allowsInput = allowsInput
  }
}

/// What a session tells while cells run, in the order in which it happened.
///
/// Every event names the execution that caused it: text that a thread prints after its cell has
/// ended still belongs to that cell.
package enum CellEvent: Sendable {
  case output(ExecutionID, OutputStream, String)
  case display(ExecutionID, DisplayContent)
  /// The value of the last expression: MIME type → value, and metadata.
  case result(ExecutionID, bundle: JSONObject, metadata: JSONObject)
  case clearOutput(ExecutionID, waits: Bool)
  /// The cell waits for a line of input; answer with `CellExecuting.answerInput`.
  case inputRequest(ExecutionID, prompt: String, isHidden: Bool)
  /// Text for the frontend's pager (`%help`): MIME type → value.
  case page(ExecutionID, bundle: JSONObject)
  /// A thread of a cell that had already ended stopped: an error of that cell.
  case lateFailure(ExecutionID, CellFailure)
  /// The files that the execution opened to read.
  case opened(ExecutionID, [String])
  /// The end of an execution; nothing of it follows but late output.
  case finished(ExecutionID, CellOutcome)
}

extension CellEvent {
  /// The execution that caused it.
  package var execution: ExecutionID {
    switch self {
    case .output(let id, _, _), .display(let id, _), .result(let id, _, _),
      .clearOutput(let id, _), .inputRequest(let id, _, _), .page(let id, _),
      .lateFailure(let id, _), .opened(let id, _), .finished(let id, _):
      id
    }
  }
}

/// Standard output or standard error.
package enum OutputStream: String, Sendable { case stdout, stderr }

/// What `display` and `updateDisplay` show.
package struct DisplayContent: Sendable {
  package var bundle: JSONObject
  package var metadata: JSONObject
  package var displayID: String?
  package var isUpdate: Bool

  package init(
    bundle: JSONObject, metadata: JSONObject = [:], displayID: String? = nil, isUpdate: Bool = false
  ) {
    self.bundle = bundle
    self.metadata = metadata
    self.displayID = displayID
    self.isUpdate = isUpdate
  }
}

/// How an execution ended.
package enum CellOutcome: Sendable {
  case succeeded
  /// It did not compile, threw, trapped, was interrupted, or its worker died.
  case failed(CellFailure)
}

/// Why an execution failed, in the shape of a Jupyter error: lines of `traceback` may carry ANSI
/// colours; `name` and `value` do not.
package struct CellFailure: Error, Sendable, Equatable {
  package var name: String
  package var value: String
  package var traceback: [String]

  package init(name: String, value: String, traceback: [String]) {
    self.name = name
    self.value = value
    self.traceback = traceback
  }
}
