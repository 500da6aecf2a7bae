internal import ArgumentParser
internal import Notebooks
internal import OrderedJSON
internal import Runner

/// `apus export`: notebooks as files of other kinds.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a notebook as HTML, Markdown or a script.",
    usage: "apus export NOTEBOOK OUT",
    discussion: """
      OUT ends in .html, .md, or what the notebook's language wants (.swift, .py, …); with --to it \
      may be left out or be - for standard output. Nothing is run.
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable { case html, md, swift, script }

  @Argument(help: ArgumentHelp("The notebook, or -.", valueName: "NOTEBOOK")) var input: String
  @Argument(help: ArgumentHelp("The file to write.", valueName: "OUT")) var output: String?
  @Option(help: "html, md, swift or script.") var to: Kind?
  @Flag(help: "Leave the outputs out.") var noOutputs = false

  func run() async throws {
    do throws(RunError) {
      let location = RunRequest.Location(input)
      let bytes = try await Storage.read(location)
      var notebook: Notebook
      do throws(NotebookError) {
        notebook = try Notebook(reading: bytes)
      } catch {
        throw RunError(
          .invalidNotebook, error.what, at: "\(input), \(error.place)", mend: error.mend)
      }
      if noOutputs { for index in notebook.cells.indices { notebook.cells[index].clearOutputs() } }
      let kind = try kind(for: notebook)
      let text = text(of: notebook, as: kind)
      let path = output ?? Self.defaultPath(input, kind, notebook)
      if path == "-" { return StandardStream.output.write(text) }
      try await Storage.prepare(toWrite: path)
      try await Storage.write(Array(text.utf8), to: path)
    } catch {
      StandardStream.error.write("error: \(error)\n")
      throw ExitCode(error.code.exitCode)
    }
  }

  private func kind(for notebook: Notebook) throws(RunError) -> Kind {
    if let to {
      if to == .swift, notebook.language ?? "swift" != "swift" {
        throw RunError(
          .usage, "the notebook's language is \(notebook.language ?? "")", at: input,
          mend: "use --to script")
      }
      return to
    }
    let name = output.map { Storage.name(of: $0) } ?? ""
    let ending = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
    switch ending.lowercased() {
    case "html", "htm": return .html
    case "md", "markdown": return .md
    case Self.scriptEnding(of: notebook): return .script
    default:
      throw RunError(
        .usage, "no known kind of file", at: output ?? "OUT",
        mend: "end it in .html, .md or .\(Self.scriptEnding(of: notebook)), or give --to")
    }
  }

  private func text(of notebook: Notebook, as kind: Kind) -> String {
    let name = Storage.name(of: input)
    switch kind {
    case .html:
      return notebook.page(title: name.hasSuffix(".ipynb") ? String(name.dropLast(6)) : name)
    case .md: return notebook.markdown
    case .swift, .script: return notebook.script
    }
  }

  private static func defaultPath(_ input: String, _ kind: Kind, _ notebook: Notebook) -> String {
    if input == "-" { return "-" }
    let stem = input.hasSuffix(".ipynb") ? String(input.dropLast(6)) : input
    return switch kind {
    case .html, .md, .swift: "\(stem).\(kind.rawValue)"
    case .script: "\(stem).\(scriptEnding(of: notebook))"
    }
  }

  private static func scriptEnding(of notebook: Notebook) -> String {
    let stored = notebook.metadata["language_info"]?["file_extension"]?.string
    if let stored, stored.hasPrefix("."), stored.count < 12 { return String(stored.dropFirst()) }
    let known = [
      "swift": "swift", "python": "py", "r": "r", "julia": "jl", "scala": "scala", "bash": "sh",
    ]
    return known[notebook.language?.lowercased() ?? "swift"] ?? "txt"
  }
}
