public import OrderedJSON

/// One value in several representations; the frontend shows the richest that it knows.
public struct DisplayBundle: Sendable, Equatable {
  /// One representation.
  public enum Content: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// Text, such as HTML.
    case text(String)
    /// Bytes, such as those of a PNG file; sent as base 64.
    case bytes([UInt8])
    /// JSON, sent as it is.
    case json(JSON)

    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }
  }

  /// The representations, in no order of importance.
  public var representations: [MIMEType: Content]

  /// A bundle of `representations`.
  public init(_ representations: [MIMEType: Content]) { self.representations = representations }

  /// The representation of `type`.
  public subscript(type: MIMEType) -> Content? {
    get { representations[type] }
    set { representations[type] = newValue }
  }

  /// The bundle as Jupyter's `data`: keys in order, bytes in base 64.
  package var json: JSON {
    let members = representations.sorted { $0.key.rawValue < $1.key.rawValue }
    return .object(
      JSONObject(
        members.map { type, content in
          switch content {
          case .text(let text): (type.rawValue, .string(text))
          case .bytes(let bytes): (type.rawValue, .string(Base64.text(of: bytes)))
          case .json(let value): (type.rawValue, value)
          }
        }))
  }
}

extension DisplayBundle: ExpressibleByDictionaryLiteral {
  /// A bundle of the given representations; the last of a type counts.
  public init(dictionaryLiteral elements: (MIMEType, Content)...) {
    representations = Dictionary(elements) { $1 }
  }
}

/// Base 64 (RFC 4648, section 4).
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(of bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < count ? Int(bytes[start + offset]) : 0)
      }
      for place in 0..<4 {
        output.append(
          place <= count ? digits[(group >> (18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
