internal import ArgumentParser
internal import Glibc
internal import Jupyter
internal import Runner

/// `apus run`: executes a notebook without a frontend.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a notebook with the kernel that it names.",
    usage: "apus run IN [OUT] [-p NAME VALUE]... [options]",
    discussion: """
      The executed notebook is written to OUT: a file, a folder (which takes a file of the same \
      name), or - for what the output is piped into. Without OUT the notebook is run in place. It \
      is saved while it runs, also when a cell fails; what a run does not change keeps its bytes.

      Parameters go into a cell after the one tagged "parameters". Where several give the same \
      name, -r wins over -p, -p over -y, and -y over -f. Cells tagged "raises-exception" may \
      fail; cells tagged "skip-execution" are left as they are.

      Exit codes: 0 all cells ran, 1 a cell failed, 2 usage or invalid notebook, 3 the kernel did \
      not start, 4 a cell took too long, 5 the kernel died, 130 and 143 ended by SIGINT and SIGTERM.
      """)

  @Argument(help: ArgumentHelp("The notebook, or - for what is piped in.", valueName: "IN"))
  var input: String
  @Argument(help: ArgumentHelp("Where the executed notebook goes.", valueName: "OUT"))
  var output: String?

  @Option(
    name: [.customShort("p"), .customLong("parameter")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A parameter: whole numbers, numbers, True, False and None are read as such.",
      valueName: "NAME VALUE"))
  var parameters: [NameAndValue] = []
  @Option(
    name: [.customShort("r"), .customLong("raw-parameter")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A parameter that is text, whatever it looks like.", valueName: "NAME VALUE")
  )
  var rawParameters: [NameAndValue] = []
  @Option(
    name: [.customShort("f"), .customLong("parameters-file")],
    help: ArgumentHelp("A YAML or JSON file of parameters.", valueName: "FILE"))
  var parameterFiles: [String] = []
  @Option(
    name: [.customShort("y"), .customLong("parameters-yaml")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Parameters in YAML: 'day: 2026-01-01'.", valueName: "YAML"))
  var yamlTexts: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The kernel to use instead of the notebook's own.", valueName: "NAME"))
  var kernel: String?
  @Option(
    help: ArgumentHelp(
      "Where relative paths in cells start from; by default the notebook's folder.",
      valueName: "FOLDER"))
  var cwd: String?
  @Option(help: ArgumentHelp("How long one cell may take.", valueName: "SECONDS"))
  var timeout: Double?
  @Option(help: ArgumentHelp("How long the kernel may take to start.", valueName: "SECONDS"))
  var startTimeout: Double = 60
  @Flag(name: .shortAndLong, help: "Say nothing but what went wrong.") var quiet = false

  func validate() throws {
    for seconds in [timeout, startTimeout].compactMap({ $0 }) {
      guard seconds > 0, seconds < 1e9 else {
        throw ValidationError("a timeout is a number of seconds above 0")
      }
    }
  }

  func run() async throws {
    let destination = RunRequest.destination(output, of: .init(input))
    let view = RunProgressView(isQuiet: quiet, keepsStandardOutput: destination == .standard)
    let request: RunRequest
    do throws(RunError) {
      request = try await makeRequest(to: destination)
    } catch {
      view.show(RunFailure(error))
      throw ExitCode(error.code.exitCode)
    }
    let run = NotebookRun(request)
    try ProcessWatch.onSignals([SIGINT, SIGTERM, SIGHUP]) { run.stop(bySignal: $0) }
    async let result = run.run()
    await view.follow(run.events)
    let report = await result
    view.finish(report)
    guard let failure = report.failure else { return }
    throw ExitCode(failure.signal.map { 128 + $0 } ?? failure.error.code.exitCode)
  }

  private func makeRequest(
    to destination: RunRequest.Location
  ) async throws(RunError) -> RunRequest {
    var request = RunRequest(input: .init(input), output: destination)
    request.kernelName = kernel
    request.workingDirectory = cwd
    request.cellTimeout = timeout.map { .seconds($0) }
    request.startTimeout = .seconds(startTimeout)
    for path in parameterFiles {
      let bytes = try await Storage.read(.file(path))
      try request.parameters.set(yaml: String(decoding: bytes, as: UTF8.self), at: path)
    }
    for yaml in yamlTexts { try request.parameters.set(yaml: yaml, at: "-y") }
    for one in parameters { request.parameters.set(one.name, to: .word(one.value)) }
    for one in rawParameters { request.parameters.set(one.name, to: .text(one.value)) }
    return request
  }
}

/// A name and its value, two words of the command line.
///
/// An option takes one word only, so the two are joined before the command line is read, by a
/// character that no word can hold.
struct NameAndValue: ExpressibleByArgument {
  private static let joint: Character = "\0"
  private static let options = ["-p", "--parameter", "-r", "--raw-parameter"]

  let name: String
  let value: String

  init?(argument: String) {
    guard let place = argument.firstIndex(of: Self.joint) else { return nil }
    name = String(argument[..<place])
    value = String(argument[argument.index(after: place)...])
  }

  /// The words of a command line, each `-p NAME VALUE` as `-p` and one word.
  static func joining(_ words: [String]) -> [String] {
    guard words.first == RunCommand.configuration.commandName else { return words }
    var result: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      result.append(word)
      if word == "--" { return result + rest }
      guard options.contains(word), rest.count >= 2 else { continue }
      result.append("\(rest.removeFirst())\(joint)\(rest.removeFirst())")
    }
    return result
  }
}

extension RunError.Code {
  /// What `apus run` exits with; a run that a signal ended exits with 128 and the signal.
  var exitCode: Int32 {
    switch self {
    case .cellFailed: 1
    case .usage, .invalidNotebook, .fileAccess: 2
    case .kernelStart: 3
    case .timedOut: 4
    case .kernelDied: 5
    case .interrupted: 130
    }
  }
}
