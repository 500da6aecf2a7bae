package import ApusCell
internal import OrderedJSON

/// A place in a source file, found from a place in code.
package struct SourcePlace: Sendable, Equatable {
  /// The function, demangled; `Swift runtime failure: …` for what the compiler put in.
  package var function: String
  /// The file as the compiler named it, such as "0/Cell"; for those of cells then "Cell 3".
  package var file: String
  /// From 1; 0 where it is not known.
  package var line: Int
  package var column: Int

  package init(function: String, file: String, line: Int, column: Int) {
    self.function = function
    self.file = file
    self.line = line
    self.column = column
  }

  /// The message of a trap, where this is the place that the compiler made for one.
  package var trapMessage: String? {
    let mark = "Swift runtime failure: "
    return function.hasPrefix(mark) ? String(function.dropFirst(mark.count)) : nil
  }
}

/// Looks up code places in debug information with the toolchain's `llvm-symbolizer`.
///
/// One process is kept: the first place of a library costs its debug information (some 25 ms with
/// the start), later ones 0.1 ms.
package final class Symbolizer: Sendable {
  private let service: ServiceChild

  package init(toolchain: Toolchain) {
    service = ServiceChild(
      [
        toolchain.symbolizer, "--inlining", "--no-demangle", "--relativenames",
        "--output-style=JSON",
      ], framing: .lines,
      patience: ServiceChild.Patience(first: .seconds(10), later: .seconds(5)))
  }

  /// The source places of `places`, innermost first, inlined functions unfolded.
  ///
  /// Empty where the program cannot be run: a traceback without lines is better than none. Blocks.
  package func lookUp(_ places: [LinkCodePlace]) -> [SourcePlace] {
    do { return try frames(of: places).flatMap(\.self) } catch { return [] }
  }

  /// For each of `places` its source places, innermost first; none where nothing is known.
  ///
  /// Blocks.
  package func frames(of places: [LinkCodePlace]) throws(CellEngineError) -> [[SourcePlace]] {
    let questions = places.map(Self.question)
    return Self.merge(questions, try service.ask(questions.compactMap(\.self)))
  }

  /// As `frames(of:)`, without blocking the caller's thread.
  package func sourceFrames(
    of places: [LinkCodePlace]
  ) async throws(CellEngineError) -> [[SourcePlace]] {
    let questions = places.map(Self.question)
    return Self.merge(questions, try await service.answers(to: questions.compactMap(\.self)))
  }

  /// Ends the process for good.
  package func shutdown() { service.shutdown() }

  /// The line to ask; `nil` for a library whose name the program's language cannot hold.
  private static func question(_ place: LinkCodePlace) -> [UInt8]? {
    guard !place.library.isEmpty, !place.library.contains(where: { $0 == "\"" || $0.isNewline })
    else { return nil }
    return Array("\"\(place.library)\" 0x\(String(place.offset, radix: 16))".utf8)
  }

  private static func merge(_ questions: [[UInt8]?], _ answers: [[UInt8]]) -> [[SourcePlace]] {
    var rest = answers[...]
    return questions.map { $0 == nil ? [] : rest.popFirst().map(places) ?? [] }
  }

  /// The places in an answer: `{"Symbol": [{"FunctionName": …, "FileName": …, "Line": …}]}`.
  private static func places(in answer: [UInt8]) -> [SourcePlace] {
    // An answer that is no JSON tells no place.
    let symbols = (try? JSONParser.parse(answer))?["Symbol"]?.array ?? []
    return symbols.compactMap { symbol in
      let function = symbol["FunctionName"]?.string ?? ""
      let file = symbol["FileName"]?.string ?? ""
      guard !function.isEmpty || !file.isEmpty else { return nil }
      return SourcePlace(
        function: Demangling.name(of: function), file: file, line: symbol["Line"]?.int ?? 0,
        column: symbol["Column"]?.int ?? 0)
    }
  }
}
