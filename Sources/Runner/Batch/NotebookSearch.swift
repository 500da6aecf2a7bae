internal import Notebooks

/// Finds the notebooks that paths name: files, folders with all below them, and patterns.
package struct NotebookSearch: Sendable {
  /// A notebook, and the folder from which its place is told.
  package struct Found: Sendable, Equatable {
    package var path: String
    package var root: String

    package init(path: String, root: String) {
      self.path = path
      self.root = root
    }

    /// The path from the root on.
    package var relativePath: String {
      root.isEmpty || root == "." || !path.hasPrefix(root + "/")
        ? (path.hasPrefix("/") || path.hasPrefix("..") ? Storage.name(of: path) : path)
        : String(path.dropFirst(root.utf8.count + 1))
    }
  }

  /// All notebooks, each once, in the order of their paths.
  package static func all(in paths: [String]) throws(RunError) -> [Found] {
    var found: [String: Found] = [:]
    for given in paths {
      let path = given.count > 1 && given.hasSuffix("/") ? String(given.dropLast()) : given
      let new: [Found]
      if Storage.isFolder(path) {
        new = notebooks(below: path).map { Found(path: $0, root: path) }
      } else if Storage.exists(path) || !Glob.isPattern(path) {
        guard Storage.exists(path) else {
          throw RunError(.usage, "no such notebook", at: path, mend: near(path))
        }
        new = [Found(path: path, root: Storage.folder(of: path))]
      } else {
        let root = fixedFolder(of: path)
        new = Glob.files(matching: path).flatMap { one in
          Storage.isFolder(one) ? notebooks(below: one) : one.hasSuffix(".ipynb") ? [one] : []
        }.filter { !$0.contains(".ipynb_checkpoints") }.map { Found(path: $0, root: root) }
      }
      guard !new.isEmpty else {
        throw RunError(.usage, "no notebook is there", at: given, mend: "notebooks end in .ipynb")
      }
      for one in new {
        let key = Storage.absolute(one.path)
        if found[key] == nil { found[key] = one }
      }
    }
    return found.values.sorted { $0.path < $1.path }
  }

  private static func notebooks(below folder: String) -> [String] {
    let prefix = folder == "." ? "" : folder == "/" ? "/" : folder + "/"
    return Glob.files(matching: (folder == "." ? "" : prefix) + "**/*.ipynb")
  }

  /// The folder in front of the first part with a pattern in it.
  private static func fixedFolder(of pattern: String) -> String {
    var parts: [Substring] = []
    for part in pattern.split(separator: "/", omittingEmptySubsequences: false) {
      if Glob.isPattern(String(part)) { break }
      parts.append(part)
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  private static func near(_ path: String) -> String? {
    let names = Storage.entries(of: Storage.folder(of: path))
    return NearName.find(Storage.name(of: path), among: names).map { "did you mean \"\($0)\"?" }
  }
}

/// One of so many equal parts of a batch, for several machines.
package struct Shard: Sendable, Equatable {
  package let number: Int
  package let count: Int

  /// `2/3`: the second of three.
  package init?(_ text: String) {
    let parts = text.split(separator: "/")
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
      (1...10_000).contains(count), (1...count).contains(number)
    else { return nil }
    self.number = number
    self.count = count
  }

  /// The elements of this part.
  package func part<Element>(of elements: [Element]) -> [Element] {
    elements.enumerated().filter { $0.offset % count == number - 1 }.map(\.element)
  }
}

/// Whether a notebook is what an earlier run made of another.
package enum EarlierOutput {
  /// Whether `output` has the code of `input`, but for injected parameters. A file that cannot be
  /// read as a notebook is taken for an output that is to be replaced.
  package static func isLikely(_ output: String, of input: String) async throws(RunError) -> Bool {
    let source = try await RunPreparation.read(.file(input))
    do throws(RunError) {
      return source.mayHaveMade(try await RunPreparation.read(.file(output)))
    } catch {
      if error.code == .invalidNotebook { return true }
      throw error
    }
  }
}
