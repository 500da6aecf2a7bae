internal import ArgumentParser
internal import Runner

/// The options that bound what a run may take.
struct PolicyOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How long one cell may take.", valueName: "SECONDS"))
  var timeout: Double?
  @Option(help: ArgumentHelp("How long a notebook may take.", valueName: "SECONDS"))
  var notebookTimeout: Double?
  @Option(help: ArgumentHelp("How long a cell may say nothing.", valueName: "SECONDS"))
  var silenceTimeout: Double?
  @Option(help: ArgumentHelp("How long the kernel may take to start.", valueName: "SECONDS"))
  var startTimeout: Double = 60
  @Option(help: ArgumentHelp("How often a notebook that failed is begun anew.", valueName: "N"))
  var retries = 0
  @Option(
    help: ArgumentHelp(
      "How long to wait before the first retry; each further one waits twice as long.",
      valueName: "SECONDS"))
  var retryDelay: Double = 1
  @Flag(help: "Let cells follow one that failed.") var allowErrors = false
  @Option(
    help: ArgumentHelp("How much memory a kernel and its children may hold.", valueName: "2G"))
  var memoryLimit: String?
  @Option(
    help: ArgumentHelp(
      "How much processor time a kernel and its children may take.", valueName: "SECONDS"))
  var cpuLimit: Double?

  func validate() throws {
    let times = [timeout, notebookTimeout, silenceTimeout, startTimeout, retryDelay, cpuLimit]
    for seconds in times.compactMap({ $0 }) {
      guard seconds > 0, seconds < 1e9 else {
        throw ValidationError("a time is a number of seconds above 0")
      }
    }
    guard (0...1000).contains(retries) else { throw ValidationError("--retries is 0 to 1000") }
    if let memoryLimit, ByteCount(memoryLimit) == nil {
      throw ValidationError("--memory-limit \(memoryLimit): write 500M or 2G")
    }
  }

  var policy: RunPolicy {
    var policy = RunPolicy()
    policy.cellTimeout = timeout.map { .seconds($0) }
    policy.notebookTimeout = notebookTimeout.map { .seconds($0) }
    policy.silenceTimeout = silenceTimeout.map { .seconds($0) }
    policy.startTimeout = .seconds(startTimeout)
    policy.retries = retries
    policy.retryDelay = .seconds(retryDelay)
    policy.allowsErrors = allowErrors
    policy.memoryLimit = memoryLimit.flatMap(ByteCount.init)?.value
    policy.cpuLimit = cpuLimit.map { .seconds($0) }
    return policy
  }
}
