internal import Jupyter
internal import Notebooks

/// Everything that a run knows before its kernel starts.
struct RunPreparation {
  /// The notebook with its parameters in, and without the outputs of the cells that will run.
  var notebook: Notebook
  var spec: KernelSpec
  var runs: [CellRun]
  var workingDirectory: String
  var warnings: [String]

  static func prepare(_ request: RunRequest) async throws(RunError) -> RunPreparation {
    if case .file(let path) = request.output { try await Storage.prepare(toWrite: path) }
    let bytes = try await Storage.read(request.input)
    var notebook: Notebook
    do throws(NotebookError) {
      notebook = try Notebook(reading: bytes)
    } catch {
      throw RunError(
        .invalidNotebook, error.what, at: "\(request.input), \(error.place)", mend: error.mend)
    }
    let spec = try kernelSpec(for: notebook, request)
    let warnings = try inject(request.parameters, into: &notebook, spec)
    let runs = CellRun.all(of: notebook)
    for run in runs { notebook.cells[run.place.index].clearOutputs() }
    // What holds nothing ran never, whatever an earlier text of the cell has left.
    for index in notebook.cells.indices
    where notebook.cells[index].kind == .code
      && notebook.cells[index].source.allSatisfy(\.isWhitespace)
    {
      notebook.cells[index].clearOutputs()
    }
    return RunPreparation(
      notebook: notebook, spec: spec, runs: runs, workingDirectory: try workingDirectory(request),
      warnings: warnings)
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

  /// Writes the parameters into the notebook; returns what the user should know.
  private static func inject(
    _ parameters: Parameters, into notebook: inout Notebook, _ spec: KernelSpec
  ) throws(RunError) -> [String] {
    guard !parameters.isEmpty else { return [] }
    let language = spec.language.isEmpty ? notebook.language ?? spec.name : spec.language
    let translator = try ParameterTranslators.find(language)
    let declaring = notebook.parametersCell
    let declared = declaring.map { translator.declarations(in: $0.source) } ?? []
    let source = try translator.source(of: parameters, over: declared)
    _ = notebook.inject(parameters: source)
    guard declaring != nil else {
      return [
        "no cell is tagged \"parameters\": the parameters are in a cell of their own at the top"
      ]
    }
    return parameters.unknownNames(among: declared).map { name, near in
      "the notebook declares no parameter \"\(name)\""
        + (near.map { "; did you mean \"\($0)\"?" } ?? "")
    }
  }

  /// The folder that relative paths inside the cells start from.
  private static func workingDirectory(_ request: RunRequest) throws(RunError) -> String {
    let folder: String
    switch (request.workingDirectory, request.input) {
    case (let folder?, _):
      guard Storage.isFolder(folder) else { throw RunError(.usage, "no such folder", at: folder) }
      return folder
    case (nil, .file(let path)): folder = Storage.folder(of: path)
    case (nil, .standard): folder = "."
    }
    return folder
  }
}
