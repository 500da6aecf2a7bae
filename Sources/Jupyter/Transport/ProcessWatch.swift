internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// Tells of the end of a process and of signals to our own, without polling.
package enum ProcessWatch {
  /// Calls `action` when the process `id` ends. A process that cannot be seen, as from inside
  /// another container, is not watched; one that has ended already calls it at once.
  package static func whenEnded(_ id: Int32, _ action: @escaping @Sendable () -> Void) {
    guard id > 1 else { return }
    let file = pidfd_open(id, 0)
    guard file >= 0 else {
      // An orphan's parent is init: then the number named a parent that is gone.
      if errno == ESRCH && getppid() == 1 { action() }
      return
    }
    PlainThread.start("parent-watch") {
      var item = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      while poll(&item, 1, -1) < 0 && errno == EINTR {}
      close(file)
      action()
    }
  }

  /// Where the signal handler writes; a signal may arrive on any thread.
  private static let signalFile = Atomic<Int32>(-1)

  /// Calls `action` with each of `signals` that arrives, on a thread of its own.
  package static func onSignals(
    _ signals: [Int32], _ action: @escaping @Sendable (Int32) -> Void
  ) throws(JupyterError) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else {
      throw JupyterError(.socket, String(cString: strerror(errno)), at: "the signal pipe")
    }
    let readEnd = ends[0]
    signalFile.store(ends[1], ordering: .sequentiallyConsistent)
    PlainThread.start("signals") {
      var byte: UInt8 = 0
      while true {
        let count = read(readEnd, &byte, 1)
        if count < 0 && errno == EINTR { continue }
        guard count == 1 else { return }
        action(Int32(byte))
      }
    }
    for number in signals {
      // Only write(2), which a handler may call. Handlers do not outlive exec: children get the
      // default again.
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(ProcessWatch.signalFile.load(ordering: .relaxed), &byte, 1)
      }
    }
  }
}
