internal import Digests
internal import Glibc
internal import Jupyter
internal import Notebooks
internal import OrderedJSON

/// The outputs of runs that went well, by everything that they depend on: the text of the cells,
/// the parameters and secrets, the declared inputs by their content, the kernel and its libraries.
/// With them are kept the files that the kernel says its cells opened (`apus.opened_files` in the
/// metadata of our kernel's replies): when one of those has changed, the result is none.
///
/// A notebook is looked up when it declares its inputs (`metadata.apus.inputs`, a list of files and
/// patterns, which may be empty) or when the user asks for it.
package enum ResultCache {
  /// When results are taken over.
  package enum Use: Sendable {
    case off
    /// For notebooks that declare their inputs.
    case declared
    case always
  }

  /// The name of a result.
  struct Key: Sendable {
    let text: String
  }

  /// What a cell left.
  struct CellResult {
    var outputs: [Output]
    var executionCount: Int?
  }

  /// The key of a run, or `nil` for a run whose result is not kept.
  static func key(of request: RunRequest, _ prepared: RunPreparation) async throws(RunError) -> Key?
  {
    if request.cacheUse == .off || request.resumes || request.runsTwice { return nil }
    let declared = prepared.original.metadata["apus"]?["inputs"]
    if request.cacheUse == .declared && declared == nil { return nil }
    let inputs: [String]
    switch declared {
    case nil: inputs = []
    case .array(let list)? where list.allSatisfy({ $0.string != nil }):
      inputs = list.compactMap(\.string)
    default:
      throw RunError(
        .invalidNotebook, "\"apus.inputs\" is not a list of files", at: "\(request.input)",
        mend: "write [\"data/*.csv\"]")
    }
    var hash = SHA256()
    func add(_ text: String) {
      // The length in front keeps two texts from reading like one.
      hash.update(Array("\(text.utf8.count):".utf8))
      hash.update(Array(text.utf8))
    }
    add("apus result 1")
    for run in prepared.runs {
      add("\(run.place.index) \(run.place.id ?? "")")
      add(run.place.source)
      add("\(run.expectation)")
    }
    for secret in request.secrets {
      add(secret.name)
      add(secret.value)
    }
    add(prepared.workingDirectory)
    add(await KernelFingerprint.text(of: prepared.spec))
    for path in try await InputFiles.all(matching: inputs, in: prepared.workingDirectory) {
      add(path)
      add(Hex.text(of: SHA256.digest(of: try await Storage.read(.file(path)))))
    }
    return Key(text: Hex.text(of: hash.digest()))
  }

  /// The folder of this user's results: in `APUS_CACHE_DIR`, else in the user's cache folder.
  package static var folder: String {
    if let folder = environmentValue("APUS_CACHE_DIR") { return folder + "/runs" }
    if let folder = environmentValue("XDG_CACHE_HOME") { return folder + "/apus/runs" }
    return (environmentValue("HOME") ?? "/tmp") + "/.cache/apus/runs"
  }

  private static func path(of key: Key) -> String {
    "\(folder)/\(key.text.prefix(2))/\(key.text).json"
  }

  /// What is kept under `key`; a file that is damaged or another version's is nothing.
  static func outputs(for key: Key, cellCount: Int) -> [CellResult]? {
    guard let bytes = Storage.contentsIfAny(of: path(of: key)),
      let json = try? JSONParser.parse(bytes), let cells = json["cells"]?.array,
      cells.count == cellCount
    else { return nil }
    for file in json["opened"]?.array ?? [] {
      guard let path = file["path"]?.string, let bytes = Storage.contentsIfAny(of: path),
        Hex.text(of: SHA256.digest(of: bytes)) == file["sha256"]?.string
      else { return nil }
    }
    var results: [CellResult] = []
    for cell in cells {
      guard let list = cell["outputs"]?.array else { return nil }
      let outputs = list.compactMap(Output.init)
      guard outputs.count == list.count else { return nil }
      results.append(CellResult(outputs: outputs, executionCount: cell["execution_count"]?.int))
    }
    utimes(path(of: key), nil)
    return results
  }

  /// Keeps what the cells of `runs` left in `notebook`, for as long as the files `opened` stay as
  /// they are.
  static func store(
    _ notebook: Notebook, _ runs: [CellRun], opened: Set<String>, for key: Key
  ) {
    var files: [JSON] = []
    for path in opened.sorted() {
      // A file that is gone at the end of the run was one of its own making.
      guard let bytes = Storage.contentsIfAny(of: path) else { continue }
      files.append(
        ["path": .string(path), "sha256": .string(Hex.text(of: SHA256.digest(of: bytes)))])
    }
    let cells = runs.map { run -> JSON in
      let cell = notebook.cells[run.place.index]
      return [
        "execution_count": cell.executionCount.map { .number($0) } ?? .null,
        "outputs": .array(cell.outputs.map(\.json)),
      ]
    }
    // A cache that cannot be written costs time, not results.
    Storage.writeIfPossible(
      JSONWriter().bytes(of: ["cells": .array(cells), "opened": .array(files)]), to: path(of: key))
  }

  /// Removes the results that were not used for longest, until `byteLimit` is kept.
  package static func prune(byteLimit: Int = 1 << 30) {
    var files: [(path: String, size: Int, time: Int)] = []
    for part in Storage.entries(of: folder) {
      for name in Storage.entries(of: "\(folder)/\(part)") where name.hasSuffix(".json") {
        var status = stat()
        let path = "\(folder)/\(part)/\(name)"
        if stat(path, &status) == 0 {
          files.append((path, Int(status.st_size), status.st_mtim.tv_sec))
        }
      }
    }
    var total = files.reduce(0) { $0 + $1.size }
    guard total > byteLimit else { return }
    for file in files.sorted(by: { $0.time < $1.time }) where total > byteLimit * 3 / 4 {
      Storage.remove(file.path)
      total -= file.size
    }
  }
}

