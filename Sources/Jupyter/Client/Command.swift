internal import CZeroMQ
internal import Glibc

/// A program that is run to its end for what it prints.
package enum Command {
  /// What the program printed, or `nil` when it cannot be run or fails.
  package static func output(_ arguments: [String], in folder: String = ".") async -> [UInt8]? {
    await withCheckedContinuation { continuation in
      PlainThread.start("command") {
        continuation.resume(returning: run(arguments, in: folder))
      }
    }
  }

  private static func run(_ arguments: [String], in folder: String) -> [UInt8]? {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { return nil }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addchdir_np(&actions, folder)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var pid: pid_t = 0
    let copies: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let status = posix_spawnp(&pid, arguments[0], &actions, nil, copies + [nil], environ)
    close(ends[1])
    guard status == 0 else { return nil }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(ends[0], &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      result += chunk[..<count]
    }
    var ending: Int32 = 0
    while waitpid(pid, &ending, 0) < 0 && errno == EINTR {}
    return ending == 0 ? result : nil
  }
}
