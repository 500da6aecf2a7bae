internal import ArgumentParser
internal import Glibc
internal import Jupyter
internal import Runner

/// `apus run`: executes notebooks without a frontend.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run notebooks with the kernels that they name.",
    usage: """
      apus run IN [OUT] [-p NAME VALUE]... [options]
      apus run PATH... [-o FOLDER] [--jobs N] [--report KIND=FILE]... [options]
      """,
    discussion: """
      PATH is a notebook, a folder with all notebooks below it, or a pattern like 'reports/**/*.ipynb'. \
      Of two paths the second is where the executed notebook goes, unless it is another notebook; \
      with -o all paths are notebooks. Without an output notebooks are run in place. They are \
      saved while they run, also when a cell fails; what a run does not change keeps its bytes.

      Parameters go into a cell after the one tagged "parameters". Where several give the same \
      name, -r wins over -p, -p over -y, -y over -f, and -f over -b. {NAME} in paths is filled in \
      from them. Cells tagged "raises-exception" may fail; cells tagged "skip-execution" are left \
      as they are.

      Exit codes: 0 all cells ran, 1 a cell failed, 2 usage or invalid notebook, 3 the kernel did \
      not start, 4 a time ran out, 5 the kernel died, 6 an output differs, 130 and 143 ended by \
      SIGINT and SIGTERM. Where notebooks of a batch failed for different reasons it is 1.
      """)

  @Argument(help: ArgumentHelp("The notebooks, or - for what is piped in.", valueName: "PATH"))
  var paths: [String]
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where the executed notebooks go: a folder, a file, or - for standard output.",
      valueName: "OUT"))
  var output: String?

  @OptionGroup(title: "Batch options") var batch: BatchOptions
  @OptionGroup(title: "Parameter options") var parameterOptions: ParameterOptions
  @Option(
    help: ArgumentHelp(
      "A value bound when the kernel runs, in no file and masked in all output.",
      valueName: "NAME=env:VARIABLE|file:PATH"))
  var secret: [String] = []
  @Flag(help: "Let parameters pass that the notebook does not declare.")
  var allowUndeclared = false
  @Flag(help: "Say what parameters the notebook declares, and run nothing.")
  var listParameters = false
  @Flag(help: "Print the declared parameters as a JSON Schema, and run nothing.")
  var parametersSchema = false

  @OptionGroup(title: "Policy options") var policyOptions: PolicyOptions
  @OptionGroup(title: "Result options") var resultOptions: ResultOptions
  @OptionGroup(title: "Report options") var reportOptions: ReportOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The kernel to use instead of the notebook's own.", valueName: "NAME"))
  var kernel: String?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The language to write parameters in.", valueName: "NAME"))
  var language: String?
  @Option(
    help: ArgumentHelp(
      "Where relative paths in cells start from; by default the notebook's folder.",
      valueName: "FOLDER"))
  var cwd: String?

  func validate() throws {
    if paths.isEmpty { throw ValidationError("give at least one notebook") }
  }

  func run() async throws {
    let plan: RunPlan
    do throws(RunError) {
      plan = try await makePlan()
      if listParameters || parametersSchema {
        return try await ParameterListing.show(
          plan.requests, asSchema: parametersSchema, language: language)
      }
    } catch {
      let output = try ReportOutput(reportOptions, isQuiet: true, plan: nil)
      output.show(error)
      throw ExitCode(error.code.exitCode)
    }
    let output = try ReportOutput(reportOptions, isQuiet: reportOptions.quiet, plan: plan)
    try await output.run(plan)
  }

  private func makePlan() async throws(RunError) -> RunPlan {
    var base = RunRequest(input: .standard, output: nil)
    base.kernelName = kernel
    base.language = language
    base.workingDirectory = cwd
    base.policy = policyOptions.policy
    base.checksParameters = !allowUndeclared
    base.parameters = try await parameterOptions.parameters()
    for text in secret { base.secrets.append(try await Secret(specification: text)) }
    try await resultOptions.apply(to: &base)
    base.tellsOutput = reportOptions.logOutput || reportOptions.events != nil
    return try await RunPlanner(
      base: base, paths: paths, output: output, batch: batch, parameterOptions: parameterOptions,
      writesNothing: resultOptions.compare && !resultOptions.update
    ).plan()
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
    case .outputDiffers: 6
    case .interrupted: 130
    }
  }
}
