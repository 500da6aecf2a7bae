internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// A kernel that we started: its process, in a group of its own, and its connection file.
package final class KernelProcess: Sendable {
  /// How a process ended.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  package let spec: KernelSpec
  package let connection: ConnectionFile
  package let connectionPath: String
  package let processID: Int32
  /// The kernel's ports stay its own while it lives.
  private let ports: PortReservation?

  private struct State {
    var ending: Ending?
    var waiters: [CheckedContinuation<Ending, Never>] = []
  }
  private let state = Mutex(State())

  /// Starts `spec` in `workingDirectory` (the notebook's folder).
  ///
  /// - Parameters:
  ///   - environment: variables added to ours and to those of the kernelspec.
  ///   - transport: by default `ipc` for Swift kernels, which has no ports to race for, and `tcp`
  ///     for others, some of which know nothing else.
  ///   - logPath: a file that takes what the kernel itself prints; otherwise it is thrown away.
  package static func start(
    spec: KernelSpec, workingDirectory: String, environment: [String: String] = [:],
    transport: ConnectionFile.Transport? = nil, logPath: String? = nil
  ) throws(JupyterError) -> KernelProcess {
    let folder = runtimeFolder
    makePrivateFolder(folder)
    let base = "\(folder)/kernel-\(randomName())"
    let connection: ConnectionFile
    var ports: PortReservation?
    switch transport ?? (spec.language == "swift" ? .ipc : .tcp) {
    case .tcp:
      let reserved = try PortReservation()
      ports = reserved
      connection = .loopback(on: reserved, kernelName: spec.name)
    case .ipc: connection = .local(prefix: base, kernelName: spec.name)
    }
    let path = base + ".json"
    try connection.write(to: path)
    do {
      return try KernelProcess(
        spec: spec, connection: connection, ports: ports, path: path,
        workingDirectory: workingDirectory, environment: environment, logPath: logPath)
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Where connection files lie: `JUPYTER_RUNTIME_DIR`, or Jupyter's default.
  package static var runtimeFolder: String {
    if let folder = environmentValue("JUPYTER_RUNTIME_DIR") { return folder }
    if let data = environmentValue("JUPYTER_DATA_DIR") { return data + "/runtime" }
    if let data = environmentValue("XDG_DATA_HOME") { return data + "/jupyter/runtime" }
    return (environmentValue("HOME") ?? "/tmp") + "/.local/share/jupyter/runtime"
  }

  private init(
    spec: KernelSpec, connection: ConnectionFile, ports: PortReservation?, path: String,
    workingDirectory: String, environment: [String: String], logPath: String?
  ) throws(JupyterError) {
    self.spec = spec
    self.connection = connection
    self.ports = ports
    connectionPath = path
    let arguments = spec.arguments.map { argument in
      argument.replacing("{connection_file}", with: path)
        .replacing("{resource_dir}", with: spec.folder)
    }
    var variables = Self.ownEnvironment()
    for (name, value) in spec.environment { variables[name] = Self.expanded(value, by: variables) }
    variables.merge(environment) { $1 }
    variables["JPY_PARENT_PID"] = String(getpid())

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addchdir_np(&actions, workingDirectory)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, logPath ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    var resetSignals = noSignals
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT] { sigaddset(&resetSignals, signal) }
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setsigdefault(&attributes, &resetSignals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var pid: pid_t = 0
    let status = Self.withCStrings(arguments) { argv in
      Self.withCStrings(variables.map { "\($0)=\($1)" }) { envp in
        posix_spawnp(&pid, arguments[0], &actions, &attributes, argv, envp)
      }
    }
    guard status == 0 else {
      throw JupyterError(
        .cannotStart,
        "cannot start \"\(arguments[0])\" in \"\(workingDirectory)\": "
          + String(cString: strerror(status)),
        at: spec.folder, mend: "check argv in kernel.json and the folder")
    }
    processID = pid
    PlainThread.start("kernel-wait") { self.reap() }
  }

  /// How the process ended, or `nil` while it runs.
  package var ending: Ending? { state.withLock { $0.ending } }

  /// Waits for the process to end.
  package func waitUntilEnded() async -> Ending {
    await withCheckedContinuation { continuation in
      let ending = state.withLock { state in
        if state.ending == nil { state.waiters.append(continuation) }
        return state.ending
      }
      if let ending { continuation.resume(returning: ending) }
    }
  }

  /// Interrupts by signal; kernels of `interrupt_mode: message` are asked by `KernelClient`.
  package func interruptBySignal() { signalGroup(SIGINT) }

  /// Asks the process and its children to end.
  package func terminate() { signalGroup(SIGTERM) }

  /// Ends the process and its children at once.
  package func kill() { signalGroup(SIGKILL) }

  private func signalGroup(_ signal: Int32) {
    // Under the lock, so that a reaped process's number is never signalled.
    state.withLock { state in
      guard state.ending == nil else { return }
      _ = Glibc.kill(-processID, signal)
    }
  }

  private func reap() {
    // First wait without reaping: while the zombie stays, its number belongs to nobody else.
    var report = siginfo_t()
    while waitid(P_PID, id_t(processID), &report, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    var status: Int32 = 0
    let (ending, waiters) = state.withLock { state in
      // Children that the kernel left behind end with it.
      _ = Glibc.kill(-processID, SIGKILL)
      while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
      let signal = status & 0x7F
      let ending: Ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
      state.ending = ending
      defer { state.waiters = [] }
      return (ending, state.waiters)
    }
    unlink(connectionPath)
    if connection.transport == .ipc {
      for port in connection.ports.values { unlink("\(connection.ip)-\(port)") }
    }
    for waiter in waiters { waiter.resume(returning: ending) }
  }

  private static func ownEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return result
  }

  /// `value` with each `${NAME}` replaced by that variable, as kernelspecs may write.
  static func expanded(_ value: String, by variables: [String: String]) -> String {
    var result = ""
    var rest = value[...]
    while let start = rest.firstRange(of: "${"),
      let end = rest[start.upperBound...].firstIndex(of: "}")
    {
      result += rest[..<start.lowerBound]
      result += variables[String(rest[start.upperBound..<end])] ?? ""
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}
