internal import Runner

/// What a command line asks to be run.
struct RunPlan {
  var requests: [RunRequest]
  var jobs: Int
  var failsFast = false
  /// Whether the notebook goes to standard output.
  var takesStandardOutput = false
}

/// Makes a plan of paths and options.
struct RunPlanner {
  let base: RunRequest
  let paths: [String]
  let output: String?
  let batch: BatchOptions
  let parameterOptions: ParameterOptions
  /// Whether notebooks without an output are not run in place but only checked.
  let writesNothing: Bool

  func plan() async throws(RunError) -> RunPlan {
    let template = PathTemplate(base.parameters)
    var inputs: [String] = []
    for path in paths { inputs.append(try filled(path, template)) }
    var destination = output
    if output == nil, inputs.count == 2, !batch.namesMany,
      try await isOutput(inputs[1], of: inputs[0])
    {
      destination = inputs.removeLast()
    }
    let rows = try await matrixRows()
    if inputs == ["-"] { return try await pipedPlan(destination, rows) }
    if inputs.contains("-") {
      throw RunError(.usage, "- is no part of a batch", at: "the paths", mend: "give files only")
    }
    var found = try NotebookSearch.all(in: inputs)
    // One file goes to a file; a folder or pattern goes to a folder, whatever it holds.
    let isOneFile = inputs.count == 1 && rows.count == 1 && found.first?.path == inputs.first
    if let revision = batch.changedSince { found = try await changed(found, since: revision) }
    if let shard = batch.shard { found = shard.part(of: found) }
    var requests: [RunRequest] = []
    for notebook in found {
      for (number, row) in rows.enumerated() {
        requests.append(
          try request(
            for: notebook, row, number: rows.count > 1 ? number + 1 : nil, destination,
            isAlone: isOneFile))
      }
    }
    try checkOutputs(requests)
    return RunPlan(
      requests: requests, jobs: batch.jobCount, failsFast: batch.failFast,
      takesStandardOutput: requests.contains { $0.output == .standard })
  }

  private func filled(_ path: String, _ template: PathTemplate) throws(RunError) -> String {
    PathTemplate.isTemplate(path) && !Storage.exists(path) ? try template.filled(path) : path
  }

  /// Whether the second of two paths is where the first goes. A notebook that is there and cannot
  /// have come from the first is one to run.
  private func isOutput(_ second: String, of first: String) async throws(RunError) -> Bool {
    if first == "-" || second == "-" { return true }
    if Storage.isFolder(first) || Glob.isPattern(first) && !Storage.exists(first) { return false }
    if Glob.isPattern(second) && !Storage.exists(second) { return false }
    guard Storage.exists(second), !Storage.isFolder(second) else { return true }
    return try await EarlierOutput.isLikely(second, of: first)
  }

  private func matrixRows() async throws(RunError) -> [Parameters] {
    guard let path = batch.matrix else { return [Parameters()] }
    let bytes = try await Storage.read(.file(path))
    return try ParameterMatrix(reading: String(decoding: bytes, as: UTF8.self), at: path).rows
  }

  private func pipedPlan(
    _ destination: String?, _ rows: [Parameters]
  ) async throws(RunError) -> RunPlan {
    guard rows.count == 1, let row = rows.first else {
      throw RunError(.usage, "a piped notebook has one set of parameters", at: "--matrix")
    }
    var request = base
    request.input = .standard
    request.parameters.set(row)
    let path = try destination.map { path throws(RunError) in
      try filled(path, PathTemplate(request.parameters))
    }
    request.output = RunRequest.destination(path, of: .standard)
    addPaths(to: &request)
    return RunPlan(
      requests: [request], jobs: 1, takesStandardOutput: request.output == .standard)
  }

  private func request(
    for notebook: NotebookSearch.Found, _ row: Parameters, number: Int?, _ destination: String?,
    isAlone: Bool
  ) throws(RunError) -> RunRequest {
    var request = base
    request.input = .file(notebook.path)
    request.parameters.set(row)
    if number != nil { request.label = row.summary }
    guard let destination else {
      guard number == nil || writesNothing else {
        throw RunError(
          .usage, "the notebooks of a table would overwrite each other", at: "--matrix",
          mend: "give a folder or a template with -o")
      }
      request.output = writesNothing ? nil : request.input
      addPaths(to: &request)
      return request
    }
    var path = try filled(destination, PathTemplate(request.parameters))
    if isAlone || path != destination {
      request.output = RunRequest.destination(path, of: request.input)
    } else {
      while path.hasSuffix("/") && path.count > 1 { path.removeLast() }
      guard path != "-", !Storage.exists(path) || Storage.isFolder(path) else {
        throw RunError(.usage, "several notebooks need a folder to go to", at: path)
      }
      var name = notebook.relativePath
      if let number {
        let stem = name.hasSuffix(".ipynb") ? String(name.dropLast(6)) : name
        name = "\(stem)-\(number).ipynb"
      }
      request.output = .file("\(path)/\(name)")
    }
    addPaths(to: &request)
    return request
  }

  private func addPaths(to request: inout RunRequest) {
    var parameters = parameterOptions.paths(input: request.input, output: request.output)
    parameters.set(request.parameters)
    request.parameters = parameters
  }

  private func changed(
    _ found: [NotebookSearch.Found], since revision: String
  ) async throws(RunError) -> [NotebookSearch.Found] {
    let folder = found.first.map { Storage.folder(of: $0.path) } ?? "."
    let changes = try await ChangedFiles(since: revision, in: folder)
    // Parameters that have changed concern every notebook.
    if (parameterOptions.files + [batch.matrix].compactMap { $0 }).contains(where: changes.contains)
    {
      return found
    }
    var result: [NotebookSearch.Found] = []
    for notebook in found where try await changes.concerns(notebook: notebook.path) {
      result.append(notebook)
    }
    return result
  }

  private func checkOutputs(_ requests: [RunRequest]) throws(RunError) {
    var seen: [String: RunRequest] = [:]
    for request in requests {
      guard case .file(let path)? = request.output else { continue }
      let place = Storage.absolute(path)
      if let other = seen[place] {
        throw RunError(
          .usage, "\(other.name) and \(request.name) would go to the same file", at: path,
          mend: "give a folder for each, or a template like '{name}.ipynb'")
      }
      seen[place] = request
    }
  }
}
