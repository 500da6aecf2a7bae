internal import Jupyter
internal import Notebooks

/// Everything that a run knows before its kernel starts.
struct RunPreparation: Sendable {
  /// The notebook as it was read.
  var original: Notebook
  /// The notebook with its parameters in, and without the outputs of the cells that will run.
  var notebook: Notebook
  var spec: KernelSpec
  var runs: [CellRun]
  /// How many of `runs`, the first ones, are only brought back.
  var keptCount = 0
  var policy: RunPolicy
  var workingDirectory: String
  /// Code that binds the secrets, and after which cell it runs; before all where there is none.
  var binding: (code: String, afterCell: Int?)?
  var warnings: [String]

  static func prepare(_ request: RunRequest) async throws(RunError) -> RunPreparation {
    if case .file(let path)? = request.output { try await Storage.prepare(toWrite: path) }
    let original = try await read(request.input)
    var notebook = original
    if case .papermill = request.stamp {
      notebook.cells.removeAll { $0.hasTag(MetadataStamp.errorTag) }
    }
    let spec = try kernelSpec(for: notebook, request)
    var warnings = try inject(request, into: &notebook, spec)
    let policy: RunPolicy
    var runs: [CellRun]
    do throws(RunError) {
      policy = try request.policy.overridden(by: notebook)
      runs = try CellRun.all(of: notebook, allowsErrors: policy.allowsErrors)
    } catch {
      throw RunError(error.code, error.what, at: "\(request.input), \(error.place)")
    }
    if request.onlyPrepares { runs = [] }
    var keptCount = 0
    if request.resumes {
      keptCount = try await restore(into: &notebook, runs, request, spec, &warnings)
    }
    for run in runs.dropFirst(keptCount) { notebook.cells[run.place.index].clearOutputs() }
    // What holds nothing ran never, whatever an earlier text of the cell has left.
    for index in notebook.cells.indices
    where notebook.cells[index].kind == .code && !request.onlyPrepares
      && notebook.cells[index].source.allSatisfy(\.isWhitespace)
    {
      notebook.cells[index].clearOutputs()
    }
    return RunPreparation(
      original: original, notebook: notebook, spec: spec, runs: runs, keptCount: keptCount,
      policy: policy, workingDirectory: try workingDirectory(request),
      binding: try binding(of: request, in: notebook, spec), warnings: warnings)
  }

  static func read(_ location: RunRequest.Location) async throws(RunError) -> Notebook {
    let bytes = try await Storage.read(location)
    do throws(NotebookError) {
      return try Notebook(reading: bytes)
    } catch {
      throw RunError(
        .invalidNotebook, error.what, at: "\(location), \(error.place)", mend: error.mend)
    }
  }

  /// The line of the file on which line `line` of the cell at `index` stands.
  func fileLine(ofCell index: Int, line: Int = 1) -> Int? {
    original.fileLine(of: notebook.cells[index], line: line)
  }

  private static func kernelSpec(
    for notebook: Notebook, _ request: RunRequest
  ) throws(RunError) -> KernelSpec {
    guard let name = request.kernelName ?? notebook.kernelName else {
      let installed = KernelSpecSearch.all().map(\.name).joined(separator: ", ")
      throw RunError(
        .kernelStart, "the notebook names no kernel", at: "\(request.input)",
        mend: "choose one with -k NAME; installed: \(installed.isEmpty ? "none" : installed)")
    }
    do throws(JupyterError) {
      var spec = try KernelSpecSearch.find(name)
      // A run is no part of the user's history, and its file would be a lock that runs share.
      if spec.isIPython {
        spec.arguments.append("--HistoryManager.hist_file=:memory:")
      } else if spec.language == "swift" {
        spec.environment.append(("APUS_HISTORY", "off"))
      }
      return spec
    } catch {
      let near = NearName.find(name, among: KernelSpecSearch.all().map(\.name))
      let mend = [near.map { "did you mean \"\($0)\"?" }, error.mend].compactMap { $0 }
      throw RunError(
        .kernelStart, error.what, at: error.place,
        mend: mend.isEmpty ? nil : mend.joined(separator: " "))
    }
  }

