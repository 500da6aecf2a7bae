/// A frame of the link between the engine and its worker: payload length (UInt32, little endian),
/// kind (UInt8), payload.
package struct LinkFrame: Sendable, Equatable {
  /// Longer payloads are refused: no message of ours is so long.
  package static let maximumPayload = 1 << 30

  package var kind: UInt8
  package var payload: [UInt8]

  package init(kind: UInt8, payload: [UInt8]) {
    self.kind = kind
    self.payload = payload
  }

  /// The frame as it stands on the link.
  package var bytes: [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(payload.count + 5)
    withUnsafeBytes(of: UInt32(payload.count).littleEndian) { output.append(contentsOf: $0) }
    output.append(kind)
    output.append(contentsOf: payload)
    return output
  }
}

/// A frame that is no message: the other end is of another version, or broken.
package struct LinkError: Error, Sendable, Equatable {
  package var what: String
}

/// Cuts a stream of bytes into frames.
package struct LinkFrameReader: Sendable {
  private var buffer: [UInt8] = []
  private var start = 0

  package init() {}

  /// Takes in bytes that arrived.
  package mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 1 << 16 {
      buffer.removeSubrange(..<start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole frame, if it has arrived.
  package mutating func next() throws(LinkError) -> LinkFrame? {
    guard buffer.count - start >= 5 else { return nil }
    var length = 0
    for index in (0..<4).reversed() { length = length << 8 | Int(buffer[start + index]) }
    guard length <= LinkFrame.maximumPayload else {
      throw LinkError(what: "a frame of \(length) bytes")
    }
    guard buffer.count - start >= 5 + length else { return nil }
    let body = start + 5
    defer { start = body + length }
    return LinkFrame(kind: buffer[start + 4], payload: Array(buffer[body..<(body + length)]))
  }
}

/// Writes the fields of a payload: integers little endian, text with its length before it.
struct LinkPayloadWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

  mutating func put(_ text: String) { put(Array(text.utf8)) }

  mutating func put(_ block: [UInt8]) {
    put(UInt32(block.count))
    bytes.append(contentsOf: block)
  }

  /// A flag and, where it is set, the text.
  mutating func put(_ text: String?) {
    put(text != nil)
    if let text { put(text) }
  }
}

/// Reads the fields of a payload in the order in which they were written.
struct LinkPayloadReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(LinkError) -> Value {
    let width = MemoryLayout<Value>.size
    guard position + width <= bytes.count else { throw LinkError(what: "a payload cut short") }
    var value: UInt64 = 0
    for index in (0..<width).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
    position += width
    return Value(truncatingIfNeeded: value)
  }

  mutating func flag() throws(LinkError) -> Bool { try integer(UInt8.self) != 0 }

  mutating func block() throws(LinkError) -> [UInt8] {
    let count = Int(try integer(UInt32.self))
    guard position + count <= bytes.count else { throw LinkError(what: "a payload cut short") }
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }

  mutating func text() throws(LinkError) -> String { String(decoding: try block(), as: UTF8.self) }

  mutating func optionalText() throws(LinkError) -> String? { try flag() ? try text() : nil }

  /// Nothing may be left.
  func end() throws(LinkError) {
    guard position == bytes.count else { throw LinkError(what: "a payload too long") }
  }
}
