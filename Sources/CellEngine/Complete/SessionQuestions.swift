internal import OrderedJSON

/// Completion and inspection in a session: the text at the cursor with everything that the
/// session's cells have declared before it.
struct SessionQuestions: Sendable {
  private let process: SourceKitProcess
  private let arguments: [String]

  init(toolchain: Toolchain, arguments: CompilerArguments) {
    process = SourceKitProcess(toolchain: toolchain)
    self.arguments = arguments.questions + ["-module-name", "Question"]
  }

  func shutdown() { process.shutdown() }

  func complete(_ code: String, at position: Int, names: NameTable) async -> Completion {
    let question = Question(code, at: position, names: names)
    let prefix = CompletionService.target(in: code, endingAt: question.codeOffset).prefix
    let items = await CompletionService(process: process).complete(
      source: question.source, byteOffset: question.offset, arguments: arguments)
    guard process.lastFailure == nil else {
      // Without sourcekitd the session's own names are still known.
      return NameCompletion.complete(code, at: position, names: names.names)
    }
    let start = question.position - prefix.unicodeScalars.count
    return Completion(items: items, start: start, end: question.position)
  }

  func inspect(
    _ code: String, at position: Int, detail: Int, names: NameTable
  ) async -> JSONObject? {
    let question = Question(code, at: position, names: names)
    return await InspectionService(process: process).inspect(
      source: question.source, byteOffset: question.offset, arguments: arguments, detail: detail
    )?.bundle
  }
}

/// The text that sourcekitd is asked about.
private struct Question {
  var source: String
  /// The cursor in bytes of `source`.
  var offset: Int
  /// The cursor in bytes of the code.
  var codeOffset: Int
  /// The cursor in scalars of the code, moved inside it.
  var position: Int

  init(_ code: String, at position: Int, names: NameTable) {
    let before = names.everything.map { $0 + "\n" }.joined()
    let scalars = code.unicodeScalars.prefix(max(0, position))
    self.position = scalars.count
    codeOffset = String(scalars).utf8.count
    source = before + code
    offset = before.utf8.count + codeOffset
  }
}
