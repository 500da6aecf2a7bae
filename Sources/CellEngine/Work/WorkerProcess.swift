internal import ApusCell
internal import Glibc
internal import Synchronization

/// What a worker sends: messages over the link, and text of child processes through the pipes.
enum WorkerEvent: Sendable {
  case message(WorkerMessage)
  /// Text from a pipe: of child processes, or of the runtime's last words.
  case childOutput(stream: UInt8, bytes: [UInt8])
  case ended(ChildProcess.Ending, peakByteCount: Int)
}

/// The process that runs a session's cells.
///
/// One thread reads its link and its two pipes, in the order in which things were written: what
/// waits in a pipe when the link is looked at was written before anything that the link brings
/// afterwards, since the worker waits for empty pipes before it sends text.
final class WorkerProcess: Sendable {
  private let link: Int32
  private let process: ChildProcess
  private let sendLock = Mutex(())

  /// Starts `worker` with the runtime `library`. Events come on a thread of their own, the last
  /// of them being `.ended`.
  init(
    worker: String, library: String, onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) throws(CellEngineError) {
    let sockets = try DescriptorPair.sockets()
    let output = try DescriptorPair.pipe()
    let errors = try DescriptorPair.pipe()
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { for end in [sockets.peer, output.write, errors.write, nothing] { close(end) } }
    link = sockets.own
    process = try ChildProcess.start(
      [worker, "3", library],
      descriptors: [(0, nothing), (1, output.write), (2, errors.write), (3, sockets.peer)])
    let reader = WorkerReader(
      link: sockets.own, pipes: [output.read, errors.read], process: process, onEvent: onEvent)
    WorkerThread.start { reader.run() }
  }

  /// Tells the worker. A worker that is gone says so by its own event.
  func send(_ message: EngineMessage) {
    let bytes = message.frame.bytes
    sendLock.withLock { _ in
      var done = 0
      while done < bytes.count {
        let count = bytes[done...].withUnsafeBytes {
          Glibc.send(link, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        done += count
      }
    }
  }

  func kill() { process.kill() }
}

/// Reads a worker's link and pipes until it has ended.
private struct WorkerReader: Sendable {
  let link: Int32
  let pipes: [Int32]
  let process: ChildProcess
  let onEvent: @Sendable (WorkerEvent) -> Void

  func run() {
    var frames = LinkFrameReader()
    var block = [UInt8](repeating: 0, count: 1 << 18)
    var items = ([link] + pipes).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      if poll(&items, 3, -1) < 0 && errno != EINTR { break }
      let waiting = pipes.map(Self.bytesWaiting)
      let isOpen = readLink(&frames, &block)
      for (index, count) in waiting.enumerated() where count > 0 {
        readPipe(index, atMost: min(count, Self.bytesWaiting(pipes[index])), &block)
      }
      for index in 1...2 where items[index].revents & Int16(POLLHUP) != 0 {
        if Self.bytesWaiting(items[index].fd) == 0 { items[index].fd = -1 }
      }
      if !isOpen { break }
    }
    readPipes()
    // The link is closed, but the process may hang: it has nothing more to say.
    process.kill()
    for descriptor in pipes + [link] { close(descriptor) }
    let (ending, peak) = process.waitWithPeak()
    onEvent(.ended(ending, peakByteCount: peak))
  }

  /// Whether the link is still open.
  private func readLink(_ frames: inout LinkFrameReader, _ block: inout [UInt8]) -> Bool {
    while true {
      let count = recv(link, &block, block.count, Int32(MSG_DONTWAIT))
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      guard count > 0 else { return false }
      frames.append(block[..<count])
      do {
        while let frame = try frames.next() {
          let message = try WorkerMessage(frame)
          if case .finished = message { readPipes() }
          onEvent(.message(message))
        }
      } catch {
        return false  // not our worker's language: it is of no use any more
      }
    }
  }

  /// What children have written up to now: it belongs before the end of the cell.
  private func readPipes() {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    for index in pipes.indices {
      readPipe(index, atMost: Self.bytesWaiting(pipes[index]), &block)
    }
  }

  private func readPipe(_ index: Int, atMost count: Int, _ block: inout [UInt8]) {
    var left = count
    while left > 0 {
      let got = read(pipes[index], &block, min(left, block.count))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return }
      onEvent(.childOutput(stream: UInt8(index + 1), bytes: Array(block[..<got])))
      left -= got
    }
  }

  private static func bytesWaiting(_ descriptor: Int32) -> Int {
    guard descriptor >= 0 else { return 0 }
    var count: Int32 = 0
    let bytesToRead: UInt = 0x541B  // FIONREAD
    return ioctl(descriptor, bytesToRead, &count) == 0 ? Int(count) : 0
  }
}

/// A thread that takes no signals.
enum WorkerThread {
  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body)).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, start)
    precondition(status == 0, "no thread: error \(status)")
    pthread_detach(thread)
  }
}
