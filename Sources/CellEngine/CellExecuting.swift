package import OrderedJSON

/// A live session of cells as the kernel sees it. `CellSession` is the real one; tests use doubles.
///
/// Positions in `complete` and `inspect` count Unicode scalars, as Jupyter's `cursor_pos` does;
/// a position past the end means the end.
package protocol CellExecuting: AnyObject, Sendable {
  /// Where events go. Set once, before the first execution; called from one thread at a time, in
  /// order, and never blocks the session for long.
  func setEventHandler(_ handler: @escaping @Sendable (CellEvent) -> Void)

  /// Runs `request`; its events end with `.finished`. One execution at a time: the caller sends
  /// the next only after `.finished` of the one before.
  ///
  /// - Parameter upcoming: the cells that wait behind it, which may be compiled meanwhile.
  func execute(_ request: CellRequest, upcoming: [UpcomingCell])

  /// Tells of the cells that wait now behind the running one.
  func foresee(_ upcoming: [UpcomingCell])

  /// Stops the running cell, which then ends as failed. Harmless when nothing runs.
  func interrupt()

  /// Answers `.inputRequest`; `nil` says that no input is to be had.
  func answerInput(_ execution: ExecutionID, _ text: String?)

  /// Whether `code` can be executed as it stands.
  func completeness(of code: String) -> Completeness

  /// What could stand at the cursor.
  func complete(_ code: String, at position: Int) async -> Completion

  /// What is known of the name at the cursor: MIME type → text; `nil` when nothing is.
  func inspect(_ code: String, at position: Int, detail: Int) async -> JSONObject?

  /// Ends the session and every process of it. Returns when they are gone.
  func shutdown() async
}

extension CellExecuting {
  /// Runs `request`, with nothing known to wait behind it.
  package func execute(_ request: CellRequest) { execute(request, upcoming: []) }
}

/// A cell that waits for its turn.
package struct UpcomingCell: Sendable, Equatable {
  package var code: String
  package var showsResult: Bool
  /// The number that it will have if all goes well.
  package var number: Int
  /// Its place in the order of all requests.
  package var sequence: Int
  /// Whether nothing runs between the cell before it and itself.
  package var followsDirectly: Bool

  package init(
    code: String, showsResult: Bool, number: Int, sequence: Int, followsDirectly: Bool
  ) {
    self.code = code
    self.showsResult = showsResult
    self.number = number
    self.sequence = sequence
    self.followsDirectly = followsDirectly
  }
}

/// Whether a cell's text is complete Swift.
package enum Completeness: Sendable, Equatable {
  case complete
  /// More lines are needed; the next one is best indented by `indent`.
  case incomplete(indent: String)
  case invalid
}

/// Completions that replace the text from `start` to `end`, positions in Unicode scalars.
package struct Completion: Sendable, Equatable {
  /// One proposal.
  package struct Item: Sendable, Equatable {
    /// What is inserted.
    package var text: String
    /// What it is, in Jupyter's words: `function`, `instance`, `class`, `keyword`, `module`, …
    package var kind: String
    /// Its declaration in one line.
    package var signature: String

    package init(text: String, kind: String, signature: String) {
      self.text = text
      self.kind = kind
      self.signature = signature
    }
  }

  package var items: [Item]
  package var start: Int
  package var end: Int

  package init(items: [Item], start: Int, end: Int) {
    self.items = items
    self.start = start
    self.end = end
  }
}
