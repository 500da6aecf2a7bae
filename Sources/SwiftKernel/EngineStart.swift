package import CellEngine
internal import Jupyter
internal import Synchronization

/// The engine, made in the background while the kernel already answers.
package final class EngineStart: Sendable {
  package typealias Outcome = Result<any CellExecuting, CellFailure>

  private enum State {
    case starting([@Sendable (Outcome) -> Void])
    case started(Outcome)
  }
  private let state = Mutex(State.starting([]))

  package init() {}

  /// Begins to make the engine, which tells its events to `handler`.
  package func begin(
    _ makeEngine: @escaping @Sendable () throws -> any CellExecuting,
    handler: @escaping @Sendable (CellEvent) -> Void
  ) {
    PlainThread.start("engine-start") {
      let outcome: Outcome
      do {
        let engine = try makeEngine()
        engine.setEventHandler(handler)
        outcome = .success(engine)
      } catch {
        let text = "\(error)"
        outcome = .failure(
          CellFailure(
            name: "EngineError", value: text, traceback: ["the Swift engine cannot start: \(text)"])
        )
      }
      let waiters = self.state.withLock { state in
        defer { state = .started(outcome) }
        guard case .starting(let waiters) = state else { return [@Sendable (Outcome) -> Void]() }
        return waiters
      }
      for waiter in waiters { waiter(outcome) }
    }
  }

  /// Calls `body` with the engine: at once if it is there, else when it is.
  package func whenReady(_ body: @escaping @Sendable (Outcome) -> Void) {
    let outcome = state.withLock { state -> Outcome? in
      switch state {
      case .started(let outcome): return outcome
      case .starting(let waiters):
        state = .starting(waiters + [body])
        return nil
      }
    }
    if let outcome { body(outcome) }
  }

  /// The engine if it is there already.
  package var engine: (any CellExecuting)? {
    state.withLock { state in
      guard case .started(.success(let engine)) = state else { return nil }
      return engine
    }
  }

  /// The engine, or why there is none.
  package func ready() async -> Outcome {
    await withCheckedContinuation { continuation in
      whenReady { continuation.resume(returning: $0) }
    }
  }
}
