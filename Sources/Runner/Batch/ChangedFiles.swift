internal import Jupyter
internal import Notebooks
internal import OrderedJSON

/// What has changed in a Git working tree since a revision, submodules included.
package struct ChangedFiles: Sendable {
  private let revision: String
  /// The absolute paths of changed, new and removed files, with where their old text is found.
  private var changed: [String: Old] = [:]

  private struct Old {
    var repository: String
    var revision: String
    var path: String
  }

  /// Asks Git about the working tree that `folder` is in.
  package init(since revision: String, in folder: String) async throws(RunError) {
    self.revision = revision
    guard let top = await Self.git(["rev-parse", "--show-toplevel"], in: folder)?.first else {
      throw RunError(.usage, "no Git working tree is there", at: folder)
    }
    guard
      let commit = await Self.git(
        ["rev-parse", "--verify", "--quiet", revision + "^{commit}"], in: top)?
        .first
    else {
      throw RunError(
        .usage, "Git knows no revision \"\(revision)\"", at: top,
        mend: "fetch it first; shallow clones lack older ones")
    }
    try await collect(in: top, since: commit)
  }

  private mutating func collect(in top: String, since commit: String) async throws(RunError) {
    guard
      let differing = await Self.git(["diff", "--name-only", "-z", commit, "--"], in: top),
      let untracked = await Self.git(
        ["ls-files", "--others", "--exclude-standard", "-z"], in: top)
    else { throw RunError(.usage, "Git cannot tell what has changed", at: top) }
    for path in differing + untracked {
      changed["\(top)/\(path)"] = Old(repository: top, revision: commit, path: path)
      // A submodule is told as one path: what changed is within.
      guard Storage.exists("\(top)/\(path)/.git"),
        let line = await Self.git(["ls-tree", "-z", commit, "--", path], in: top)?.first
      else { continue }
      let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard fields.count >= 3, fields[1] == "commit" else { continue }
      changed["\(top)/\(path)"] = nil
      try await collect(in: "\(top)/\(path)", since: String(fields[2]))
    }
  }

  /// Whether the file at `path` has changed in any byte.
  package func contains(_ path: String) -> Bool { changed[Storage.absolute(path)] != nil }

  /// Whether the notebook at `path` is to be run: when its text has changed, not only outputs, or
  /// one of the inputs that it declares.
  package func concerns(notebook path: String) async throws(RunError) -> Bool {
    let notebook = try await RunPreparation.read(.file(path))
    if let inputs = notebook.metadata["apus"]?["inputs"]?.array?.compactMap(\.string) {
      let files = try await InputFiles.all(matching: inputs, in: Storage.folder(of: path))
      if files.contains(where: contains) { return true }
    }
    guard let old = changed[Storage.absolute(path)] else { return false }
    guard
      let bytes = await Command.output(
        ["git", "-C", old.repository, "show", "\(old.revision):\(old.path)"]),
      let before = try? Notebook(reading: bytes)
    else { return true }
    return !before.runsTheSame(as: notebook)
  }

  /// What Git prints, cut at zeros or lines; `nil` when it fails.
  private static func git(_ arguments: [String], in folder: String) async -> [String]? {
    guard let bytes = await Command.output(["git", "-C", folder] + arguments) else { return nil }
    let separator: UInt8 = arguments.contains("-z") ? 0 : 0x0A
    return bytes.split(separator: separator).map { String(decoding: $0, as: UTF8.self) }
  }
}
