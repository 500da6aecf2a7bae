internal import ArgumentParser
internal import Glibc
internal import Jupyter
internal import Notebooks
internal import Runner

/// `apus papermill`: papermill's own command line, and its metadata in the executed notebook.
struct PapermillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "papermill",
    abstract: "Run one notebook by papermill's command line, with papermill's metadata.",
    usage: "apus papermill NOTEBOOK_PATH [OUTPUT_PATH] [options]",
    discussion: """
      Takes every option of papermill 2.7. Cells run in the current folder, as with papermill. \
      docs/papermill.md tells what differs, and how `apus run` says the same.
      """)

  @Argument(help: ArgumentHelp("The notebook, or -.", valueName: "NOTEBOOK_PATH"))
  var notebookPath: String?
  @Argument(help: ArgumentHelp("Where the executed notebook goes.", valueName: "OUTPUT_PATH"))
  var outputPath: String?
  @Flag(help: "Say what parameters the notebook declares, and run nothing.")
  var helpNotebook = false
  @OptionGroup(title: "Parameter options") var parameterOptions: ParameterOptions
  @Option(help: "nbclient, papermill's own engine, is the only one.") var engine: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Save while the notebook runs; without it only at the end.")
  var requestSaveOnCellExecute = true
  @Option(help: "How often to save during long cells: they are saved once a second in any case.")
  var autosaveCellEvery = 30
  @Flag(help: "Write the parameters into the notebook, and run nothing.") var prepareOnly = false
  @Flag(help: "Run the notebook (the default).") var prepareExecute = false
  @Option(name: .shortAndLong, help: "The kernel to use instead of the notebook's own.")
  var kernel: String?
  @Option(name: .shortAndLong, help: "The language to write parameters in.") var language: String?
  @Option(help: "Where the cells run; by default the current folder.") var cwd: String?
  @Flag(inversion: .prefixedNo, help: "Show how the run goes.") var progressBar = true
  @Flag(inversion: .prefixedNo, help: "Show what cells print as it comes.") var logOutput = false
  @Option(help: "A file for what cells print to standard output.") var stdoutFile: String?
  @Option(help: "A file for what cells print to standard error.") var stderrFile: String?
  @Option(help: "NOTSET, DEBUG, INFO, WARNING, ERROR or CRITICAL.") var logLevel = "INFO"
  @Option(
    name: [.customLong("start-timeout"), .customLong("start_timeout")],
    help: "How many seconds the kernel may take to start.")
  var startTimeout = 60
  @Option(help: "How many seconds a cell may take.") var executionTimeout: Int?
  @Flag(inversion: .prefixedNo, help: "Hide the sources of code cells.") var reportMode = false

  private static let levels = ["NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

  func validate() throws {
    guard engine == nil || engine == "nbclient" else {
      throw ValidationError("no engine \"\(engine ?? "")\"; nbclient is the only one")
    }
    guard Self.levels.contains(logLevel) else {
      throw ValidationError("--log-level is one of \(Self.levels.joined(separator: ", "))")
    }
    guard startTimeout > 0, executionTimeout ?? 1 > 0 else {
      throw ValidationError("a timeout is a number of seconds above 0")
    }
  }

  func run() async throws {
    let isQuiet = !progressBar || ["WARNING", "ERROR", "CRITICAL"].contains(logLevel)
    var options = try ReportOptions.parse([])
    options.quiet = isQuiet
    options.logOutput = logOutput
    do throws(RunError) {
      let request = try await makeRequest()
      if helpNotebook { return try await showDeclarations(request) }
      let plan = RunPlan(
        requests: [request], jobs: 1, takesStandardOutput: request.output == .standard)
      try await execute(plan, options)
    } catch {
      StandardStream.error.write("error: \(error)\n")
      throw ExitCode(error.code.exitCode)
    }
  }

  private func execute(_ plan: RunPlan, _ options: ReportOptions) async throws(RunError) {
    let output: ReportOutput
    do {
      output = try ReportOutput(options, isQuiet: options.quiet, plan: plan)
      try await output.run(plan)
    } catch {
      // Papermill's own codes: 1 for all failures, 138 for a dead kernel.
      guard let code = error as? ExitCode else { Self.exit(withError: error) }
      let translated: Int32 =
        switch code.rawValue {
        case 5: 138
        case 1...6: 1
        default: code.rawValue
        }
      Self.exit(withError: ExitCode(translated))
    }
  }

  private func makeRequest() async throws(RunError) -> RunRequest {
    let parameters = try await parameterOptions.parameters()
    let template = PathTemplate(parameters)
    // Pipes imply - - where no path is given, and - in front of one path.
    var status = stat()
    let isPiped = fstat(0, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    var paths = [notebookPath, outputPath].compactMap { $0 }
    if isPiped && paths.count < 2 { paths.insert("-", at: 0) }
    guard let given = paths.first else {
      throw RunError(.usage, "no notebook", at: "NOTEBOOK_PATH")
    }
    guard paths.count > 1 || isatty(1) == 0 || helpNotebook else {
      throw RunError(.usage, "no output", at: "OUTPUT_PATH")
    }
    let input = RunRequest.Location(try template.filled(given))
    let output = RunRequest.Location(try template.filled(paths.count > 1 ? paths[1] : "-"))
    var request = RunRequest(input: input, output: output)
    request.parameters = parameterOptions.paths(input: input, output: output)
    request.parameters.set(parameters)
    request.checksParameters = false
    request.kernelName = kernel
    request.language = language
    request.workingDirectory = cwd ?? "."
    request.policy.startTimeout = .seconds(startTimeout)
    request.policy.cellTimeout = executionTimeout.map { .seconds($0) }
    request.onlyPrepares = prepareOnly && !prepareExecute
    request.cacheUse = .off
    request.savesMeanwhile = requestSaveOnCellExecute
    request.tellsOutput = logOutput
    request.streamFiles = .init(output: stdoutFile, error: stderrFile)
    var stamp = MetadataStamp.Papermill(
      inputPath: "\(input)", outputPath: "\(output)",
      parameters: request.parameters.json, version: Apus.version)
    stamp.isReport = reportMode
    request.stamp = .papermill(stamp)
    return request
  }

  private func showDeclarations(_ request: RunRequest) async throws(RunError) {
    let contract = try await ParameterContract(of: request)
    var text = "Usage: apus papermill [OPTIONS] NOTEBOOK_PATH [OUTPUT_PATH]\n\n"
    text += "Parameters inferred for notebook '\(request.input)':\n"
    guard contract.hasCell else {
      StandardStream.output.write(text + "\n  No cell tagged 'parameters'\n")
      Self.exit(withError: ExitCode(1))
    }
    for one in contract.declared {
      let line = "  \(one.name): \(one.type ?? "Unknown type") (default \(one.defaultText))"
      let comment = one.comment ?? ""
      let padding = String(repeating: " ", count: max(0, 34 - line.count))
      text +=
        line.count > 30
        ? line + (comment.isEmpty ? "" : "\n" + String(repeating: " ", count: 34) + comment)
        : line + padding + comment
      text += "\n"
    }
    if contract.declared.isEmpty {
      text += "\n  Can't infer anything about this notebook's parameters. "
      text += "It may not have any parameter defined.\n"
    }
    StandardStream.output.write(text)
  }
}
