package import OrderedJSON
internal import Synchronization

/// The frontend's end of the wire: asks, and sorts what comes back by the request that caused it.
package final class KernelClient: Sendable {
  /// What an execution brings, in order of arrival on each channel.
  package enum ExecutionEvent: Sendable {
    /// Output and status from iopub.
    case iopub(Message)
    /// The cell asks for input: answer with `sendInput`.
    case input(Message)
    /// The reply on shell.
    case reply(Message)
  }

  /// A running request: its id and what it brings. The stream ends when both the reply and *idle*
  /// have come, or when the client is closed.
  package struct Execution: Sendable {
    package let id: String
    package let events: AsyncStream<ExecutionEvent>
  }

  private struct Running {
    var continuation: AsyncStream<ExecutionEvent>.Continuation
    var hasReply = false
    var isIdle = false
  }

  private struct State {
    var framing: MessageFraming
    var replies: [String: CheckedContinuation<Result<Message, JupyterError>, Never>] = [:]
    var running: [String: Running] = [:]
    var ahead: Set<String> = []
    var isWelcome = false
    var welcomeWaiters: [CheckedContinuation<Void, Never>] = []
    var isClosed = false
  }

  private static let order: [Channel] = [.shell, .control, .stdin, .iopub]

  private let maker: MessageMaker
  private let framing: MessageFraming
  private let thread: ChannelThread
  private let state: Mutex<State>
  /// Messages on iopub that belong to no execution of ours that still runs: late output, other
  /// clients' cells.
  package let otherMessages: AsyncStream<Message>
  private let otherContinuation: AsyncStream<Message>.Continuation
  /// What the cells of `executeAhead` bring, late output included, in order of arrival on each
  /// channel. It ends when the client is closed.
  package let aheadEvents: AsyncStream<ExecutionEvent>
  private let aheadContinuation: AsyncStream<ExecutionEvent>.Continuation

  /// Connects to a kernel, which need not be there yet.
  package init(connection: ConnectionFile, username: String = "apus") throws(JupyterError) {
    maker = MessageMaker(username: username)
    framing = MessageFraming(signer: MessageSigner(key: connection.key))
    state = Mutex(State(framing: framing))
    (otherMessages, otherContinuation) = AsyncStream.makeStream(
      of: Message.self, bufferingPolicy: .bufferingNewest(10_000))
    (aheadEvents, aheadContinuation) = AsyncStream.makeStream(of: ExecutionEvent.self)
    let context = ZMQContext()
    var sockets: [ZMQSocket] = []
    for channel in Self.order {
      let socket = try ZMQSocket(channel == .iopub ? .sub : .dealer, in: context)
      // stdin requests are routed by the identity that asked on shell.
      if channel == .iopub {
        socket.subscribe("")
      } else {
        socket.setIdentity(Array(maker.session.utf8))
      }
      try socket.connect(connection.endpoint(channel))
      sockets.append(socket)
    }
    thread = ChannelThread(name: "jupyter-client", sockets: sockets)
    thread.start { [weak self] index, frames in self?.receive(Self.order[index], frames) }
  }

  deinit { thread.requestStop() }

  /// Waits until the kernel answers and its output reaches us; returns its `kernel_info_reply`.
  ///
  /// Kernels of protocol 5.5 say `iopub_welcome`; with others `kernel_info` is asked again until
  /// its *idle* comes, so no output is ever lost.
  package func waitUntilReady(timeout: Duration = .seconds(60)) async throws(JupyterError)
    -> JSONObject
  {
    let deadline = ContinuousClock.now + timeout
    let info = try await request(.kernelInfoRequest, timeout: timeout).content
    while !state.withLock({ $0.isWelcome }) {
      guard ContinuousClock.now < deadline else {
        throw JupyterError(.timedOut, "no output channel in \(timeout)", at: "iopub")
      }
      let hears = await hearsIOPub(within: .milliseconds(200))
      if hears { break }
      _ = try await request(.kernelInfoRequest, timeout: deadline - .now)
    }
    return info
  }

  /// Asks for `kernel_info`.
  package func kernelInfo(
    on channel: Channel = .shell, timeout: Duration? = .seconds(10)
  ) async throws(JupyterError) -> JSONObject {
    try await request(.kernelInfoRequest, on: channel, timeout: timeout).content
  }

  /// Sends a request and waits for its reply.
  package func request(
    _ type: MessageType, content: JSONObject = [:], on channel: Channel = .shell,
    timeout: Duration? = nil
  ) async throws(JupyterError) -> Message {
    let message = maker.message(type, content: content)
    let id = message.header.id
    let alarm = timeout.map { timeout in
      Task {
        // A cancelled sleep means that the reply came first.
        do { try await Task.sleep(for: timeout) } catch { return }
        self.resume(
          id,
          with: .failure(
            JupyterError(
              .timedOut, "no reply to \(type.rawValue) in \(timeout)", at: channel.rawValue)))
      }
    }
    defer { alarm?.cancel() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isClosed = state.withLock { state in
          if !state.isClosed { state.replies[id] = continuation }
          return state.isClosed
        }
        if isClosed {
          continuation.resume(returning: .failure(Self.closed))
        } else {
          send(message, on: channel)
          if Task.isCancelled { resume(id, with: .failure(Self.closed)) }
        }
      }
    } onCancel: {
      resume(id, with: .failure(Self.closed))
    }
    return try result.get()
  }

  /// Sends a cell. Requests may be sent ahead; the kernel runs them in order.
  package func execute(_ content: ExecuteContent, metadata: JSONObject = [:]) -> Execution {
    let message = maker.message(.executeRequest, content: content.json, metadata: metadata)
    let (events, continuation) = AsyncStream.makeStream(of: ExecutionEvent.self)
    let isClosed = state.withLock { state in
      if !state.isClosed {
        state.running[message.header.id] = Running(continuation: continuation)
      }
      return state.isClosed
    }
    if isClosed { continuation.finish() } else { send(message, on: .shell) }
    return Execution(id: message.header.id, events: events)
  }

  /// Sends cells one behind the other before any of them can end, and gives the ids of their
  /// requests. What they bring comes in `aheadEvents`, as one order over all of them.
  package func executeAhead(_ cells: [ExecuteContent]) -> [String] {
    let messages = cells.map { maker.message(.executeRequest, content: $0.json) }
    let isClosed = state.withLock { state in
      if !state.isClosed { state.ahead.formUnion(messages.map(\.header.id)) }
      return state.isClosed
    }
    // All are signed before the first is sent: nothing slow lies between one and the next.
    let frames = messages.map { framing.frames(of: $0) }
    if !isClosed, let shell = Self.order.firstIndex(of: .shell) {
      for one in frames { thread.send(one, on: shell) }
    }
    return messages.map(\.header.id)
  }

  /// Answers an `input_request`.
  package func sendInput(_ text: String, to request: Message) {
    send(
      maker.message(.inputReply, content: ["value": .string(text)], parent: request.header),
      on: .stdin)
  }

  /// Interrupts by message, or by a signal to `process` if its kernelspec wants that.
  package func interrupt(
    _ process: KernelProcess? = nil, timeout: Duration = .seconds(10)
  ) async throws(JupyterError) {
    if let process, process.spec.interruptMode == .signal {
      process.interruptBySignal()
    } else {
      _ = try await request(.interruptRequest, on: .control, timeout: timeout)
    }
  }

  /// Asks the kernel to end, and waits for its word that it will.
  package func shutdown(
    restart: Bool = false, timeout: Duration = .seconds(10)
  ) async throws(JupyterError) {
    _ = try await request(
      .shutdownRequest, content: ["restart": .bool(restart)], on: .control, timeout: timeout)
  }

  /// Sends any message, for requests without a reply (comm messages).
  package func send(_ type: MessageType, content: JSONObject, on channel: Channel) -> String {
    let message = maker.message(type, content: content)
    send(message, on: channel)
    return message.header.id
  }

  /// Ends everything that waits, and the sockets. Call it also when the kernel has died.
  ///
  /// - Parameter kernelHasEnded: whether nobody is there to take what was said last; it would be
  ///   offered for a second.
  package func close(kernelHasEnded: Bool = false) async {
    let (replies, running, waiters) = state.withLock { state in
      state.isClosed = true
      defer { (state.replies, state.running, state.welcomeWaiters) = ([:], [:], []) }
      return (state.replies, state.running, state.welcomeWaiters)
    }
    for reply in replies.values { reply.resume(returning: .failure(Self.closed)) }
    for one in running.values { one.continuation.finish() }
    for waiter in waiters { waiter.resume() }
    otherContinuation.finish()
    aheadContinuation.finish()
    await thread.stop(discardsUnsent: kernelHasEnded)
  }

  private static let closed = JupyterError(.closed, "the connection was closed", at: "client")
}

