internal import Digests

/// Signs and checks messages with the key of the connection file. An empty key signs nothing.
package struct MessageSigner: Sendable {
  private let key: [UInt8]

  package init(key: String) { self.key = Array(key.utf8) }

  package var isActive: Bool { !key.isEmpty }

  /// The signature frame for the four dictionaries: hexadecimal, or empty without a key.
  package func signature(of parts: [[UInt8]]) -> [UInt8] {
    isActive ? Hex.ascii(of: HMACSHA256.code(of: parts, key: key)) : []
  }

  package func accepts(_ signature: [UInt8], of parts: [[UInt8]]) -> Bool {
    !isActive || constantTimeEqual(signature, self.signature(of: parts))
  }
}

/// Remembers the signatures that were seen lately, so that no message is obeyed twice.
package struct SignatureHistory: Sendable {
  private let capacity: Int
  private var known: Set<[UInt8]> = []
  private var order: [[UInt8]] = []
  private var oldest = 0

  package init(capacity: Int = 65_536) { self.capacity = capacity }

  /// Notes `signature`; `false` says that it was there already.
  package mutating func note(_ signature: [UInt8]) -> Bool {
    guard known.insert(signature).inserted else { return false }
    if order.count < capacity {
      order.append(signature)
    } else {
      known.remove(order[oldest])
      order[oldest] = signature
      oldest = (oldest + 1) % capacity
    }
    return true
  }
}
