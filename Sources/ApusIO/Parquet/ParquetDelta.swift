internal import ApusFrame

@_implementationOnly import CFormats

/// Reads whole numbers that are stored as packed differences (Encodings.md, DELTA_BINARY_PACKED).
struct ParquetDelta {
  /// Writes `count` numbers to `target`, which has room for them; how many bytes they took, or
  /// nothing when the bytes are not such numbers.
  static func decode(
    _ bytes: UnsafePointer<UInt8>, byteCount: Int, count: Int, to target: UnsafeMutablePointer<Int>
  ) -> Int? {
    var reader = VarintReader(bytes, byteCount)
    guard let blockSize = reader.next().flatMap({ Int(exactly: $0) }),
      let miniblockCount = reader.next().flatMap({ Int(exactly: $0) }),
      let total = reader.next().flatMap({ Int(exactly: $0) }), total == count,
      let first = reader.nextSigned(), blockSize > 0, blockSize <= 1 << 24, miniblockCount > 0,
      miniblockCount <= 1 << 16, blockSize % miniblockCount == 0
    else { return nil }
    let miniblockSize = blockSize / miniblockCount
    guard miniblockSize % 8 == 0 else { return nil }
    guard total > 0 else { return reader.place }
    target[0] = first
    var made = 1
    while made < total {
      guard let least = reader.nextSigned(), byteCount - reader.place >= miniblockCount else {
        return nil
      }
      let widths = reader.place
      reader.place += miniblockCount
      for miniblock in 0..<miniblockCount where made < total {
        let width = Int(bytes[widths + miniblock])
        let wanted = Swift.min(miniblockSize, total - made)
        guard width <= 64, byteCount - reader.place >= (wanted * width + 7) / 8 else { return nil }
        (target + made).withMemoryRebound(to: UInt.self, capacity: wanted) {
          apus_unpack64(bytes + reader.place, Int32(width), wanted, $0)
        }
        var last = target[made - 1]
        for place in made..<(made + wanted) {
          last = last &+ least &+ target[place]
          target[place] = last
        }
        made += wanted
        // The last miniblock is stored whole, but for writers that leave its rest out.
        reader.place = Swift.min(reader.place + miniblockSize * width / 8, byteCount)
      }
    }
    return reader.place
  }
}

/// Reads numbers of variable length.
struct VarintReader {
  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  var place = 0

  init(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    self.bytes = bytes
    end = count
  }

  mutating func next() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while place < end, shift < 64 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
      shift += 7
    }
    return nil
  }

  mutating func nextSigned() -> Int? {
    next().map { Int(bitPattern: UInt($0 >> 1)) ^ -Int($0 & 1) }
  }
}
