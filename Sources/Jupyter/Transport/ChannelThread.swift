internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// A thread that owns sockets for life. Frames to send come from any thread and leave in the order
/// in which they came, across all of its sockets; what arrives is given to one handler.
///
/// `@unchecked Sendable`: the sockets are touched by the thread alone once `start` was called; all
/// else is behind a mutex.
package final class ChannelThread: @unchecked Sendable {
  package typealias Frames = [[UInt8]]

  private struct State {
    var outbox: [(socket: Int, frames: Frames)] = []
    var actions: [@Sendable () -> Void] = []
    var timer: ContinuousClock.Instant?
    var isStopping = false
    var hasStopped = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

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
    state.withLock { $0.outbox.append((index, frames)) }
    wake()
  }

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
  package func stop() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        state.isStopping = true
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
    for socket in sockets { socket.close() }
    let waiters = state.withLock { state in
      state.hasStopped = true
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
      if batch.isEmpty { return isStopping }
      for (index, frames) in batch { sockets[index].send(frames) }
    }
  }

  /// Milliseconds until the timer, at least; -1 when none is set.
  private func pollTimeout() -> Int {
    guard let timer = state.withLock({ $0.timer }) else { return -1 }
    let left = (timer - .now).components
    return max(0, Int(left.seconds) * 1000 + Int(left.attoseconds / 1_000_000_000_000_000) + 1)
  }
}
