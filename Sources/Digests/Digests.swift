// The room Digests: SHA-256, HMAC-SHA-256 and comparison in constant time, all from libsodium.
//
//   SHA256       content hashes
//   HMACSHA256   the signature of Jupyter's messages
//   Hex          bytes ↔ lower-case hexadecimal text

internal import CSodium

/// SHA-256 of bytes that arrive in one or more pieces.
package struct SHA256 {
  private var state = crypto_hash_sha256_state()

  /// The hash of nothing so far.
  package init() { crypto_hash_sha256_init(&state) }

  /// Adds `bytes` to what is hashed.
  package mutating func update(_ bytes: [UInt8]) {
    crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
  }

  /// The 32 bytes of the digest.
  package consuming func digest() -> [UInt8] {
    var copy = state
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256_final(&copy, &digest)
    return digest
  }

  /// The digest of `bytes`.
  package static func digest(of bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.digest()
  }

  /// The digest of the UTF-8 of `text`, as hexadecimal text.
  package static func hexDigest(of text: String) -> String {
    Hex.text(of: digest(of: Array(text.utf8)))
  }
}

/// HMAC-SHA-256 (RFC 2104) with a key of any length.
package enum HMACSHA256 {
  /// The 32-byte code of `parts`, taken as one text.
  package static func code(of parts: [[UInt8]], key: [UInt8]) -> [UInt8] {
    var state = crypto_auth_hmacsha256_state()
    crypto_auth_hmacsha256_init(&state, key, key.count)
    for part in parts { crypto_auth_hmacsha256_update(&state, part, UInt64(part.count)) }
    var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
    crypto_auth_hmacsha256_final(&state, &code)
    return code
  }
}

/// Whether `left` and `right` are equal, in a time that tells nothing but their lengths.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.count == right.count && (left.isEmpty || sodium_memcmp(left, right, left.count) == 0)
}

/// Bytes as hexadecimal text.
package enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Two lower-case digits a byte, as ASCII.
  package static func ascii(of bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      result.append(digits[Int(byte >> 4)])
      result.append(digits[Int(byte & 15)])
    }
    return result
  }

  /// Two lower-case digits a byte.
  package static func text(of bytes: [UInt8]) -> String {
    String(decoding: ascii(of: bytes), as: UTF8.self)
  }

  /// The bytes that `text` writes, or `nil` if it is not hexadecimal.
  package static func bytes(of text: String) -> [UInt8]? {
    let values = text.utf8.map { digit -> UInt8? in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
      default: nil
      }
    }
    guard values.count.isMultiple(of: 2) else { return nil }
    var result: [UInt8] = []
    for index in stride(from: 0, to: values.count, by: 2) {
      guard let high = values[index], let low = values[index + 1] else { return nil }
      result.append(high << 4 | low)
    }
    return result
  }
}
