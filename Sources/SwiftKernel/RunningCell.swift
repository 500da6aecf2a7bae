internal import CellEngine
internal import Jupyter
internal import OrderedJSON

/// What is known of the execution that runs: its request, and what its reply will carry.
struct RunningCell {
  let message: Message
  let channel: Channel
  let content: ExecuteContent
  let id: ExecutionID
  let number: Int
  let sequence: Int
  var wasInterrupted = false
  var payload: [JSON] = []
  /// The files that it opened to read.
  var openedFiles: [String] = []
  /// The result as text, for the history.
  var resultText: String?
  /// User expressions that are still to be evaluated, the first of them running.
  var expressions: [(name: String, code: String)]
  var expressionID: ExecutionID?
  var expressionBundle: (data: JSONObject, metadata: JSONObject)?
  var expressionValues: JSONObject = [:]

  init(_ waiting: ExecutionQueue.Waiting, id: ExecutionID, number: Int) {
    message = waiting.message
    channel = waiting.channel
    content = waiting.content
    sequence = waiting.sequence
    self.id = id
    self.number = number
    expressions = content.userExpressions.map { ($0.key, $0.value.string ?? "") }
  }

  var header: Header { message.header }

  var request: CellRequest {
    CellRequest(
      id: id, number: number, code: content.code, showsResult: !content.isSilent,
      allowsInput: content.allowsInput, sequence: sequence)
  }

  /// Notes how the running expression ended.
  mutating func noteExpression(_ outcome: CellOutcome) {
    guard !expressions.isEmpty else { return }
    let name = expressions.removeFirst().name
    switch outcome {
    case .succeeded:
      expressionValues[name] = [
        "status": "ok", "data": .object(expressionBundle?.data ?? [:]),
        "metadata": .object(expressionBundle?.metadata ?? [:]),
      ]
    case .failed(let failure):
      var entry = failure.content
      entry["status"] = "error"
      expressionValues[name] = .object(entry)
    }
    expressionID = nil
    expressionBundle = nil
  }

  /// The metadata of the `execute_reply`: `apus.opened_files`, so that whoever keeps the outputs
  /// knows which files they depend on.
  var replyMetadata: JSONObject {
    if openedFiles.isEmpty { return [:] }
    return ["apus": ["opened_files": .array(openedFiles.map { .string($0) })]]
  }

  /// The content of the `execute_reply`.
  func reply(_ outcome: CellOutcome) -> JSONObject {
    switch outcome {
    case .succeeded:
      return [
        "status": "ok", "execution_count": .number(number), "payload": .array(payload),
        "user_expressions": .object(expressionValues),
      ]
    case .failed(let failure):
      var content = failure.content
      content["status"] = "error"
      content["execution_count"] = .number(number)
      content["payload"] = .array(payload)
      content["user_expressions"] = .object([:])
      return content
    }
  }
}