  private static func language(
    _ notebook: Notebook, _ request: RunRequest, _ spec: KernelSpec
  ) -> String {
    request.language ?? (spec.language.isEmpty ? notebook.language ?? spec.name : spec.language)
  }

  /// Writes the parameters into the notebook; returns what the user should know.
  private static func inject(
    _ request: RunRequest, into notebook: inout Notebook, _ spec: KernelSpec
  ) throws(RunError) -> [String] {
    guard !request.parameters.isEmpty else { return [] }
    let language = language(notebook, request, spec)
    let translator = try ParameterTranslators.find(
      language, kernel: request.language == nil ? spec.name : "")
    let contract = ParameterContract(of: notebook, translator: translator)
    var warnings: [String] = []
    if request.checksParameters {
      do throws(RunError) {
        try contract.check(request.parameters)
      } catch {
        throw RunError(
          error.code, error.what, at: "\(request.input), \(error.place)", mend: error.mend)
      }
    } else {
      warnings = contract.warnings(for: request.parameters)
    }
    _ = notebook.inject(
      parameters: try translator.source(of: request.parameters, over: contract.declared))
    if !contract.hasCell {
      warnings.append(
        "no cell is tagged \"parameters\": the parameters are in a cell of their own at the top")
    }
    return warnings
  }

  /// The code that gives the notebook its secrets.
  private static func binding(
    of request: RunRequest, in notebook: Notebook, _ spec: KernelSpec
  ) throws(RunError) -> (code: String, afterCell: Int?)? {
    guard !request.secrets.isEmpty else { return nil }
    let language = language(notebook, request, spec)
    let translator = try ParameterTranslators.find(
      language, kernel: request.language == nil ? spec.name : "")
    let code = request.secrets.map { translator.binding(of: $0.name, to: $0.variable) }
    let tags = ["injected-parameters", "parameters"]
    let cell = tags.lazy.compactMap { tag in notebook.cells.firstIndex { $0.hasTag(tag) } }.first
    return (code.joined(separator: "\n"), cell)
  }

  /// Takes over what ran well in the output of an earlier run; says how many cells those are.
  private static func restore(
    into notebook: inout Notebook, _ runs: [CellRun], _ request: RunRequest, _ spec: KernelSpec,
    _ warnings: inout [String]
  ) async throws(RunError) -> Int {
    guard case .file(let path)? = request.output, Storage.exists(path) else { return 0 }
    guard spec.language == "swift" else {
      warnings.append(
        "the kernel \"\(spec.name)\" cannot bring back its variables: the run begins at the start")
      return 0
    }
    let earlier = try await read(.file(path))
    guard earlier.cells.count == notebook.cells.count else { return 0 }
    var count = 0
    for run in runs {
      let index = run.place.index
      let cell = earlier.cells[index]
      let failed = cell.outputs.contains { if case .error = $0 { true } else { false } }
      guard cell.source.utf8.elementsEqual(run.place.source.utf8), cell.executionCount != nil,
        !failed || run.expectation.toleratesErrors
      else { break }
      count += 1
    }
    // A notebook that ran to its end has nothing to go on with: it runs anew.
    if count == runs.count { return 0 }
    for run in runs.prefix(count) {
      let cell = earlier.cells[run.place.index]
      notebook.cells[run.place.index].outputs = cell.outputs
      notebook.cells[run.place.index].executionCount = cell.executionCount
    }
    return count
  }

  /// The folder that relative paths inside the cells start from.
  private static func workingDirectory(_ request: RunRequest) throws(RunError) -> String {
    switch (request.workingDirectory, request.input) {
    case (let folder?, _):
      guard Storage.isFolder(folder) else { throw RunError(.usage, "no such folder", at: folder) }
      return folder
    case (nil, .file(let path)): return Storage.folder(of: path)
    case (nil, .standard): return "."
    }
  }
}