extension KernelClient {
  private func send(_ message: Message, on channel: Channel) {
    guard let index = Self.order.firstIndex(of: channel) else {
      preconditionFailure("no requests go over \(channel)")
    }
    thread.send(framing.frames(of: message), on: index)
  }

  private func resume(_ id: String, with result: Result<Message, JupyterError>) {
    state.withLock { $0.replies.removeValue(forKey: id) }?.resume(returning: result)
  }

  /// Whether anything comes on iopub in `time`.
  private func hearsIOPub(within time: Duration) async -> Bool {
    let alarm = Task {
      do { try await Task.sleep(for: time) } catch { return }
      self.resumeWelcomeWaiters()
    }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        let isOver = state.isWelcome || state.isClosed
        if !isOver { state.welcomeWaiters.append(continuation) }
        return isOver
      }
      if isOver { continuation.resume() }
    }
    alarm.cancel()
    return state.withLock { $0.isWelcome || $0.isClosed }
  }

  private func resumeWelcomeWaiters() {
    let waiters = state.withLock { state in
      defer { state.welcomeWaiters = [] }
      return state.welcomeWaiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private func receive(_ channel: Channel, _ frames: [[UInt8]]) {
    // A message that is malformed or not signed by the kernel is none of ours; ignoring it is
    // what the protocol asks.
    guard let message = try? state.withLock({ try $0.framing.message(from: frames) }) else {
      return
    }
    switch channel {
    case .iopub: receiveOutput(message)
    case .stdin:
      let id = message.parent.id
      state.withLock { state in
        if state.ahead.contains(id) { aheadContinuation.yield(.input(message)) }
        state.running[id]?.continuation.yield(.input(message))
      }
    case .shell, .control, .heartbeat:
      let id = message.parent.id
      resume(id, with: .success(message))
      state.withLock { state in
        if state.ahead.contains(id) { aheadContinuation.yield(.reply(message)) }
        guard var running = state.running[id] else { return }
        running.hasReply = true
        running.continuation.yield(.reply(message))
        settle(id, running, &state)
      }
    }
  }

  private func receiveOutput(_ message: Message) {
    let id = message.parent.id
    let (isOurs, isFirst) = state.withLock { state in
      let isFirst = !state.isWelcome
      state.isWelcome = true
      if state.ahead.contains(id) {
        aheadContinuation.yield(.iopub(message))
        return (true, isFirst)
      }
      guard var running = state.running[id] else { return (false, isFirst) }
      running.continuation.yield(.iopub(message))
      if message.type == .status, message.content["execution_state"]?.string == "idle" {
        running.isIdle = true
      }
      settle(id, running, &state)
      return (true, isFirst)
    }
    if isFirst { resumeWelcomeWaiters() }
    if !isOurs, message.type != .iopubWelcome { otherContinuation.yield(message) }
  }

  /// Keeps `running`, or ends it when both its reply and its *idle* are there.
  private func settle(_ id: String, _ running: Running, _ state: inout State) {
    if running.hasReply && running.isIdle {
      state.running[id] = nil
      running.continuation.finish()
    } else {
      state.running[id] = running
    }
  }
}
