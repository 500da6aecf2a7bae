import CellEngine
import Dispatch
import OrderedJSON
import Synchronization

/// An engine whose cells are little scripts, one step a line:
/// `print X`, `warn X`, `result X`, `display X`, `update X`, `clear`, `page X`, `late X`, `ask X`,
/// `wait`, `fail X`; `release` prints what an earlier cell's `late X` held back, as that cell's.
final class ScriptedEngine: CellExecuting {
  private struct State {
    var handler: (@Sendable (CellEvent) -> Void)?
    var resume: ((String?) -> Void)?
    var isInterrupted = false
    var isShutDown = false
  }
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "engine")
  private let wake = DispatchSemaphore(value: 0)
  private let answers = Mutex<[String?]>([])
  private let late = Mutex<[(owner: ExecutionID, text: String)]>([])

  func setEventHandler(_ handler: @escaping @Sendable (CellEvent) -> Void) {
    state.withLock { $0.handler = handler }
  }

  func foresee(_ upcoming: [UpcomingCell]) {}

  func execute(_ request: CellRequest, upcoming: [UpcomingCell]) {
    state.withLock { $0.isInterrupted = false }
    queue.async { self.run(request) }
  }

  func interrupt() {
    state.withLock { $0.isInterrupted = true }
    wake.signal()
  }

  func answerInput(_ execution: ExecutionID, _ text: String?) {
    answers.withLock { $0.append(text) }
    wake.signal()
  }

  func completeness(of code: String) -> Completeness {
    code.hasSuffix("{") ? .incomplete(indent: "  ") : .complete
  }

  func complete(_ code: String, at position: Int) async -> Completion {
    Completion(
      items: [.init(text: "print", kind: "function", signature: "print(_:)")], start: 0,
      end: position)
  }

  func inspect(_ code: String, at position: Int, detail: Int) async -> JSONObject? {
    code.hasPrefix("print") ? ["text/plain": .string("print, detail \(detail)")] : nil
  }

  func shutdown() async {
    state.withLock { $0.isShutDown = true }
    wake.signal()
  }

  private func tell(_ event: CellEvent) { state.withLock { $0.handler }?(event) }

  private func run(_ request: CellRequest) {
    let id = request.id
    if request.kind == .expression {
      if request.code == "bad" {
        tell(.finished(id, .failed(CellFailure(name: "Bad", value: "bad", traceback: []))))
      } else {
        tell(.result(id, bundle: ["text/plain": .string(request.code)], metadata: [:]))
        tell(.finished(id, .succeeded))
      }
      return
    }
    for line in request.code.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      let text = words.count > 1 ? String(words[1]) : ""
      if let outcome = step(String(words[0]), text, id) {
        tell(.finished(id, outcome))
        return
      }
    }
    tell(.finished(id, .succeeded))
  }

  /// Does one step; an outcome ends the cell.
  private func step(_ verb: String, _ text: String, _ id: ExecutionID) -> CellOutcome? {
    let bundle: JSONObject = ["text/plain": .string(text)]
    switch verb {
    case "print": tell(.output(id, .stdout, text + "\n"))
    case "warn": tell(.output(id, .stderr, text + "\n"))
    case "result": tell(.result(id, bundle: bundle, metadata: [:]))
    case "display": tell(.display(id, DisplayContent(bundle: bundle, displayID: "d")))
    case "update":
      tell(.display(id, DisplayContent(bundle: bundle, displayID: "d", isUpdate: true)))
    case "clear": tell(.clearOutput(id, waits: true))
    case "page": tell(.page(id, bundle: bundle))
    case "many": for number in 0..<(Int(text) ?? 0) { tell(.output(id, .stdout, "\(number)\n")) }
    case "late": late.withLock { $0.append((id, text)) }
    case "release":
      for (owner, text) in late.withLock({ $0 }) { tell(.output(owner, .stdout, text)) }
    case "fail":
      return .failed(CellFailure(name: text, value: "value", traceback: ["line"]))
    case "ask":
      tell(.inputRequest(id, prompt: text, isHidden: false))
      wake.wait()
      if isInterrupted { return interrupted }
      let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      tell(.output(id, .stdout, answer ?? "nothing"))
    case "wait":
      tell(.output(id, .stdout, "waiting"))
      wake.wait()
      if isInterrupted { return interrupted }
    default: break
    }
    return nil
  }

  private var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  private var interrupted: CellOutcome {
    .failed(CellFailure(name: "Interrupted", value: "", traceback: []))
  }
}
