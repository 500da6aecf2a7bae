internal import Jupyter
internal import OrderedJSON

/// Everything that a run waits for, in one line: one task reads it, so nothing overtakes.
struct Mailbox {
  /// What may come. What a kernel sends bears its number: a run that is begun anew has several.
  enum Letter: Sendable {
    case ready(kernel: Int, Result<JSONObject, JupyterError>)
    case kernel(kernel: Int, KernelClient.ExecutionEvent)
    case kernelEnded(kernel: Int, KernelProcess.Ending)
    /// The kernel answered what was asked of it behind the cell whose turn began then.
    case passed(kernel: Int, turn: ContinuousClock.Instant)
    /// The kernel is waiting for us to say so: it was started ahead.
    case go
    /// The run is not wanted any more.
    case skip(String)
    /// Our process was sent this signal.
    case stop(Int32)
    case alarm
  }

  /// Where letters are put in, from any task.
  let slot: AsyncStream<Letter>.Continuation
  /// Letters of other kernels are thrown away.
  var kernel = 0
  private var letters: AsyncStream<Letter>.Iterator
  private var alarm: (time: ContinuousClock.Instant, task: Task<Void, Never>)?

  init(_ stream: AsyncStream<Letter>, slot: AsyncStream<Letter>.Continuation) {
    self.slot = slot
    letters = stream.makeAsyncIterator()
  }

  /// The next letter, or `nil` when `deadline` comes first.
  mutating func next(before deadline: ContinuousClock.Instant?) async -> Letter? {
    while true {
      if let deadline {
        if deadline <= .now { return nil }
        setAlarm(at: deadline)
      }
      guard let letter = await letters.next() else { return nil }
      switch letter {
      case .alarm: alarm = nil
      case .ready(let number, _), .kernel(let number, _), .kernelEnded(let number, _),
        .passed(let number, _):
        if number == kernel { return letter }
      case .go, .skip, .stop: return letter
      }
    }
  }

  /// Ends the line.
  mutating func close() {
    alarm?.task.cancel()
    alarm = nil
    slot.finish()
  }

  /// One alarm is set at a time, the earliest.
  private mutating func setAlarm(at time: ContinuousClock.Instant) {
    if let alarm, alarm.time <= time { return }
    alarm?.task.cancel()
    let task = Task { [slot] in
      // A cancelled sleep means that an earlier alarm took its place.
      do { try await Task.sleep(until: time, clock: .continuous) } catch { return }
      slot.yield(.alarm)
    }
    alarm = (time, task)
  }
}
