internal import Glibc
internal import Synchronization

/// Runs of a program forked from one that is loaded already, which saves a third of a small
/// compilation and half of a small link.
///
/// One process of the program waits before its `main`, made to by the library `apus-prewarm`; each
/// run is a fork of it. Where it cannot be had (or was killed), `start` says so, and the caller
/// starts the program as usual.
final class ForkServer: Sendable {
  private let program: String
  private let library: String
  /// One run starts at a time: the server's first answer is of the last request.
  private let turn = Mutex(())
  private let state = Mutex(State())

  private struct State {
    var socket: Int32 = -1
    /// The run that waits for its process number.
    var starting: Fork?
    var running: [pid_t: Fork] = [:]
    var failures = 0
    var isShutDown = false
  }

  /// - Parameters:
  ///   - program: a compiler or linker.
  ///   - library: `libapus-prewarm.so`; without it there is no server.
  init(program: String, library: String) {
    self.program = program
    self.library = library
  }

  /// Starts the server ahead of its first use.
  func warmUp() { state.withLock { openIfNeeded(&$0) } }

  /// Runs the program with `arguments` (the first is its own name) and its output at `output`.
  /// `nil`: there is no server.
  func start(_ arguments: [String], output: Int32) -> Fork? {
    turn.withLock { _ in
      let fork = Fork()
      let isSent = state.withLock { state -> Bool in
        openIfNeeded(&state)
        guard state.socket >= 0 else { return false }
        guard Self.send(arguments, output, over: state.socket) else { return false }
        state.starting = fork
        return true
      }
      return isSent && fork.waitForStart() ? fork : nil
    }
  }

  func shutdown() {
    state.withLock { state in
      state.isShutDown = true
      // The end of the socket ends the server and its forks; its reader closes it.
      if state.socket >= 0 { Glibc.shutdown(state.socket, Int32(SHUT_RDWR)) }
      state.socket = -1
    }
  }

  private func openIfNeeded(_ state: inout State) {
    guard state.socket < 0, !state.isShutDown, state.failures < 5, access(library, R_OK) == 0
    else { return }
    state.failures += 1  // taken back once it has served
    do throws(CellEngineError) {
      let pair = try DescriptorPair.packets()
      defer { close(pair.peer) }
      let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
      defer { close(nothing) }
      var variables = ProcessEnvironment.current
      variables["LD_PRELOAD"] = library
      variables["APUS_PREWARM"] = "3"
      let process = try ChildProcess.start(
        [program], environment: variables,
        descriptors: [(0, nothing), (1, nothing), (2, nothing), (3, pair.peer)])
      state.socket = pair.own
      WorkerThread.start { [self] in read(pair.own, process) }
    } catch {
      return  // the caller starts the program as usual
    }
  }

  private static func send(_ arguments: [String], _ output: Int32, over socket: Int32) -> Bool {
    var bytes: [UInt8] = []
    for argument in arguments {
      bytes += argument.utf8
      bytes.append(0)
    }
    var control = [UInt8](repeating: 0, count: 24)
    let size = bytes.count
    return bytes.withUnsafeMutableBytes { text in
      control.withUnsafeMutableBytes { control in
        // A control message: its length, SOL_SOCKET, SCM_RIGHTS, the descriptor.
        control.storeBytes(of: 20, as: Int.self)
        control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
        control.storeBytes(of: 1, toByteOffset: 12, as: Int32.self)
        control.storeBytes(of: output, toByteOffset: 16, as: Int32.self)
        var part = iovec(iov_base: text.baseAddress, iov_len: size)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = 24
          while true {
            let count = sendmsg(socket, &message, Int32(MSG_NOSIGNAL))
            if count < 0 && errno == EINTR { continue }
            return count == size
          }
        }
      }
    }
  }

  /// Hands on what the server says until it has ended.
  private func read(_ socket: Int32, _ process: ChildProcess) {
    var answer: (pid: Int32, status: Int32) = (0, 0)
    while true {
      let count = recv(socket, &answer, MemoryLayout.size(ofValue: answer), 0)
      if count < 0 && errno == EINTR { continue }
      guard count == MemoryLayout.size(ofValue: answer) else { break }
      let (pid, status) = answer
      state.withLock { state in
        if status == -1, let fork = state.starting {
          state.starting = nil
          state.failures = 0
          state.running[pid] = fork
          fork.started(pid)
        } else if let fork = state.running.removeValue(forKey: pid) {
          fork.ended(ChildProcess.Ending(status: status))
        } else {
          state.starting?.ended(nil)
          state.starting = nil
        }
      }
    }
    process.kill()
    _ = process.wait()
    state.withLock { state in
      if state.socket == socket { state.socket = -1 }
      close(socket)
      for fork in state.running.values { fork.ended(nil) }
      state.running = [:]
      state.starting?.ended(nil)
      state.starting = nil
    }
  }
}

/// A run of the program in a fork of the server.
final class Fork: Sendable {
  private enum Phase: Sendable {
    case starting
    case running(pid_t)
    /// `nil`: the server ended first.
    case ended(ChildProcess.Ending?)
  }

  private let phase = Mutex(Phase.starting)
  private let changed = Semaphore()

  fileprivate func started(_ pid: pid_t) {
    phase.withLock { $0 = .running(pid) }
    changed.signal()
  }

  fileprivate func ended(_ ending: ChildProcess.Ending?) {
    let wasStarting = phase.withLock { phase -> Bool in
      defer { phase = .ended(ending) }
      if case .starting = phase { return true }
      return false
    }
    if wasStarting { changed.signal() }
    changed.signal()
  }

  /// Whether it came to life.
  fileprivate func waitForStart() -> Bool {
    changed.wait()
    return phase.withLock { if case .ended(nil) = $0 { false } else { true } }
  }

  /// Waits for the end, which is `nil` where the server ended first. To be called once.
  func wait() -> ChildProcess.Ending? {
    changed.wait()
    return phase.withLock { if case .ended(let ending) = $0 { ending } else { nil } }
  }

  func kill() {
    // Under the lock: the number of a process that has ended may belong to another.
    phase.withLock { if case .running(let pid) = $0 { _ = Glibc.kill(pid, SIGKILL) } }
  }
}
