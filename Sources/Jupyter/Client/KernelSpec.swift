package import OrderedJSON

/// How a kernel is started: the contents of a `kernel.json`.
package struct KernelSpec: Sendable, Equatable {
  /// How a running cell is stopped.
  package enum InterruptMode: String, Sendable { case signal, message }

  package var name: String
  /// The folder of the `kernel.json`, which `{resource_dir}` stands for.
  package var folder: String
  package var arguments: [String]
  package var displayName: String
  package var language: String
  package var interruptMode: InterruptMode
  package var environment: [(name: String, value: String)]
  package var metadata: JSONObject

  package init(
    name: String, folder: String = "", arguments: [String], displayName: String, language: String,
    interruptMode: InterruptMode = .signal, environment: [(name: String, value: String)] = [],
    metadata: JSONObject = [:]
  ) {
    self.name = name
    self.folder = folder
    self.arguments = arguments
    self.displayName = displayName
    self.language = language
    self.interruptMode = interruptMode
    self.environment = environment
    self.metadata = metadata
  }

  package static func == (left: KernelSpec, right: KernelSpec) -> Bool {
    left.name == right.name && left.folder == right.folder && left.json == right.json
  }

  /// Reads the `kernel.json` in `folder`.
  package init(name: String, folder: String) throws(JupyterError) {
    let path = folder + "/kernel.json"
    let bytes = try readFile(path)
    let value: JSON
    do {
      value = try JSONParser.parse(bytes)
    } catch {
      throw JupyterError(.malformedFile, error.description, at: path)
    }
    let arguments = value["argv"]?.array?.compactMap(\.string) ?? []
    guard !arguments.isEmpty else {
      throw JupyterError(.malformedFile, "no argv", at: path, mend: "reinstall the kernel")
    }
    self.init(
      name: name, folder: folder, arguments: arguments,
      displayName: value["display_name"]?.string ?? name,
      language: value["language"]?.string ?? "",
      interruptMode: InterruptMode(rawValue: value["interrupt_mode"]?.string ?? "") ?? .signal,
      environment: (value["env"]?.object ?? [:]).compactMap { key, value in
        value.string.map { (key, $0) }
      },
      metadata: value["metadata"]?.object ?? [:])
  }

  /// The text of `kernel.json`.
  package var json: JSON {
    [
      "argv": .array(arguments.map { .string($0) }), "display_name": .string(displayName),
      "language": .string(language), "interrupt_mode": .string(interruptMode.rawValue),
      "env": .object(JSONObject(environment.map { ($0.name, .string($0.value)) })),
      "metadata": .object(metadata), "kernel_protocol_version": .string(protocolVersion),
    ]
  }
}
