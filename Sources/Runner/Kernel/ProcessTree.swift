internal import Glibc

/// What a process and all its descendants take together, by /proc.
struct ProcessTree {
  var memory = 0
  var cpuTime = Duration.zero

  /// The usage of the tree under `root`; nothing where it cannot be seen.
  init(under root: Int32) {
    var children: [Int32: [Int32]] = [:]
    var usages: [Int32: (memory: Int, cpu: Int)] = [:]
    for id in Self.processes() {
      guard let line = Self.text(of: "/proc/\(id)/stat"), let name = line.lastIndex(of: ")") else {
        continue
      }
      // Fields from the third on: state, parent, …; see proc(5).
      let fields = line[line.index(after: name)...].split(separator: " ")
      guard fields.count > 21, let parent = Int32(fields[1]), let user = Int(fields[11]),
        let system = Int(fields[12]), let childUser = Int(fields[13]),
        let childSystem = Int(fields[14]), let pages = Int(fields[21])
      else { continue }
      children[parent, default: []].append(id)
      usages[id] = (pages * Self.pageSize, user + system + childUser + childSystem)
    }
    var waiting = [root]
    var ticks = 0
    while let id = waiting.popLast() {
      memory += usages[id]?.memory ?? 0
      ticks += usages[id]?.cpu ?? 0
      waiting += children[id] ?? []
    }
    cpuTime = .milliseconds(ticks * 1000 / Self.ticksPerSecond)
  }

  private static let pageSize = max(1, sysconf(Int32(_SC_PAGESIZE)))
  private static let ticksPerSecond = max(1, sysconf(Int32(_SC_CLK_TCK)))

  private static func processes() -> [Int32] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var result: [Int32] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let id = Int32(name) { result.append(id) }
    }
    return result
  }

  private static func text(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// How often the system has ended a process of our control group because memory ran out.
  static func outOfMemoryCount() -> Int {
    let group =
      text(of: "/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }
      .map { String($0.dropFirst(3)) } ?? "/"
    for folder in ["/sys/fs/cgroup\(group == "/" ? "" : group)", "/sys/fs/cgroup"] {
      guard let events = text(of: "\(folder)/memory.events") else { continue }
      let line = events.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
      if let count = line?.split(separator: " ").last.flatMap({ Int($0) }) { return count }
    }
    return 0
  }
}
