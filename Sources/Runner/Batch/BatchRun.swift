internal import Jupyter
internal import Synchronization

/// Many runs, so many at a time. While some run, the kernels of the next ones are started.
package final class BatchRun: Sendable {
  /// What happens, with the number of the run that it happens to.
  package enum Event: Sendable {
    case begun(Int)
    case run(Int, RunEvent)
    case ended(Int, RunReport)
  }

  private struct State {
    var runs: [Int: NotebookRun] = [:]
    var signal: Int32?
  }

  private let requests: [RunRequest]
  private let jobs: Int
  private let failsFast: Bool
  /// The numbers of the runs in the order in which they begin.
  private let order: [Int]
  private let state = Mutex(State())
  private let teller: AsyncStream<Event>.Continuation
  package let events: AsyncStream<Event>

  /// - Parameter expected: how long each run is expected to take, as far as that is known. Those
  ///   that are not known begin first, then the longest.
  package init(
    _ requests: [RunRequest], jobs: Int, failsFast: Bool = false, expected: [Duration?] = []
  ) {
    self.requests = requests
    self.jobs = max(1, jobs)
    self.failsFast = failsFast
    func rank(_ index: Int) -> Duration {
      (expected.indices.contains(index) ? expected[index] : nil) ?? .seconds(1_000_000)
    }
    order = requests.indices.sorted { (rank($1), $0) < (rank($0), $1) }
    (events, teller) = AsyncStream.makeStream(of: Event.self)
  }

  /// Tells all runs that our process was sent `signal`; no further one begins.
  package func stop(bySignal signal: Int32) {
    let runs = state.withLock { state in
      state.signal = state.signal ?? signal
      return Array(state.runs.values)
    }
    for run in runs { run.stop(bySignal: signal) }
  }

  /// Runs them all; gives their reports in the order of the requests. Call it once.
  package func run() async -> [RunReport] {
    var reports = requests.map { RunReport($0) }
    var waiting = order[...]
    var ready: [Int] = []
    var going: Set<Int> = []
    var stopReason: String?
    await withTaskGroup(of: (Int, RunReport).self) { group in
      func launch() {
        // One kernel for each that runs is started ahead.
        while going.count + ready.count < jobs * 2, stopReason == nil,
          let index = waiting.popFirst()
        {
          let run = NotebookRun(requests[index], waits: true)
          let signal = state.withLock { state in
            state.runs[index] = run
            return state.signal
          }
          if let signal { run.stop(bySignal: signal) }
          ready.append(index)
          group.addTask { [teller] in
            let forwarding = Task {
              for await event in run.events { teller.yield(.run(index, event)) }
            }
            let report = await run.run()
            await forwarding.value
            return (index, report)
          }
        }
      }
      func begin() {
        while going.count < jobs, !ready.isEmpty {
          let index = ready.removeFirst()
          going.insert(index)
          teller.yield(.begun(index))
          state.withLock { $0.runs[index] }?.go()
        }
      }
      launch()
      begin()
      while let (index, report) = await group.next() {
        going.remove(index)
        ready.removeAll { $0 == index }
        reports[index] = report
        state.withLock { _ = $0.runs.removeValue(forKey: index) }
        teller.yield(.ended(index, report))
        if let reason = reasonToStop(after: report), stopReason == nil {
          stopReason = reason
          for one in ready { state.withLock { $0.runs[one] }?.skip(reason) }
          for one in waiting {
            reports[one].origin = .skipped(reason)
            teller.yield(.ended(one, reports[one]))
          }
          waiting = []
          ready = []
        }
        launch()
        if stopReason == nil { begin() }
      }
    }
    teller.finish()
    return reports
  }

  private func reasonToStop(after report: RunReport) -> String? {
    if let signal = state.withLock({ $0.signal }) {
      return "the batch was ended by \(SignalName.of(signal))"
    }
    return failsFast && report.failure != nil ? "\(report.name) failed" : nil
  }

  /// How many notebooks this machine runs at a time: one a processor, and no more than fit into
  /// half of the free memory at 300 MiB each.
  package static func defaultJobs(processors: Int, freeMemory: Int?) -> Int {
    let fit = freeMemory.map { $0 / 2 / (300 << 20) } ?? processors
    return max(1, min(processors, fit))
  }
}
