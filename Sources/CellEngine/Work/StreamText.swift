/// Turns the bytes of the two streams into text: a character whose bytes come in two pieces waits
/// for the rest; bytes that are no UTF-8 become U+FFFD.
struct StreamText: Sendable {
  private var waiting: [UInt8: [UInt8]] = [:]

  mutating func decode(_ bytes: [UInt8], stream: UInt8) -> String {
    let all = (waiting[stream] ?? []) + bytes
    let kept = Self.unfinishedCount(all)
    waiting[stream] = Array(all.suffix(kept))
    return String(decoding: all.dropLast(kept), as: UTF8.self)
  }

  /// How many bytes at the end begin a character that is not whole yet.
  private static func unfinishedCount(_ bytes: [UInt8]) -> Int {
    for back in 1...3 {
      guard bytes.count >= back else { return 0 }
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? back : 0
    }
    return 0
  }
}