/// What a kernel and its libraries are: it changes when one of them does.
enum KernelFingerprint {
  /// Asks Python for the names and versions of all that is installed.
  private static let pythonQuestion = """
    import sys, os
    print(sys.version)
    for folder in sys.path:
        if os.path.isdir(folder):
            print(folder, *sorted(n for n in os.listdir(folder) if n.endswith((".dist-info", ".egg-info", ".egg-link", ".pth"))))
    """

  static func text(of spec: KernelSpec) async -> String {
    var parts = [JSONWriter(sortsKeys: true).text(of: spec.json)]
    let program = Storage.program(spec.arguments[0]) ?? spec.arguments[0]
    let isPython = Storage.name(of: program).hasPrefix("python")
    if isPython {
      let answer = await Command.output([program, "-I", "-c", pythonQuestion])
      parts.append(answer.map { String(decoding: $0, as: UTF8.self) } ?? Storage.identity(program))
    } else {
      // The program itself and the libraries that come with it.
      parts.append(Storage.identity(program))
      let library = Storage.folder(of: Storage.folder(of: program)) + "/lib/apus/libApus.so"
      if Storage.exists(library) { parts.append(Storage.identity(library)) }
    }
    return parts.joined(separator: "\n")
  }
}

/// The files that a notebook declares as its inputs.
enum InputFiles {
  /// The files that `patterns` name, in order; a pattern that names none is an error.
  static func all(
    matching patterns: [String], in folder: String
  ) async throws(RunError) -> [String] {
    var result: Set<String> = []
    for pattern in patterns {
      let full = pattern.hasPrefix("/") ? pattern : "\(folder)/\(pattern)"
      let found =
        Glob.isPattern(pattern)
        ? Glob.files(matching: full)
        : Storage.isFolder(full) ? Glob.files(matching: full + "/**") : [full]
      for path in found where !Storage.isFolder(path) { result.insert(path) }
      guard !found.isEmpty, found.allSatisfy(Storage.exists) else {
        throw RunError(.usage, "no declared input \"\(pattern)\"", at: folder)
      }
    }
    return result.sorted()
  }
}
