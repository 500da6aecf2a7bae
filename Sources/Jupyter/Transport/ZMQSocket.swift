internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// A ZeroMQ context: the I/O thread that sockets share.
package final class ZMQContext: @unchecked Sendable {
  // A context may be used from any thread; zmq_ctx_term waits for its sockets to be closed.
  fileprivate let handle: UnsafeMutableRawPointer
  private let isTerminated = Atomic<Bool>(false)

  package init() {
    guard let handle = zmq_ctx_new() else { preconditionFailure("no memory for a ZeroMQ context") }
    self.handle = handle
    zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, 4096)
  }

  deinit { terminate() }

  /// Waits until what its sockets have said is on its way, a second at most after they are closed.
  package func terminate() {
    let isFirst = isTerminated.exchange(true, ordering: .relaxed) == false
    if isFirst { zmq_ctx_term(handle) }
  }
}

/// A ZeroMQ socket. It may be made on one thread and handed to another, but is then used by that
/// one alone.
package final class ZMQSocket {
  /// The pattern that a socket takes part in.
  package enum Kind: Sendable { case router, dealer, xpub, sub }

  let handle: UnsafeMutableRawPointer
  private let context: ZMQContext
  private var isClosed = false

  /// Messages that wait for one subscriber.
  private static let mostUntaken: Int32 = 256

  /// What became of a message.
  package enum Sending: Sendable { case sent, peerIsGone, mustWait }

  /// Has a publisher leave out subscribers that take nothing, instead of waiting for them.
  package func dropForLaggards() { set(ZMQ_XPUB_NODROP, 0) }

  package init(_ kind: Kind, in context: ZMQContext) throws(JupyterError) {
    let type =
      switch kind {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      case .xpub: ZMQ_XPUB
      case .sub: ZMQ_SUB
      }
    guard let handle = zmq_socket(context.handle, type) else {
      throw Self.failure("cannot make a socket", "ZeroMQ")
    }
    self.handle = handle
    self.context = context
    // No output is dropped. What a subscriber has not taken yet is bounded: whoever prints more
    // waits for it.
    set(ZMQ_SNDHWM, kind == .xpub ? Self.mostUntaken : 0)
    set(ZMQ_RCVHWM, 0)
    set(ZMQ_LINGER, 1000)
    switch kind {
    case .router: set(ZMQ_ROUTER_HANDOVER, 1)
    case .xpub:
      set(ZMQ_XPUB_VERBOSE, 1)  // every subscriber gets its welcome, not the first only
      set(ZMQ_XPUB_NODROP, 1)  // it waits for subscribers that lag
    case .dealer, .sub: break
    }
  }

  deinit { close() }

  package func bind(_ endpoint: String) throws(JupyterError) {
    guard zmq_bind(handle, endpoint) == 0 else { throw Self.failure("cannot bind", endpoint) }
  }

  package func connect(_ endpoint: String) throws(JupyterError) {
    guard zmq_connect(handle, endpoint) == 0 else { throw Self.failure("cannot connect", endpoint) }
  }

  /// Names this end for the ROUTERs that it connects to.
  package func setIdentity(_ identity: [UInt8]) {
    zmq_setsockopt(handle, ZMQ_ROUTING_ID, identity, identity.count)
  }

  package func subscribe(_ topic: String) {
    let bytes = Array(topic.utf8)
    zmq_setsockopt(handle, ZMQ_SUBSCRIBE, bytes, bytes.count)
  }

  /// Sends one message of `frames`, all or none of it.
  @discardableResult
  package func send(_ frames: [[UInt8]]) -> Sending {
    for (index, frame) in frames.enumerated() {
      let flags = ZMQ_DONTWAIT | (index + 1 < frames.count ? ZMQ_SNDMORE : 0)
      while zmq_send(handle, frame, frame.count, flags) < 0 {
        switch zmq_errno() {
        case EINTR: continue
        // Room is looked for before the first frame only.
        case EAGAIN where index == 0: return .mustWait
        default: return .peerIsGone
        }
      }
    }
    return .sent
  }

  /// The next message that is there, without waiting for one.
  package func receive() -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    while true {
      var part = zmq_msg_t()
      zmq_msg_init(&part)
      defer { zmq_msg_close(&part) }
      guard zmq_msg_recv(&part, handle, ZMQ_DONTWAIT) >= 0 else {
        if zmq_errno() == EINTR { continue }
        return nil
      }
      frames.append(
        [UInt8](UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))))
      if zmq_msg_more(&part) == 0 { return frames }
    }
  }

  /// - Parameter discardsUnsent: whether what is not on its way yet is left behind, as nobody is
  ///   there any more to take it.
  package func close(discardsUnsent: Bool = false) {
    guard !isClosed else { return }
    isClosed = true
    if discardsUnsent { set(ZMQ_LINGER, 0) }
    zmq_close(handle)
  }

  private func set(_ option: Int32, _ value: Int32) {
    var value = value
    zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
  }

  private static func failure(_ what: String, _ place: String) -> JupyterError {
    JupyterError(.socket, "\(what): \(String(cString: zmq_strerror(zmq_errno())))", at: place)
  }
}
