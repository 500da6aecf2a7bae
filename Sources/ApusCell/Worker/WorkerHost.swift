internal import OrderedJSON

/// The functions of the worker process (`apus-worker`, in C) that the runtime calls. The process
/// hands them over when it starts; in a process that is no worker there are none, and what is
/// shown goes nowhere.
struct WorkerHost {
  /// Sends one frame over the link: kind, payload.
  typealias Send = @convention(c) (UInt8, UnsafePointer<UInt8>?, Int) -> Void
  /// The execution that the calling thread works for.
  typealias Execution = @convention(c) () -> UInt32
  /// Sends what has been printed, so that a message after it keeps its place.
  typealias Flush = @convention(c) () -> Void
  /// Adds a job to the cell thread's queue, or to the pool's (after a delay in nanoseconds).
  typealias EnqueueMain = @convention(c) (UnsafeMutableRawPointer) -> Void
  typealias EnqueuePool = @convention(c) (UnsafeMutableRawPointer, UInt64) -> Void
  /// Runs the cell thread's queue until the cell has ended.
  typealias DrainMain = @convention(c) () -> Void
  typealias IsCellThread = @convention(c) () -> Bool
  /// Asks for a line; the caller frees it. Null: there is none to be had.
  typealias Ask = @convention(c) (UnsafePointer<CChar>, Bool) -> UnsafeMutablePointer<CChar>?

  /// The address of a symbol of any cell.
  typealias Find = @convention(c) (UnsafePointer<CChar>) -> UnsafeMutableRawPointer?

  var send: Send
  var execution: Execution
  var flush: Flush
  var enqueueMain: EnqueueMain
  var enqueuePool: EnqueuePool
  var drainMain: DrainMain
  var endAsyncCell: Flush
  var isCellThread: IsCellThread
  var ask: Ask
  var find: Find

  /// Set once, before the first cell.
  nonisolated(unsafe) static var current: WorkerHost?
}

/// What the public functions say to the engine.
enum Notebook {
  static var execution: UInt32 { WorkerHost.current?.execution() ?? 0 }

  static func send(_ message: WorkerMessage) {
    guard let host = WorkerHost.current else { return }
    host.flush()
    let frame = message.frame
    host.send(frame.kind, frame.payload, frame.payload.count)
  }

  static func show(_ bundle: DisplayBundle, id: String?, isUpdate: Bool = false) {
    send(
      .display(
        execution: execution, bundle: bundle.json.description, metadata: "{}", displayID: id,
        isUpdate: isUpdate))
  }
}
