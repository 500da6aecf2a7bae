internal import Glibc
package import OrderedJSON

/// The version of the messaging protocol that both ends here speak.
package let protocolVersion = "5.5"

/// A message's header. It keeps every field that came, so that `parent_header` is an exact copy.
package struct Header: Sendable, Equatable {
  /// The fields as they stand on the wire; empty for "no parent".
  package var fields: JSONObject

  package init(fields: JSONObject) { self.fields = fields }

  package init(
    type: MessageType, id: String, session: String, username: String, date: String = Header.now()
  ) {
    fields = [
      "msg_id": .string(id), "session": .string(session), "username": .string(username),
      "date": .string(date), "msg_type": .string(type.rawValue),
      "version": .string(protocolVersion),
    ]
  }

  /// The header of a message without a cause.
  package static let none = Header(fields: [:])

  package var id: String { fields["msg_id"]?.string ?? "" }
  package var session: String { fields["session"]?.string ?? "" }
  package var typeName: String { fields["msg_type"]?.string ?? "" }
  /// The type, or `nil` for one that is not known here.
  package var type: MessageType? { MessageType(rawValue: typeName) }

  /// The present time in ISO 8601, UTC, with microseconds.
  package static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let day =
      "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    let hour =
      "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    return "\(day)T\(hour).\(padded(time.tv_nsec / 1000, 6))Z"
  }
}

/// A random name of 32 hexadecimal digits, for sessions, kernels and keys.
package func randomName() -> String {
  var generator = SystemRandomNumberGenerator()
  return (0..<2).map { _ in
    let digits = String(generator.next(), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }.joined()
}
