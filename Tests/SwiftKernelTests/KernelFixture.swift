import CellEngine
import Jupyter
import OrderedJSON
import SwiftKernel
import Testing

/// A kernel over loopback sockets with a scripted engine, and a client of it.
struct KernelFixture {
  let server: KernelServer
  let connection: ConnectionFile
  let client: KernelClient

  static func run(
    historyPath: String? = nil, _ body: (KernelFixture) async throws -> Void
  ) async throws {
    let connection = try ConnectionFile.loopback(on: PortReservation())
    let server = try KernelServer.start(
      .init(
        connection: connection, info: KernelInfo(version: "0", swiftVersion: "6"),
        historyPath: historyPath)
    ) { ScriptedEngine() }
    let serving = Task { await server.waitUntilStopped() }
    let client = try KernelClient(connection: connection)
    _ = try await client.waitUntilReady(timeout: .seconds(10))
    let failure: (any Error)?
    do {
      try await body(KernelFixture(server: server, connection: connection, client: client))
      failure = nil
    } catch {
      failure = error
    }
    await client.close()
    server.requestStop()
    await serving.value
    if let failure { throw failure }
  }

  /// Runs `code` and gives what came, in words: `busy`, `input 1`, `stdout X`, `reply ok`, ….
  func words(_ content: ExecuteContent) async -> [String] {
    await Self.words(client.execute(content).events)
  }

  func words(_ code: String) async -> [String] { await words(ExecuteContent(code: code)) }

  static func words(_ events: AsyncStream<KernelClient.ExecutionEvent>) async -> [String] {
    var result: [String] = []
    for await event in events { result.append(word(event)) }
    return result
  }

  static func word(_ event: KernelClient.ExecutionEvent) -> String {
    switch event {
    case .reply(let message):
      return "reply \(message.content["status"]?.string ?? "?")"
    case .input(let message): return "ask \(message.content["prompt"]?.string ?? "?")"
    case .iopub(let message):
      let content = message.content
      let text = content["data"]?["text/plain"]?.string ?? ""
      switch message.type {
      case .status: return content["execution_state"]?.string ?? "?"
      case .stream: return "\(content["name"]?.string ?? "?") \(content["text"]?.string ?? "?")"
      case .executeInput: return "input \(content["execution_count"]?.int ?? -1)"
      case .executeResult: return "result \(content["execution_count"]?.int ?? -1) \(text)"
      case .error: return "error \(content["ename"]?.string ?? "?")"
      default: return "\(message.header.typeName) \(text)".trimmed
      }
    }
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}

extension [String] {
  /// What came on iopub: replies travel on a channel of their own and may overtake.
  var output: [String] { filter { !$0.hasPrefix("reply") } }
  var reply: String? { first { $0.hasPrefix("reply") } }
}
