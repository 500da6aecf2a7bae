internal import Glibc
internal import OrderedJSON

/// The other end of `SourceKitProcess`: answers frames on standard input until it is closed.
package enum SourceKitService {
  /// The file that the text is said to be: a script, since it is the only one.
  private static let file = "/apus/cell.swift"

  /// Serves the toolchain whose `usr` folder is given.
  ///
  /// Returns at the end of standard input.
  package static func run(usrFolder: String) throws(CellEngineError) {
    // sourcekitd prints: what it prints must not stand between the answers.
    let output = fcntl(1, F_DUPFD_CLOEXEC, 3)
    guard output >= 0, dup2(2, 1) >= 0 else {
      throw CellEngineError(.process, String(cString: strerror(errno)), place: "standard output")
    }
    endWithStandardInput()
    var kit: SourceKitD?
    while let request = try readFrame() {
      var answer: JSON
      do throws(CellEngineError) {
        answer = try reply(to: request, try opened(&kit, usrFolder))
      } catch {
        answer = ["error": .string(error.description)]
      }
      let bytes = JSONWriter().bytes(of: answer)
      try write(ServiceFrame.header(bytes.count) + bytes, to: output)
    }
  }

  private static func opened(
    _ kit: inout SourceKitD?, _ usrFolder: String
  ) throws(CellEngineError) -> SourceKitD {
    if let kit { return kit }
    let new = try SourceKitD(library: Toolchain(root: usrFolder).sourceKit)
    kit = new
    return new
  }

  private static func reply(to bytes: [UInt8], _ kit: SourceKitD) throws(CellEngineError) -> JSON {
    let request: JSON
    do { request = try JSONParser.parse(bytes) } catch {
      throw CellEngineError(.process, "\(error)", place: "request")
    }
    let source = Source(
      text: request["text"]?.string ?? "", offset: request["offset"]?.int ?? 0,
      arguments: (request["arguments"]?.array ?? []).compactMap(\.string) + [file])
    switch request["ask"]?.string {
    case "complete":
      return try complete(source, request["prefix"]?.string ?? "", request["limit"]?.int ?? 0, kit)
    case "inspect": return try inspect(source, kit)
    default: throw CellEngineError(.process, "unknown question", place: "request")
    }
  }

  private struct Source {
    var text: String
    var offset: Int
    var arguments: [String]
  }

  private static func complete(
    _ source: Source, _ prefix: String, _ limit: Int, _ kit: SourceKitD
  ) throws(CellEngineError) -> JSON {
    let proposals = try kit.send(
      "codecomplete",
      [
        ("name", .text(file)), ("sourcefile", .text(file)), ("sourcetext", .text(source.text)),
        ("offset", .number(source.offset)), ("compilerargs", .texts(source.arguments)),
      ]
    ) { $0.elements("results").compactMap { CompletionProposal($0) } }
    let chosen = CompletionProposal.choose(proposals, prefix: prefix).prefix(limit)
    return ["items": .array(chosen.map(\.json))]
  }

  private static func inspect(
    _ source: Source, _ kit: SourceKitD
  ) throws(CellEngineError) -> JSON {
    // Unlike completion, this works on open documents only.
    try kit.send(
      "editor.open",
      [
        ("name", .text(file)), ("sourcetext", .text(source.text)),
        ("enablesyntaxmap", .number(0)), ("enablesubstructure", .number(0)),
        ("enablediagnostics", .number(0)), ("syntactic_only", .number(1)),
        ("compilerargs", .texts(source.arguments)),
      ]
    ) { _ in }
    let answer: Result<JSON, CellEngineError>
    do throws(CellEngineError) {
      answer = .success(
        try kit.send(
          "cursorinfo",
          [
            ("name", .text(file)), ("sourcefile", .text(file)),
            ("offset", .number(source.offset)), ("compilerargs", .texts(source.arguments)),
          ], description))
    } catch {
      answer = .failure(error)
    }
    try kit.send("editor.close", [("name", .text(file))]) { _ in }
    return try answer.get()
  }

  private static func description(of symbol: SourceKitValue) -> JSON {
    guard let name = symbol.text("name"), let kind = symbol.name("kind") else { return [:] }
    return [
      "name": .string(name), "kind": .string(SymbolKind.word(for: kind)),
      "declaration": .string(symbol.text("fully_annotated_decl") ?? ""),
      "type": .string(symbol.text("typename") ?? ""),
      "module": .string(symbol.text("modulename") ?? ""),
      "documentation": .string(symbol.text("doc.full_as_xml") ?? ""),
    ]
  }

  // MARK: Frames

  /// Ends the process when its parent has gone, even while sourcekitd does not return.
  private static func endWithStandardInput() {
    WorkerThread.start {
      let peerClosed: Int16 = 0x2000  // POLLRDHUP
      var item = pollfd(fd: 0, events: peerClosed, revents: 0)
      let ends = peerClosed | Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL)
      while poll(&item, 1, -1) >= 0 || errno == EINTR {
        if item.revents & ends != 0 { _exit(0) }
      }
    }
  }

  private static func readFrame() throws(CellEngineError) -> [UInt8]? {
    guard let header = try readBytes(4), let length = ServiceFrame.length(header) else {
      return nil
    }
    return try readBytes(length)
  }

  /// `count` bytes; `nil` where standard input ends before them.
  private static func readBytes(_ count: Int) throws(CellEngineError) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = bytes[done...].withUnsafeMutableBytes { Glibc.read(0, $0.baseAddress, $0.count) }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw CellEngineError(
          .process, String(cString: strerror(errno)), place: "standard input")
      }
      guard got > 0 else { return nil }
      done += got
    }
    return bytes
  }

  private static func write(_ bytes: [UInt8], to output: Int32) throws(CellEngineError) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Glibc.write(output, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw CellEngineError(
          .process, String(cString: strerror(errno)), place: "standard output")
      }
      done += count
    }
  }
}
