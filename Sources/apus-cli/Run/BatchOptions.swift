internal import ArgumentParser
internal import Glibc
internal import Runner

/// The options that say which notebooks run, and how many at a time.
struct BatchOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How many notebooks run at a time; by default one a processor, as far as memory goes.",
      valueName: "N"))
  var jobs: Int?
  @Flag(help: "Begin no further notebook when one has failed.") var failFast = false
  @Option(help: ArgumentHelp("Run only this part of the notebooks.", valueName: "I/N"))
  var shard: Shard?
  @Option(
    help: ArgumentHelp(
      "Run only notebooks whose code, parameters or declared inputs differ from this Git revision.",
      valueName: "REV"))
  var changedSince: String?
  @Option(
    help: ArgumentHelp(
      "Run each notebook once for every row of a table of parameters: CSV, YAML or JSON.",
      valueName: "FILE"))
  var matrix: String?

  func validate() throws {
    if let jobs, !(1...1000).contains(jobs) { throw ValidationError("--jobs is 1 to 1000") }
  }

  /// Whether these options make sense for many notebooks only.
  var namesMany: Bool {
    jobs != nil || failFast || shard != nil || changedSince != nil || matrix != nil
  }

  var jobCount: Int {
    jobs
      ?? BatchRun.defaultJobs(
        processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
        freeMemory: Self.availableMemory)
  }

  private static var availableMemory: Int? {
    let pages = sysconf(Int32(_SC_AVPHYS_PAGES))
    guard pages > 0 else { return nil }
    // What the page cache holds can be had too.
    let lines = Storage.contentsIfAny(of: "/proc/meminfo").map {
      String(decoding: $0, as: UTF8.self)
    }
    let line = lines?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return kibibytes.map { $0 * 1024 } ?? pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

extension Shard: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
