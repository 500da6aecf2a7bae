internal import OrderedJSON

/// Cuts frames into messages and joins messages to frames:
/// identities…, `<IDS|MSG>`, signature, header, parent header, metadata, content, buffers….
package struct MessageFraming: Sendable {
  private static let delimiter = Array("<IDS|MSG>".utf8)
  private let signer: MessageSigner
  private var history: SignatureHistory?

  /// - Parameter refusesReplays: whether a message that comes twice is an error the second time.
  package init(signer: MessageSigner, refusesReplays: Bool = false) {
    self.signer = signer
    history = refusesReplays && signer.isActive ? SignatureHistory() : nil
  }

  package func frames(of message: Message) -> [[UInt8]] {
    let writer = JSONWriter()
    let parts = [message.header.fields, message.parent.fields, message.metadata, message.content]
      .map { writer.bytes(of: .object($0)) }
    return message.identities + [Self.delimiter, signer.signature(of: parts)] + parts
      + message.buffers
  }

  /// The message that `frames` carry; throws if they are cut short, unsigned, or not JSON objects.
  package mutating func message(from frames: [[UInt8]]) throws(JupyterError) -> Message {
    guard let split = frames.firstIndex(of: Self.delimiter) else {
      throw JupyterError(.malformedMessage, "no <IDS|MSG> delimiter", at: "\(frames.count) frames")
    }
    guard frames.count - split >= 6 else {
      throw JupyterError(
        .malformedMessage, "\(frames.count - split) frames from the delimiter on, 6 are needed",
        at: "\(frames.count) frames")
    }
    let signature = frames[split + 1]
    let parts = Array(frames[split + 2..<split + 6])
    guard signer.accepts(signature, of: parts) else {
      throw JupyterError(
        .badSignature, "the signature does not fit the message", at: "signature frame",
        mend: "use the key of the connection file")
    }
    if history?.note(signature) == false {
      throw JupyterError(.replayedMessage, "a message came twice", at: "signature frame")
    }
    let header = try Self.object(parts[0], "header")
    guard header["msg_id"]?.string != nil, header["msg_type"]?.string != nil else {
      throw JupyterError(.malformedMessage, "no msg_id or no msg_type", at: "header")
    }
    return Message(
      header: Header(fields: header),
      parent: Header(fields: try Self.object(parts[1], "parent_header")),
      content: try Self.object(parts[3], "content"),
      metadata: try Self.object(parts[2], "metadata"),
      buffers: Array(frames[(split + 6)...]),
      identities: Array(frames[..<split]))
  }

  /// The object in `bytes`; `null` counts as empty, as some kernels send it for "no parent".
  private static func object(
    _ bytes: [UInt8], _ name: String
  ) throws(JupyterError) -> JSONObject {
    let value: JSON
    do {
      value = try JSONParser.parse(bytes)
    } catch {
      throw JupyterError(.malformedMessage, error.description, at: name)
    }
    if value.isNull { return [:] }
    guard let object = value.object else {
      throw JupyterError(.malformedMessage, "not a JSON object", at: name)
    }
    return object
  }
}
