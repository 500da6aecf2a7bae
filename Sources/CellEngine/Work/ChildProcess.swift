internal import Glibc

/// A child process started with `posix_spawn`: no shell, no descriptor but those named.
struct ChildProcess: Sendable {
  let pid: pid_t

  /// How a child ended.
  enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)

    /// From the status of `waitpid`.
    init(status: Int32) {
      let signal = status & 0x7F
      self = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }
  }

  /// Starts `arguments[0]` with `descriptors` (child's number → ours); every other descriptor of
  /// ours is close-on-exec. The child leads a process group of its own, so that a terminal's
  /// Ctrl-C is ours to hand on.
  static func start(
    _ arguments: [String], environment: [String: String]? = nil, descriptors: [(Int32, Int32)]
  ) throws(CellEngineError) -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (child, own) in descriptors {
      // dup2 onto itself would keep close-on-exec; glibc clears it in a file action.
      posix_spawn_file_actions_adddup2(&actions, own, child)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    var pid: pid_t = 0
    let argv = arguments.map { strdup($0) } + [nil]
    let variables =
      environment.map { $0.map { strdup("\($0.key)=\($0.value)") } + [nil] } ?? []
    defer {
      argv.forEach { free($0) }
      variables.forEach { free($0) }
    }
    let status =
      environment == nil
      ? posix_spawn(&pid, arguments[0], &actions, &attributes, argv, environ)
      : posix_spawn(&pid, arguments[0], &actions, &attributes, argv, variables)
    guard status == 0 else {
      throw CellEngineError(
        .process, "could not be started: \(String(cString: strerror(status)))",
        place: arguments[0])
    }
    return ChildProcess(pid: pid)
  }

  /// Waits for the end of the child. To be called once.
  func wait() -> Ending {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return Ending(status: status)
  }

  /// As `wait`, with the most memory that the child had, in bytes.
  func waitWithPeak() -> (ending: Ending, peakByteCount: Int) {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0 && errno == EINTR {}
    return (Ending(status: status), usage.ru_maxrss * 1024)
  }

  func kill(_ signal: Int32 = SIGKILL) { _ = Glibc.kill(pid, signal) }
}

/// A pair of descriptors, close-on-exec.
enum DescriptorPair {
  /// (read, write) of a pipe of 1 MiB, so that a child rarely waits.
  static func pipe() throws(CellEngineError) -> (read: Int32, write: Int32) {
    var pair: [Int32] = [0, 0]
    guard Glibc.pipe(&pair) == 0 else { throw failure("pipe") }
    // Between these two calls another thread's child could inherit the ends: the engine starts
    // processes from one thread at a time.
    for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ; a refusal leaves the usual 64 KiB
    _ = fcntl(pair[1], setPipeSize, 1 << 20)
    return (pair[0], pair[1])
  }

  /// Two ends of a stream socket.
  static func sockets() throws(CellEngineError) -> (own: Int32, peer: Int32) {
    try sockets(SOCK_STREAM)
  }

  /// Two ends of a socket of whole packets.
  static func packets() throws(CellEngineError) -> (own: Int32, peer: Int32) {
    try sockets(SOCK_SEQPACKET)
  }

  private static func sockets(
    _ type: __socket_type
  ) throws(CellEngineError) -> (own: Int32, peer: Int32) {
    var pair: [Int32] = [0, 0]
    let kind = Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw failure("socketpair") }
    return (pair[0], pair[1])
  }

  /// Everything that comes until the other end is closed.
  static func readToEnd(_ descriptor: Int32) -> [UInt8] {
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count > 0 {
        text += block[..<count]
      } else if count == 0 || errno != EINTR {
        return text
      }
    }
  }

  private static func failure(_ call: String) -> CellEngineError {
    CellEngineError(.process, String(cString: strerror(errno)), place: call)
  }
}

/// The variables that children inherit.
enum ProcessEnvironment {
  static var current: [String: String] {
    var variables: [String: String] = [:]
    var place = environ
    while let entry = place.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      place += 1
    }
    return variables
  }

  /// The variable `name`, unless it is empty.
  static subscript(name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
