internal import CZeroMQ
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A thread that owns sockets for life. Frames to send come from any thread and leave in the order
/// in which they came, across all of its sockets; what arrives is given to one handler.
///
/// `@unchecked Sendable`: the sockets and what waits for them are touched by the thread alone once
/// `start` was called; all else is behind a mutex.
package final class ChannelThread: @unchecked Sendable {
  package typealias Frames = [[UInt8]]

  private struct State {
    var outbox: [(socket: Int, frames: Frames)] = []
    /// Bytes that were given to `send` and have not been sent.
    var unsentCount = 0
    var waitingForRoom: [DispatchSemaphore] = []
    var actions: [@Sendable () -> Void] = []
    var timer: ContinuousClock.Instant?
    var isStopping = false
    var hasStopped = false
    var discardsUnsent = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Above this, whoever asks for room waits.
  private static let mostUnsent = 16 << 20
  /// How long a subscriber that takes nothing is waited for.
  private static let patience = Duration.seconds(20)

  /// What could not be sent yet, the next first; the thread's own.
  private var unsent: [(socket: Int, frames: Frames)] = []
  private var blockedSince: ContinuousClock.Instant?

  private let name: String
  private let sockets: [ZMQSocket]
  private let wakeUp: Int32
  private let state = Mutex(State())

  /// Takes `sockets`; the caller uses them no more.
  package init(name: String, sockets: [ZMQSocket]) {
    self.name = name
    self.sockets = sockets
    wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
  }

  deinit { close(wakeUp) }

  /// Starts the thread. `receive` gets the index of a socket and what came on it; `tick` is called
  /// when the time set by `wake(at:)` has come. Both run on the thread and must not block.
  package func start(
    receive: @escaping @Sendable (Int, Frames) -> Void,
    tick: @escaping @Sendable () -> Void = {}
  ) {
    PlainThread.start(name) { self.run(receive, tick) }
  }

  /// Sends `frames` on the socket at `index`, after all that was given before.
  package func send(_ frames: Frames, on index: Int) {
    state.withLock {
      $0.outbox.append((index, frames))
      $0.unsentCount += Self.size(of: frames)
    }
    wake()
  }

  /// Waits until what was given to `send` is mostly sent. Not to be called on the thread itself.
  package func waitForRoom() {
    let semaphore = state.withLock { state -> DispatchSemaphore? in
      guard state.unsentCount > Self.mostUnsent, !state.isStopping, !state.hasStopped else {
        return nil
      }
      let semaphore = DispatchSemaphore(value: 0)
      state.waitingForRoom.append(semaphore)
      return semaphore
    }
    semaphore?.wait()
  }

  private static func size(of frames: Frames) -> Int { frames.reduce(0) { $0 + $1.count } }

  /// Runs `action` on the thread after it has taken in everything that has already arrived.
  package func afterReceiving(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.actions.append(action) }
    wake()
  }

  /// Has `tick` called at `instant`, or earlier if an earlier time is set.
  package func wake(at instant: ContinuousClock.Instant) {
    let isSooner = state.withLock { state in
      guard state.timer.map({ $0 > instant }) ?? true else { return false }
      state.timer = instant
      return true
    }
    if isSooner { wake() }
  }

  /// Sends what is left, closes the sockets, and returns when the thread has ended.
  ///
  /// - Parameter discardsUnsent: whether the other end is known to be gone.
  package func stop(discardsUnsent: Bool = false) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        state.isStopping = true
        state.discardsUnsent = discardsUnsent
        if !state.hasStopped { state.waiters.append(continuation) }
        return state.hasStopped
      }
      if isOver { continuation.resume() }
      wake()
    }
  }

  /// Has the thread send what is left and end, without waiting for it.
  package func requestStop() {
    state.withLock { $0.isStopping = true }
    wake()
  }

  private func wake() { eventfd_write(wakeUp, 1) }

  private func run(
    _ receive: @Sendable (Int, Frames) -> Void, _ tick: @Sendable () -> Void
  ) {
    var items = sockets.map {
      zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }
    items.append(zmq_pollitem_t(socket: nil, fd: wakeUp, events: Int16(ZMQ_POLLIN), revents: 0))
    while true {
      let isStopping = flush()
      if isStopping { break }
      zmq_poll(&items, Int32(items.count), pollTimeout())
      var count: eventfd_t = 0
      eventfd_read(wakeUp, &count)
      // Actions are taken before the sockets are emptied, so that each follows what it waited for.
      let (actions, isDue) = state.withLock { state in
        defer { state.actions = [] }
        let isDue = state.timer.map { $0 <= .now } ?? false
        if isDue { state.timer = nil }
        return (state.actions, isDue)
      }
      if isDue { tick() }
      for (index, socket) in sockets.enumerated() {
        // A flood on one socket must not starve the others.
        for _ in 0..<1000 {
          guard let frames = socket.receive() else { break }
          receive(index, frames)
        }
      }
      for action in actions { action() }
    }
    let discardsUnsent = state.withLock { $0.discardsUnsent }
    for socket in sockets { socket.close(discardsUnsent: discardsUnsent) }
    let waiters = state.withLock { state in
      state.hasStopped = true
      for semaphore in state.waitingForRoom { semaphore.signal() }
      state.waitingForRoom = []
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Sends what is in the outbox; says whether the thread is to end.
  private func flush() -> Bool {
    while true {
      let (batch, isStopping) = state.withLock { state in
        defer { state.outbox = [] }
        return (state.outbox, state.isStopping)
      }
      unsent += batch
      if unsent.isEmpty { return isStopping }
      let isBlocked = !sendUnsent()
      // At the end nobody is waited for any more: what is left goes to those who take it.
      if isBlocked && !isStopping { return false }
    }
  }

  /// Sends what it can, in order; `false` when a subscriber must take something first.
  private func sendUnsent() -> Bool {
    var count = 0
    var byteCount = 0
    var isBlocked = false
    for (index, frames) in unsent {
      if sockets[index].send(frames) == .mustWait {
        guard hasLostPatience() else {
          isBlocked = true
          break
        }
        sockets[index].dropForLaggards()
        sockets[index].send(frames)
      } else {
        blockedSince = nil
      }
      count += 1
      byteCount += Self.size(of: frames)
    }
    unsent.removeFirst(count)
    state.withLock { state in
      state.unsentCount -= byteCount
      guard state.unsentCount <= Self.mostUnsent / 2 else { return }
      for semaphore in state.waitingForRoom { semaphore.signal() }
      state.waitingForRoom = []
    }
    return !isBlocked
  }

  private func hasLostPatience() -> Bool {
    let now = ContinuousClock.now
    guard let since = blockedSince else {
      blockedSince = now
      return state.withLock { $0.isStopping }
    }
    return now - since > Self.patience || state.withLock { $0.isStopping }
  }

  /// Milliseconds until the timer, at least; -1 when none is set.
  private func pollTimeout() -> Int {
    // A publisher does not tell when a subscriber has taken something.
    if !unsent.isEmpty { return 2 }
    guard let timer = state.withLock({ $0.timer }) else { return -1 }
    let left = (timer - .now).components
    return max(0, Int(left.seconds) * 1000 + Int(left.attoseconds / 1_000_000_000_000_000) + 1)
  }
}
