package import OrderedJSON

/// The content of an `execute_request`; absent fields take the protocol's defaults.
package struct ExecuteContent: Sendable, Equatable {
  package var code: String
  package var isSilent: Bool
  package var storesHistory: Bool
  /// Name → expression, evaluated after the code has succeeded.
  package var userExpressions: JSONObject
  package var allowsInput: Bool
  package var stopsOnError: Bool

  package init(
    code: String, isSilent: Bool = false, storesHistory: Bool = true,
    userExpressions: JSONObject = [:], allowsInput: Bool = false, stopsOnError: Bool = true
  ) {
    self.code = code
    self.isSilent = isSilent
    self.storesHistory = storesHistory && !isSilent
    self.userExpressions = userExpressions
    self.allowsInput = allowsInput
    self.stopsOnError = stopsOnError
  }

  /// Reads a message's content; `nil` if it has no code.
  package init?(_ content: JSONObject) {
    guard let code = content["code"]?.string else { return nil }
    self.init(
      code: code,
      isSilent: content["silent"]?.bool ?? false,
      storesHistory: content["store_history"]?.bool ?? true,
      userExpressions: content["user_expressions"]?.object ?? [:],
      allowsInput: content["allow_stdin"]?.bool ?? true,
      stopsOnError: content["stop_on_error"]?.bool ?? true)
  }

  package var json: JSONObject {
    [
      "code": .string(code), "silent": .bool(isSilent), "store_history": .bool(storesHistory),
      "user_expressions": .object(userExpressions), "allow_stdin": .bool(allowsInput),
      "stop_on_error": .bool(stopsOnError),
    ]
  }
}
