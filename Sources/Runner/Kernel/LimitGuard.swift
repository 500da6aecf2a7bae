/// Watches what a kernel and its children take.
struct LimitGuard {
  private static let interval = Duration.milliseconds(200)

  private let memoryLimit: Int?
  private let cpuLimit: Duration?
  private var process: Int32?
  /// When to look again, where there is something to watch.
  private(set) var nextLook: ContinuousClock.Instant?
  /// The most memory that was seen.
  private(set) var peakMemory: Int?

  init(_ policy: RunPolicy) {
    memoryLimit = policy.memoryLimit
    cpuLimit = policy.cpuLimit
  }

  mutating func begin(process: Int32) {
    self.process = process
    if memoryLimit != nil || cpuLimit != nil { nextLook = .now }
  }

  /// What exceeds its limit, if it is time to look.
  mutating func look() -> String? {
    guard let process, let nextLook, nextLook <= .now else { return nil }
    self.nextLook = .now + Self.interval
    let usage = ProcessTree(under: process)
    peakMemory = max(peakMemory ?? 0, usage.memory)
    if let memoryLimit, usage.memory > memoryLimit {
      return "the kernel held \(ByteCount.text(usage.memory)) of memory and may hold "
        + ByteCount.text(memoryLimit)
    }
    if let cpuLimit, usage.cpuTime > cpuLimit {
      return "the kernel took \(usage.cpuTime.secondsText) of processor time and may take "
        + cpuLimit.secondsText
    }
    return nil
  }
}
