/// The values that mean null, ready for quick comparison.
struct CSVNulls {
  private let tokens: [[UInt8]]
  /// A bit for each length below 64 that a token has.
  private let lengths: UInt64
  /// Whether a token starts with a byte.
  private let firsts: [Bool]
  /// Whether no token could be read as a value of some type: then values are parsed first.
  let areNoValues: Bool

  init(_ texts: Set<String>) {
    tokens = texts.map { Array($0.utf8) }
    lengths = tokens.reduce(0) { $1.count < 64 ? $0 | 1 << UInt64($1.count) : $0 }
    firsts = (0..<256).map { byte in texts.contains { $0.utf8.first == UInt8(byte) } }
    areNoValues = tokens.allSatisfy { token in
      token.withUnsafeBufferPointer { bytes in
        CSVNumbers.kind(of: bytes) == nil && CSVNumbers.bool(bytes) == nil
          && CSVNumbers.isNoDay(bytes)
      }
    }
  }

  /// Whether a value means null.
  @inline(__always)
  func contain(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    if value.count < 64 {
      guard lengths >> UInt64(value.count) & 1 == 1 else { return false }
      guard value.count == 0 || firsts[Int(value[0])] else { return false }
    }
    return tokens.contains { $0.elementsEqual(value) }
  }
}
