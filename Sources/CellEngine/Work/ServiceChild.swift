internal import CToolchain
internal import Glibc
internal import Synchronization

/// A child process that answers questions, one at a time, over its standard input and output.
///
/// It is started with the first question, and again when it has died. One that does not answer in
/// time is killed. It ends when its socket closes: with this object, or with our process.
final class ServiceChild: Sendable {
  /// How questions and answers are told apart.
  enum Framing: Sendable {
    /// Each is a line.
    case lines
    /// Each is a UInt32 (little endian) and as many bytes.
    case lengths
  }

  /// How long an answer may take: the first of a process includes its start.
  struct Patience: Sendable {
    var first: Duration
    var later: Duration
  }

  private struct Child: Sendable {
    var process: ChildProcess
    var socket: Int32
    var hasAnswered = false
  }

  private struct State: Sendable {
    var child: Child?
    var isAsking = false
    var isShutDown = false
  }

  private let arguments: [String]
  private let framing: Framing
  private let patience: Patience
  private let turn = Mutex(())
  private let state = Mutex(State())

  init(_ arguments: [String], framing: Framing, patience: Patience) {
    self.arguments = arguments
    self.framing = framing
    self.patience = patience
  }

  deinit { shutdown() }

  /// The answers to `questions`, in order.
  ///
  /// Blocks; callers on other threads wait their turn.
  func ask(_ questions: [[UInt8]]) throws(CellEngineError) -> [[UInt8]] {
    try turn.withLock { _ throws(CellEngineError) in
      var channel = try begin()
      do throws(CellEngineError) {
        var answers: [[UInt8]] = []
        for question in questions {
          let limit = channel.hasAnswered ? patience.later : patience.first
          answers.append(try channel.exchange(question, within: limit, arguments[0]))
        }
        finish(keeping: true)
        return answers
      } catch {
        finish(keeping: false)
        throw error
      }
    }
  }

  /// As `ask`, without blocking the caller's thread.
  func answers(to questions: [[UInt8]]) async throws(CellEngineError) -> [[UInt8]] {
    let outcome = await withCheckedContinuation { continuation in
      WorkerThread.start { [self] in
        continuation.resume(
          returning: Result { () throws(CellEngineError) in try ask(questions) })
      }
    }
    return try outcome.get()
  }

  /// Ends the process for good; a question under way fails.
  func shutdown() {
    let idle = state.withLock { state -> Child? in
      state.isShutDown = true
      guard state.isAsking else {
        defer { state.child = nil }
        return state.child
      }
      state.child?.process.kill()
      return nil
    }
    if let idle { Self.end(idle) }
  }

  /// The number of the process, while there is one.
  var processID: Int32? { state.withLock { $0.child?.process.pid } }

  // MARK: The process

  private func begin() throws(CellEngineError) -> ServiceChannel {
    try state.withLock { state throws(CellEngineError) in
      guard !state.isShutDown else {
        throw CellEngineError(.process, "was shut down", place: arguments[0])
      }
      if let child = state.child, Self.hasDied(child) {
        Self.end(child)
        state.child = nil
      }
      let child: Child
      if let running = state.child { child = running } else { child = try start() }
      state.child = child
      state.isAsking = true
      return ServiceChannel(
        socket: child.socket, framing: framing, hasAnswered: child.hasAnswered)
    }
  }

  private func finish(keeping: Bool) {
    let ended = state.withLock { state -> Child? in
      state.isAsking = false
      state.child?.hasAnswered = true
      guard !keeping || state.isShutDown else { return nil }
      defer { state.child = nil }
      return state.child
    }
    if let ended { Self.end(ended) }
  }

  private func start() throws(CellEngineError) -> Child {
    let sockets = try DescriptorPair.sockets()
    defer { close(sockets.peer) }
    var pid: Int32 = 0
    let argv = arguments.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    let status = apus_start_service(&pid, argv, sockets.peer)
    guard status == 0 else {
      close(sockets.own)
      throw CellEngineError(
        .process, "could not be started: \(String(cString: strerror(status)))",
        place: arguments[0])
    }
    return Child(process: ChildProcess(pid: pid), socket: sockets.own)
  }

