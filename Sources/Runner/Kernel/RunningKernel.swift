internal import Jupyter
internal import OrderedJSON

/// The kernel of a run: its process, our end of its wire, and its end.
struct RunningKernel: Sendable {
  /// Which of its run's kernels it is.
  let number: Int
  let process: KernelProcess
  let client: KernelClient
  private let logPath: String
  private let outOfMemoryCount = ProcessTree.outOfMemoryCount()

  /// Starts the process; what it brings and its end go into `slot`.
  init(
    _ spec: KernelSpec, in folder: String, environment: [String: String], number: Int,
    reportingTo slot: AsyncStream<Mailbox.Letter>.Continuation
  ) throws(RunError) {
    let logPath = "\(KernelProcess.runtimeFolder)/apus-run-\(randomName()).log"
    let process: KernelProcess
    do throws(JupyterError) {
      process = try KernelProcess.start(
        spec: spec, workingDirectory: folder, environment: environment,
        transport: Self.transport(for: spec), logPath: logPath)
    } catch {
      Storage.remove(logPath)
      throw RunError(.kernelStart, error.what, at: error.place, mend: error.mend)
    }
    let client: KernelClient
    do throws(JupyterError) {
      client = try KernelClient(connection: process.connection)
    } catch {
      process.kill()
      Storage.remove(logPath)
      throw RunError(.kernelStart, error.what, at: error.place, mend: error.mend)
    }
    self.number = number
    self.process = process
    self.client = client
    self.logPath = logPath
    Task {
      for await event in client.aheadEvents { slot.yield(.kernel(kernel: number, event)) }
    }
    Task { slot.yield(.kernelEnded(kernel: number, await process.waitUntilEnded())) }
  }

  /// Socket files for the kernels that are known to take them: there are no ports to race for. A
  /// socket's path holds 107 bytes, 44 of them the kernel's own name.
  private static func transport(for spec: KernelSpec) -> ConnectionFile.Transport? {
    let fits = KernelProcess.runtimeFolder.utf8.count < 60
    return spec.isIPython && fits ? .ipc : nil
  }

  /// Puts a letter into `slot` when the kernel answers and its output reaches us.
  func reportReadiness(
    within limit: Duration, to slot: AsyncStream<Mailbox.Letter>.Continuation
  ) {
    Task { [client, number] in
      do throws(JupyterError) {
        let information = try await client.waitUntilReady(timeout: limit)
        slot.yield(.ready(kernel: number, .success(information)))
      } catch {
        slot.yield(.ready(kernel: number, .failure(error)))
      }
    }
  }

  /// Asks the running cell to stop, without waiting for an answer.
  func interrupt(patience: Duration) {
    Task { [client, process] in
      // A kernel that does not answer is ended by what follows an interrupt in any case.
      try? await client.interrupt(process, timeout: patience)
    }
  }

  /// Ends the kernel: by a request, then by signals, each given some time; a kernel that may be
  /// stuck is given less. A signal to ourselves meanwhile leaves it none.
  func end(isStuck: Bool, _ mailbox: inout Mailbox) async {
    let steps: [(Duration, () -> Void)] = [
      (.seconds(isStuck ? 1 : 5), requestShutdown), (.seconds(2), process.terminate),
      (.seconds(0), process.kill),
    ]
    for (patience, act) in steps where process.ending == nil {
      act()
      await waitUntilEnded(within: patience, &mailbox)
    }
    _ = await process.waitUntilEnded()
    await client.close(kernelHasEnded: true)
    Storage.remove(logPath)
  }

  /// The end of what the kernel itself printed.
  func lastWords() async -> String { await Storage.tail(of: logPath) }

  private func requestShutdown() {
    Task { [client] in
      // The kernel may end before its answer leaves; the process tells what became of it.
      try? await client.shutdown(timeout: .seconds(5))
    }
  }

  private func waitUntilEnded(within patience: Duration, _ mailbox: inout Mailbox) async {
    let deadline = ContinuousClock.now + patience
    while process.ending == nil, let letter = await mailbox.next(before: deadline) {
      switch letter {
      case .kernelEnded, .stop: return
      case .kernel, .ready, .passed, .go, .skip, .alarm: continue
      }
    }
  }
}

extension RunningKernel {
  /// How the process ended, in words.
  func text(of ending: KernelProcess.Ending) -> String {
    switch ending {
    case .exited(let code): "exit code \(code)"
    case .signalled(9):
      ProcessTree.outOfMemoryCount() > outOfMemoryCount
        ? "out of memory: the system ended it with \(SignalName.of(9))"
        : "\(SignalName.of(9)); not by the memory limit of this machine or container"
    case .signalled(let signal): SignalName.of(signal)
    }
  }
}

/// The names of signals.
package enum SignalName {
  private static let names: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS",
    8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
    24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
  ]

  package static func of(_ signal: Int32) -> String {
    names[signal].map { "signal \(signal) (\($0))" } ?? "signal \(signal)"
  }
}

extension KernelSpec {
  /// Whether this starts ipykernel.
  var isIPython: Bool { arguments.contains { $0.hasPrefix("ipykernel") } }
}
