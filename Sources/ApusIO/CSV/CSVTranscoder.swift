internal import ApusFrame

/// Turns the bytes of other encodings into UTF-8.
enum CSVTranscoder {
  /// The file in UTF-8: itself where it is that already.
  static func utf8(
    _ file: FileBytes, _ encoding: CSVOptions.Encoding, name: String
  ) throws(FrameError) -> FileBytes {
    let bytes = UnsafeBufferPointer(start: file.start, count: file.count)
    defer { withExtendedLifetime(file) {} }
    if bytes.starts(with: [0xff, 0xfe]) { return try utf16(bytes, isBig: false, name) }
    if bytes.starts(with: [0xfe, 0xff]) { return try utf16(bytes, isBig: true, name) }
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return file }
    switch encoding {
    case .utf8: return file
    case .lossyUTF8:
      if (try? UTF8Span(validating: bytes.span)) != nil { return file }
      return FileBytes(Array(String(decoding: bytes, as: UTF8.self).utf8))
    case .latin1: return singleBytes(bytes) { UInt32($0) }
    case .windows1252:
      return singleBytes(bytes) { byte in
        byte >= 0x80 && byte < 0xa0 ? windows1252[Int(byte) - 0x80] : UInt32(byte)
      }
    }
  }

  /// The characters of 0x80–0x9f (WHATWG Encoding Standard, index windows-1252).
  private static let windows1252: [UInt32] = [
    0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
  ]

  /// Text of one byte a character.
  private static func singleBytes(
    _ bytes: UnsafeBufferPointer<UInt8>, _ scalar: (UInt8) -> UInt32
  ) -> FileBytes {
    let forms = (0..<256).map { byte -> [UInt8] in
      let value = scalar(UInt8(byte))
      if value < 0x80 { return [UInt8(value)] }
      if value < 0x800 { return [0xc0 | UInt8(value >> 6), 0x80 | UInt8(value & 63)] }
      return [
        0xe0 | UInt8(value >> 12), 0x80 | UInt8(value >> 6 & 63), 0x80 | UInt8(value & 63),
      ]
    }
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let file = FileBytes(room: zip(counts, forms).reduce(0) { $0 + $1.0 * $1.1.count })
    let target = file.buffer.base.assumingMemoryBound(to: UInt8.self)
    var place = 0
    for byte in bytes {
      if byte < 0x80 {
        target[place] = byte
        place += 1
      } else {
        for part in forms[Int(byte)] {
          target[place] = part
          place += 1
        }
      }
    }
    return file
  }

  private static func utf16(
    _ bytes: UnsafeBufferPointer<UInt8>, isBig: Bool, _ name: String
  ) throws(FrameError) -> FileBytes {
    func fail(_ place: Int, _ what: String) -> FrameError {
      FrameError(
        code: .malformedFile, what: what, place: "\(name), byte \(place)",
        mend: "the file is damaged; get it anew")
    }
    guard bytes.count % 2 == 0 else { throw fail(bytes.count, "half of a character of UTF-16") }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var place = 2
    func unit(_ place: Int) -> UInt32 {
      isBig
        ? UInt32(bytes[place]) << 8 | UInt32(bytes[place + 1])
        : UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place])
    }
    while place < bytes.count {
      var value = unit(place)
      if value & 0xfc00 == 0xd800, place + 2 < bytes.count, unit(place + 2) & 0xfc00 == 0xdc00 {
        value = 0x10000 + ((value & 0x3ff) << 10 | (unit(place + 2) & 0x3ff))
        place += 2
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw fail(place, "half of a surrogate pair")
      }
      if let form = UTF8.encode(scalar) { result.append(contentsOf: form) }
      place += 2
    }
    return FileBytes(result)
  }
}
