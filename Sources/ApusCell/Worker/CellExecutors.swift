@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) internal import _Concurrency

/// The main actor of cells: the cell thread serves it, so that top-level code and `@MainActor`
/// functions share one thread.
final class CellMainExecutor: MainExecutor {
  func run() throws { WorkerHost.current?.drainMain() }

  func stop() {}

  func runUntil(_ condition: () -> Bool) throws { WorkerHost.current?.drainMain() }

  func enqueue(_ job: consuming ExecutorJob) {
    WorkerHost.current?.enqueueMain(
      unsafeBitCast(UnownedJob(job), to: UnsafeMutableRawPointer.self))
  }

  var isMainExecutor: Bool { true }

  func checkIsolated() {
    precondition(WorkerHost.current?.isCellThread() ?? true, "not on the main actor")
  }

  func isIsolatingCurrentContext() -> Bool? { WorkerHost.current?.isCellThread() }
}

/// The pool that runs every other task: threads of the worker itself, replaced when a task traps.
final class CellPoolExecutor: TaskExecutor, SchedulingExecutor {
  func enqueue(_ job: consuming ExecutorJob) { enqueue(UnownedJob(job), after: 0) }

  func enqueue<C: Clock>(
    _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
  ) {
    var nanoseconds: UInt64 = 0
    if let duration = delay as? Duration {
      let parts = duration.components
      let whole = max(0, parts.seconds).multipliedReportingOverflow(by: 1_000_000_000)
      nanoseconds =
        whole.overflow
        ? UInt64(Int64.max)
        : UInt64(whole.partialValue) + UInt64(max(0, parts.attoseconds / 1_000_000_000))
    }
    enqueue(UnownedJob(job), after: nanoseconds)
  }

  private func enqueue(_ job: UnownedJob, after nanoseconds: UInt64) {
    WorkerHost.current?.enqueuePool(
      unsafeBitCast(job, to: UnsafeMutableRawPointer.self), nanoseconds)
  }
}

/// Hands both executors to the runtime.
struct CellExecutorFactory: ExecutorFactory {
  static let pool = CellPoolExecutor()
  static let mainExecutor: any MainExecutor = CellMainExecutor()
  static let defaultExecutor: any TaskExecutor = pool

  static func install() { _createExecutors(factory: CellExecutorFactory.self) }

  static func runMain(_ job: UnsafeMutableRawPointer) {
    unsafeBitCast(job, to: UnownedJob.self).runSynchronously(on: MainActor.sharedUnownedExecutor)
  }

  static func runPool(_ job: UnsafeMutableRawPointer) {
    unsafeBitCast(job, to: UnownedJob.self)
      .runSynchronously(on: pool.asUnownedTaskExecutor())
  }
}
