@_implementationOnly import Glibc

// The C entries by which `apus-worker` calls the runtime after opening libApus.so.

/// Takes the worker's functions, in the order of `WorkerHost`, and installs the executors.
@_cdecl("apus_cell_start")
public func __apus_startRuntime(_ functions: UnsafePointer<UnsafeRawPointer>) {
  WorkerHost.current = WorkerHost(
    send: unsafeBitCast(functions[0], to: WorkerHost.Send.self),
    execution: unsafeBitCast(functions[1], to: WorkerHost.Execution.self),
    flush: unsafeBitCast(functions[2], to: WorkerHost.Flush.self),
    enqueueMain: unsafeBitCast(functions[3], to: WorkerHost.EnqueueMain.self),
    enqueuePool: unsafeBitCast(functions[4], to: WorkerHost.EnqueuePool.self),
    drainMain: unsafeBitCast(functions[5], to: WorkerHost.DrainMain.self),
    endAsyncCell: unsafeBitCast(functions[6], to: WorkerHost.Flush.self),
    isCellThread: unsafeBitCast(functions[7], to: WorkerHost.IsCellThread.self),
    ask: unsafeBitCast(functions[8], to: WorkerHost.Ask.self),
    find: unsafeBitCast(functions[9], to: WorkerHost.Find.self))
  CellExecutorFactory.install()
}

/// Runs a job of the main actor.
@_cdecl("apus_cell_run_main_job")
public func __apus_runMainJob(_ job: UnsafeMutableRawPointer) { CellExecutorFactory.runMain(job) }

/// Runs a job of the pool.
@_cdecl("apus_cell_run_pool_job")
public func __apus_runPoolJob(_ job: UnsafeMutableRawPointer) { CellExecutorFactory.runPool(job) }

/// The type and the description of an error, as two C strings that the caller frees.
@_cdecl("apus_cell_describe_error")
public func __apus_describeError(
  _ error: UnsafeMutableRawPointer,
  _ type: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
  _ text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) {
  let value = unsafeBitCast(error, to: (any Error).self)
  type.pointee = strdup(String(reflecting: Swift.type(of: value)))
  text.pointee = strdup(String(describing: value))
}
