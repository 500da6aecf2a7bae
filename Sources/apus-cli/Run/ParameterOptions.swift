internal import ArgumentParser
internal import Runner

/// The options that give parameters, as papermill has them.
struct ParameterOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("parameter"), .customLong("parameters")],
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A parameter: whole numbers, numbers, True, False and None are read as such.",
      valueName: "NAME VALUE"))
  var words: [NameAndValue] = []
  @Option(
    name: [
      .customShort("r"), .customLong("raw-parameter"), .customLong("parameters_raw"),
    ], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A parameter that is text, whatever it looks like.", valueName: "NAME VALUE")
  )
  var texts: [NameAndValue] = []
  @Option(
    name: [
      .customShort("f"), .customLong("parameters-file"), .customLong("parameters_file"),
    ],
    help: ArgumentHelp("A YAML or JSON file of parameters.", valueName: "FILE"))
  var files: [String] = []
  @Option(
    name: [
      .customShort("y"), .customLong("parameters-yaml"), .customLong("parameters_yaml"),
    ], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Parameters in YAML: 'day: 2026-01-01'.", valueName: "YAML"))
  var yamlTexts: [String] = []
  @Option(
    name: [
      .customShort("b"), .customLong("parameters-base64"), .customLong("parameters_base64"),
    ], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Parameters in YAML, in base 64.", valueName: "BASE64"))
  var base64Texts: [String] = []
  @Flag(help: "Give the notebook its own path as PAPERMILL_INPUT_PATH.")
  var injectInputPath = false
  @Flag(help: "Give the notebook the path of the output as PAPERMILL_OUTPUT_PATH.")
  var injectOutputPath = false
  @Flag(help: "Give the notebook both paths.") var injectPaths = false

  /// The parameters, without the paths. Of several of one name, -r wins over -p, -p over -y, -y
  /// over -f and -f over -b.
  func parameters() async throws(RunError) -> Parameters {
    var result = Parameters()
    for text in base64Texts { try result.set(base64: text, at: "-b") }
    for path in files {
      let bytes = try await Storage.read(.file(path))
      try result.set(yaml: String(decoding: bytes, as: UTF8.self), at: path)
    }
    for yaml in yamlTexts { try result.set(yaml: yaml, at: "-y") }
    for one in words { result.set(one.name, to: .word(one.value)) }
    for one in texts { result.set(one.name, to: .text(one.value)) }
    return result
  }

  /// The paths that are asked for as parameters; they give way to any that has their name.
  func paths(
    input: RunRequest.Location, output: RunRequest.Location?
  ) -> Parameters {
    var result = Parameters()
    if injectInputPath || injectPaths {
      result.set("PAPERMILL_INPUT_PATH", to: .text("\(input)"))
    }
    if injectOutputPath || injectPaths, let output {
      result.set("PAPERMILL_OUTPUT_PATH", to: .text("\(output)"))
    }
    return result
  }
}

/// A name and its value, two words of the command line.
///
/// An option takes one word only, so the two are joined before the command line is read, by a
/// character that no word can hold.
struct NameAndValue: ExpressibleByArgument {
  private static let joint: Character = "\0"
  private static let options: Set<String> = [
    "-p", "--parameter", "--parameters", "-r", "--raw-parameter", "--parameters_raw",
  ]

  let name: String
  let value: String

  init?(argument: String) {
    guard let place = argument.firstIndex(of: Self.joint) else { return nil }
    name = String(argument[..<place])
    value = String(argument[argument.index(after: place)...])
  }

  /// The words of a command line, each `-p NAME VALUE` as `-p` and one word.
  static func joining(_ words: [String]) -> [String] {
    guard let first = words.first,
      [RunCommand.configuration.commandName, PapermillCommand.configuration.commandName]
        .contains(first)
    else { return words }
    var result: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      result.append(word)
      if word == "--" { return result + rest }
      guard options.contains(word), rest.count >= 2 else { continue }
      result.append("\(rest.removeFirst())\(joint)\(rest.removeFirst())")
    }
    return result
  }
}