  /// Whether the other end is closed.
  ///
  /// What it says unasked is no answer either.
  private static func hasDied(_ child: Child) -> Bool {
    var item = pollfd(fd: child.socket, events: Int16(POLLIN), revents: 0)
    return poll(&item, 1, 0) != 0
  }

  private static func end(_ child: Child) {
    child.process.kill()
    close(child.socket)
    _ = child.process.wait()
  }
}

/// One end of the socket to a service.
private struct ServiceChannel {
  let socket: Int32
  let framing: ServiceChild.Framing
  var hasAnswered: Bool
  private var received: [UInt8] = []

  private static let longestAnswer = 64 << 20

  init(socket: Int32, framing: ServiceChild.Framing, hasAnswered: Bool) {
    self.socket = socket
    self.framing = framing
    self.hasAnswered = hasAnswered
  }

  mutating func exchange(
    _ question: [UInt8], within limit: Duration, _ place: String
  ) throws(CellEngineError) -> [UInt8] {
    let end = ContinuousClock.now + limit
    try send(framed(question), until: end, limit, place)
    while true {
      if let answer = try takeAnswer(place) {
        hasAnswered = true
        return answer
      }
      try waitFor(POLLIN, until: end, limit, place)
      var block = [UInt8](repeating: 0, count: 65_536)
      let count = recv(socket, &block, block.count, Int32(MSG_DONTWAIT))
      if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
      guard count > 0 else { throw Self.died(place) }
      received += block[..<count]
    }
  }

  private func framed(_ question: [UInt8]) -> [UInt8] {
    switch framing {
    case .lines: question + [0x0A]
    case .lengths: ServiceFrame.header(question.count) + question
    }
  }

  private mutating func takeAnswer(_ place: String) throws(CellEngineError) -> [UInt8]? {
    switch framing {
    case .lines:
      guard let end = received.firstIndex(of: 0x0A) else { return nil }
      defer { received.removeFirst(end + 1) }
      return Array(received[..<end])
    case .lengths:
      guard let length = ServiceFrame.length(received) else { return nil }
      guard length <= Self.longestAnswer else {
        throw CellEngineError(.process, "answered \(length) bytes", place: place)
      }
      guard received.count >= 4 + length else { return nil }
      defer { received.removeFirst(4 + length) }
      return Array(received[4..<(4 + length)])
    }
  }

  private func send(
    _ bytes: [UInt8], until end: ContinuousClock.Instant, _ limit: Duration, _ place: String
  ) throws(CellEngineError) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count > 0 {
        done += count
      } else if errno == EAGAIN || errno == EINTR {
        try waitFor(POLLOUT, until: end, limit, place)
      } else {
        throw Self.died(place)
      }
    }
  }

  private func waitFor(
    _ event: Int32, until end: ContinuousClock.Instant, _ limit: Duration, _ place: String
  ) throws(CellEngineError) {
    while true {
      let left = end - ContinuousClock.now
      let milliseconds =
        left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      guard milliseconds > 0 else {
        throw CellEngineError(
          .process, "did not answer within \(limit); it is started anew", place: place)
      }
      var item = pollfd(fd: socket, events: Int16(event), revents: 0)
      let status = poll(&item, 1, Int32(clamping: milliseconds))
      if status > 0 { return }
      if status < 0 && errno != EINTR {
        throw CellEngineError(.process, String(cString: strerror(errno)), place: place)
      }
    }
  }

  private static func died(_ place: String) -> CellEngineError {
    CellEngineError(.process, "died before it answered", place: place)
  }
}

/// The header of a frame of `ServiceChild.Framing.lengths`.
enum ServiceFrame {
  static func header(_ length: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  }

  /// The length that `bytes` begin with; `nil` where they are too few.
  static func length(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
  }
}
