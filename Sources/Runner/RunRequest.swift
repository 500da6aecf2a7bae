/// What is to be run, and how.
package struct RunRequest: Sendable {
  /// The notebook.
  package var input: Location
  /// Where the executed notebook goes; `nil` for a run that only checks.
  package var output: Location?
  /// Which of several parameter sets of one notebook this is.
  package var label: String?
  package var parameters = Parameters()
  /// Whether a parameter that the notebook does not declare, or declares otherwise, is an error.
  package var checksParameters = true
  package var secrets: [Secret] = []
  /// The kernel to use instead of the one that the notebook names.
  package var kernelName: String?
  /// The language that parameters are written in, instead of the kernel's.
  package var language: String?
  /// Where the cells run; by default the notebook's folder.
  package var workingDirectory: String?
  package var policy = RunPolicy()
  package var stamp = MetadataStamp.Style.none
  /// Whether nothing runs: the parameters are written into the file.
  package var onlyPrepares = false
  /// Whether the cells that ran well in `output` are only brought back, not shown anew.
  package var resumes = false
  package var cacheUse = ResultCache.Use.declared
  package var comparison: OutputComparison?
  /// Whether the notebook is run a second time and both are compared.
  package var runsTwice = false
  package var twiceComparison = OutputComparison()
  /// Whether the notebook is saved while it runs.
  package var savesMeanwhile = true
  /// Files that take what cells print, besides the notebook.
  package var streamFiles = StreamFiles()
  /// Whether `RunEvent.printed` is told.
  package var tellsOutput = false

  package init(input: Location, output: Location?) {
    self.input = input
    self.output = output
  }

  /// How people call this run.
  package var name: String { "\(input)" + (label.map { " [\($0)]" } ?? "") }

  /// Where the two streams of cells go besides.
  package struct StreamFiles: Sendable {
    package var output: String?
    package var error: String?

    package init(output: String? = nil, error: String? = nil) {
      self.output = output
      self.error = error
    }
  }

  /// A file, or what is piped in or out.
  package enum Location: Sendable, Equatable, CustomStringConvertible {
    case file(String)
    case standard

    /// The path that `text` says; `-` is what is piped.
    package init(_ text: String) { self = text == "-" ? .standard : .file(text) }

    package var description: String {
      switch self {
      case .file(let path): path
      case .standard: "-"
      }
    }
  }
}

extension RunRequest {
  /// Where the output of `input` goes when the user says `output`: nothing means in place, a folder
  /// takes a file of the same name.
  package static func destination(_ output: String?, of input: Location) -> Location {
    guard let output else { return input }
    guard case .file(let path) = Location(output), case .file(let source) = input,
      path.hasSuffix("/") || Storage.isFolder(path)
    else { return Location(output) }
    let name = source.split(separator: "/").last.map(String.init) ?? source
    return .file(path.hasSuffix("/") ? path + name : "\(path)/\(name)")
  }
}
