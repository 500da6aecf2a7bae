internal import OrderedJSON
internal import Synchronization

/// The process in which sourcekitd answers: `PROGRAM toolchain-service USR_FOLDER`.
///
/// It starts with the first question, is killed when it does not answer in time, starts again
/// after it died, and ends with this object or with our process.
package final class SourceKitProcess: Sendable {
  private let service: ServiceChild
  private let failure = Mutex<CellEngineError?>(nil)

  /// A process of `program`, which knows the subcommand `toolchain-service`.
  ///
  /// The first answer of a process takes one to three seconds on an idle machine, hence a patience
  /// of its own.
  package init(
    toolchain: Toolchain, program: String = "/proc/self/exe",
    patience: Duration = .seconds(5), firstPatience: Duration = .seconds(30)
  ) {
    service = ServiceChild(
      [program, "toolchain-service", toolchain.root], framing: .lengths,
      patience: ServiceChild.Patience(first: firstPatience, later: patience))
  }

  /// Starts the process and has it read the standard library, so that the user's first question
  /// is answered at once.
  package func warmUp(arguments: [String]) async {
    let service = CompletionService(process: self)
    _ = await service.complete(source: "_ = ", byteOffset: 4, arguments: arguments)
  }

  /// Ends the process for good; a question under way fails.
  package func shutdown() { service.shutdown() }

  /// The number of the process, while there is one.
  package var processID: Int32? { service.processID }

  /// Why the last question was not answered; `nil` if it was.
  package var lastFailure: CellEngineError? { failure.withLock { $0 } }

  /// The service's answer to `request`; `nil` where there is none, with the cause in `lastFailure`.
  func answer(to request: JSON) async -> JSON? {
    do throws(CellEngineError) {
      let answer = try await ask(request)
      failure.withLock { $0 = nil }
      return answer
    } catch {
      failure.withLock { $0 = error }
      return nil
    }
  }

  private func ask(_ request: JSON) async throws(CellEngineError) -> JSON {
    let bytes = try await service.answers(to: [JSONWriter().bytes(of: request)])
    let answer: JSON
    do { answer = try JSONParser.parse(bytes.first ?? []) } catch {
      throw CellEngineError(.process, "answered no JSON: \(error)", place: "toolchain-service")
    }
    if let text = answer["error"]?.string {
      throw CellEngineError(.process, text, place: "toolchain-service")
    }
    return answer
  }
}
