// The room SwiftKernel: Jupyter's requests on one side, a session of cells on the other.
//
//   KernelServer        sockets, threads, start and end
//   RequestDispatcher   one switch over the message types; Handlers/ hold its answers
//   ExecutionQueue      the order of executions; turns CellEvents into messages
//   IOPubOutbox         the order of everything that is said
//   InputBroker         a cell's questions to the frontend
//   ExecutionHistory    what was executed, across sessions
//
// Three threads own the sockets: one shell, stdin and iopub, so that output and replies keep their
// order; one control, which answers while a cell runs; one the heartbeat. None of them waits for
// the engine, which is made in the background while the kernel already answers.

package import CellEngine
package import Jupyter
internal import Synchronization

/// A Jupyter kernel for whatever can execute cells.
package final class KernelServer: Sendable {
  /// What a kernel is made of.
  package struct Configuration: Sendable {
    package var connection: ConnectionFile
    package var info: KernelInfo
    /// Where the history is kept; `nil` keeps it in memory.
    package var historyPath: String?
    /// How long the engine may take to end its processes.
    package var patience = Duration.seconds(2)

    package init(connection: ConnectionFile, info: KernelInfo, historyPath: String?) {
      self.connection = connection
      self.info = info
      self.historyPath = historyPath
    }
  }

  private struct Stopping {
    var isAsked = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let configuration: Configuration
  private let context: ZMQContext
  private let main: ChannelThread
  private let control: ChannelThread
  private let heartbeat: ChannelThread
  private let outbox: IOPubOutbox
  private let engines = EngineStart()
  private let queue: ExecutionQueue
  private let dispatcher: RequestDispatcher
  private let framing: Mutex<MessageFraming>
  private let stopping: Mutex<Stopping>

  /// Binds the sockets, answers on them from then on, and begins to make the engine.
  package static func start(
    _ configuration: Configuration, makeEngine: @escaping @Sendable () throws -> any CellExecuting
  ) throws(JupyterError) -> KernelServer {
    let server = try KernelServer(configuration)
    server.begin(makeEngine)
    return server
  }

  private init(_ configuration: Configuration) throws(JupyterError) {
    self.configuration = configuration
    let context = ZMQContext()
    func bound(_ kind: ZMQSocket.Kind, _ channel: Channel) throws(JupyterError) -> ZMQSocket {
      let socket = try ZMQSocket(kind, in: context)
      try socket.bind(configuration.connection.endpoint(channel))
      return socket
    }
    self.context = context
    // In the order of IOPubOutbox.MainSocket.
    main = ChannelThread(
      name: "kernel-main",
      sockets: [
        try bound(.router, .shell), try bound(.router, .stdin), try bound(.xpub, .iopub),
      ])
    control = ChannelThread(name: "kernel-control", sockets: [try bound(.router, .control)])
    heartbeat = ChannelThread(name: "kernel-heart", sockets: [try bound(.router, .heartbeat)])
    let signer = MessageSigner(key: configuration.connection.key)
    framing = Mutex(MessageFraming(signer: signer, refusesReplays: true))
    outbox = IOPubOutbox(signer: signer, main: main, control: control)
    let input = InputBroker(outbox: outbox, engines: engines)
    let history = ExecutionHistory(path: configuration.historyPath)
    queue = ExecutionQueue(
      outbox: outbox, engines: engines, input: input, history: history,
      afterReceiving: { [main] action in main.afterReceiving(action) })
    let stopRequest = StopRequest()
    dispatcher = RequestDispatcher(
      outbox: outbox, queue: queue, engines: engines, input: input, history: history,
      info: configuration.info, stop: { stopRequest.ask() })
    stopping = Mutex(Stopping())
    stopRequest.whenAsked { [weak self] in self?.requestStop() }
  }

  private func begin(_ makeEngine: @escaping @Sendable () throws -> any CellExecuting) {
    main.start(
      receive: { [weak self] index, frames in self?.receiveOnMain(index, frames) },
      tick: { [outbox] in outbox.sendWaitingText() })
    control.start { [weak self] _, frames in self?.receive(frames, from: .control) }
    heartbeat.start { [heartbeat] index, frames in heartbeat.send(frames, on: index) }
    engines.begin(makeEngine) { [queue] event in queue.receive(event) }
  }

  /// Interrupts the running cell, as an `interrupt_request` does.
  package func interrupt() { queue.interrupt() }

  /// Asks the kernel to end; `waitUntilStopped` then does it.
  package func requestStop() {
    let waiters = stopping.withLock { stopping in
      stopping.isAsked = true
      defer { stopping.waiters = [] }
      return stopping.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Serves until it is asked to stop, then ends the engine and the sockets.
  package func waitUntilStopped() async {
    await withCheckedContinuation { continuation in
      let isAsked = stopping.withLock { stopping in
        if !stopping.isAsked { stopping.waiters.append(continuation) }
        return stopping.isAsked
      }
      if isAsked { continuation.resume() }
    }
    await endEngine()
    await control.stop()
    await heartbeat.stop()
    await main.stop()
    // Waits for what was said last to be on its way.
    context.terminate()
  }

  /// Ends the engine; one that does not end in time is left to the end of our process.
  private func endEngine() async {
    guard let engine = engines.engine else { return }
    let isOver = Mutex(false)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let once: @Sendable () -> Void = {
        let isFirst = isOver.withLock { isOver in
          defer { isOver = true }
          return !isOver
        }
        if isFirst { continuation.resume() }
      }
      let alarm = Task { [patience = configuration.patience] in
        do { try await Task.sleep(for: patience) } catch { return }
        once()
      }
      Task {
        await engine.shutdown()
        alarm.cancel()
        once()
      }
    }
  }

  private func receiveOnMain(_ index: Int, _ frames: [[UInt8]]) {
    switch IOPubOutbox.MainSocket(rawValue: index) {
    case .shell: receive(frames, from: .shell)
    case .stdin: receive(frames, from: .stdin)
    case .iopub: receiveSubscription(frames)
    case nil: preconditionFailure("no socket \(index)")
    }
  }

  private func receive(_ frames: [[UInt8]], from channel: Channel) {
    // What is malformed, unsigned or replayed is not answered: its sender is not to be trusted.
    guard let message = try? framing.withLock({ try $0.message(from: frames) }) else { return }
    dispatcher.dispatch(message, from: channel)
  }

  /// A subscription is a frame of 1 and the topic; its end, of 0 and the topic.
  private func receiveSubscription(_ frames: [[UInt8]]) {
    guard let frame = frames.first, frame.first == 1,
      let topic = String(validating: frame.dropFirst(), as: UTF8.self)
    else { return }
    outbox.welcome(topic: topic)
  }
}

/// Lets the dispatcher ask for the end of a server that is still being made.
private final class StopRequest: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  func whenAsked(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

  func ask() { action.withLock { $0 }?() }
}
