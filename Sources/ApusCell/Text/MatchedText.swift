/// A text, or a part of one, that a regular expression is matched with.
struct MatchedText {
  /// What the places of matches belong to.
  let base: String
  /// The part of the bytes of `base` that is matched; nil if it begins or ends within a scalar.
  let bounds: Range<Int>?

  init(_ text: String) {
    base = text
    bounds = 0..<text.utf8.count
  }

  init(_ text: Substring) {
    base = text.base
    if let lower = MatchLayout.offset(text.startIndex),
      let upper = MatchLayout.offset(text.endIndex)
    {
      bounds = lower..<upper
    } else {
      bounds = nil
    }
  }

  var slice: Substring {
    bounds.map { base[MatchLayout.range($0)] } ?? base[...]
  }

  /// Gives `body` the bytes; nil if what stands around them could form a character with them.
  func withBytes<Result>(_ body: (inout PlainBytes) -> Result) -> Result? {
    guard let bounds else { return nil }
    return base.utf8.withContiguousStorageIfAvailable { buffer -> Result? in
      guard var bytes = PlainBytes(buffer, bounds) else { return nil }
      return body(&bytes)
    } ?? nil
  }
}

/// The bytes of a text, which are to be plain: ASCII without carriage returns and without control
/// characters but tabs and newlines, so that each of them is a character of its own.
struct PlainBytes {
  let bytes: UnsafePointer<UInt8>
  let bounds: Range<Int>
  /// Up to where the bytes were found plain.
  private var checked: Int

  init?(_ buffer: UnsafeBufferPointer<UInt8>, _ bounds: Range<Int>) {
    guard let bytes = buffer.baseAddress, bounds.upperBound <= buffer.count else { return nil }
    if bounds.lowerBound > 0 {
      let before = bytes[bounds.lowerBound - 1]
      guard before < 128, before != UInt8(ascii: "\r") else { return nil }
    }
    if bounds.upperBound < buffer.count {
      guard bytes[bounds.upperBound] < 128 else { return nil }
    }
    self.bytes = bytes
    self.bounds = bounds
    checked = bounds.lowerBound
  }

  /// Whether the bytes up to `end` are plain.
  mutating func arePlain(upTo end: Int) -> Bool {
    let raw = UnsafeRawPointer(bytes)
    while checked < end {
      if checked + 8 <= end {
        let word = raw.loadUnaligned(fromByteOffset: checked, as: UInt64.self)
        // The top bit of each byte that is not ASCII or is less than a space.
        let odd = (word | (word &- 0x2020_2020_2020_2020)) & 0x8080_8080_8080_8080
        if odd == 0 {
          checked += 8
          continue
        }
      }
      let byte = bytes[checked]
      guard byte >= 0x20 && byte < 0x80 || byte == 0x09 || byte == 0x0A else { return false }
      checked += 1
    }
    return true
  }
}
