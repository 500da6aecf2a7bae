package import OrderedJSON

/// Something that a cell showed.
package enum Output: Sendable {
  case stream(name: String, text: String)
  case display(MIMEBundle, metadata: JSONObject)
  case result(MIMEBundle, metadata: JSONObject, executionCount: Int?)
  case error(name: String, value: String, traceback: [String])
}

extension Output {
  /// An output of a file, or `nil` if it is none.
  package init?(_ json: JSON) {
    switch json["output_type"]?.string {
    case "stream":
      guard let name = json["name"]?.string, let text = json["text"].flatMap(MultilineText.text)
      else { return nil }
      self = .stream(name: name, text: text)
    case "display_data":
      guard let data = json["data"]?.object else { return nil }
      self = .display(MIMEBundle(data), metadata: json["metadata"]?.object ?? [:])
    case "execute_result":
      guard let data = json["data"]?.object else { return nil }
      self = .result(
        MIMEBundle(data), metadata: json["metadata"]?.object ?? [:],
        executionCount: json["execution_count"]?.int)
    case "error":
      guard let name = json["ename"]?.string, let value = json["evalue"]?.string else { return nil }
      self = .error(
        name: name, value: value,
        traceback: json["traceback"]?.array?.compactMap(\.string) ?? [])
    default: return nil
    }
  }

  /// The form of the file.
  package var json: JSON {
    switch self {
    case .stream(let name, let text):
      ["name": .string(name), "output_type": "stream", "text": MultilineText.lines(of: text)]
    case .display(let data, let metadata):
      ["data": data.json, "metadata": .object(metadata), "output_type": "display_data"]
    case .result(let data, let metadata, let count):
      [
        "data": data.json, "execution_count": count.map { .number($0) } ?? .null,
        "metadata": .object(metadata), "output_type": "execute_result",
      ]
    case .error(let name, let value, let traceback):
      [
        "ename": .string(name), "evalue": .string(value), "output_type": "error",
        "traceback": .array(traceback.map { .string($0) }),
      ]
    }
  }

  /// Whether both show the same, to the last code point.
  package func isIdentical(to other: Output) -> Bool { json.isIdentical(to: other.json) }
}
