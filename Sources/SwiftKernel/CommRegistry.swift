package import Jupyter
package import OrderedJSON

/// Answers frontends that open comms.
///
/// The engine offers no comm targets, so no comm ever stays open: an opened one is closed at once,
/// as the protocol asks for unknown targets, and messages to closed comms are let pass.
package struct CommRegistry: Sendable {
  package init() {}

  /// What is published in answer to `message`, if anything.
  package func answer(to message: Message) -> (type: MessageType, content: JSONObject)? {
    guard message.type == .commOpen, let id = message.content["comm_id"]?.string else { return nil }
    return (.commClose, ["comm_id": .string(id), "data": .object([:])])
  }

  /// The open comms.
  package var comms: JSONObject { [:] }
}
