/// What is to be run, and how.
package struct RunRequest: Sendable {
  /// The notebook.
  package var input: Location
  /// Where the executed notebook goes.
  package var output: Location
  package var parameters = Parameters()
  /// The kernel to use instead of the one that the notebook names.
  package var kernelName: String?
  /// Where the cells run; by default the notebook's folder.
  package var workingDirectory: String?
  /// How long one cell may take.
  package var cellTimeout: Duration?
  package var startTimeout = Duration.seconds(60)

  package init(input: Location, output: Location) {
    self.input = input
    self.output = output
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
