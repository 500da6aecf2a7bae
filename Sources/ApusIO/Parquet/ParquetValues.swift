internal import ApusFrame

@_implementationOnly import CFormats
@_implementationOnly import CNumerics

/// Decodes the values of a page, those that are present one after the other, into memory.
struct ParquetValues {
  let target: ParquetTarget
  /// How this file stores the column; in memory it is as the target says.
  let leaf: ParquetLeaf
  let scratch: ParquetScratch
  /// The chunk's dictionary, as values in memory.
  var dictionary: (values: Buffer, count: Int)?

  /// Why bytes are not the values that they should be.
  enum Failure: Error {
    case endsEarly, noDictionary, wrongPlace, badDelta, notUTF8, tooLong, textsApart
    case unknownEncoding(Int)

    var text: String {
      switch self {
      case .endsEarly: "a page ends before its values do"
      case .noDictionary: "a page needs a dictionary that is not there"
      case .wrongPlace: "a page names a value that its dictionary does not have"
      case .badDelta: "a page's differences are damaged"
      case .notUTF8: "a text is not UTF-8"
      case .tooLong: "a value is longer than its type allows"
      case .textsApart: "a page has texts that are not in the dictionary"
      case .unknownEncoding(let number): "encoding \(number) does not suit the column's type"
      }
    }
  }

  /// Decodes `count` values of an encoding to `to`.
  func decode(
    _ encoding: Int, _ bytes: ByteRun, count: Int, to: UnsafeMutableRawPointer
  ) throws(Failure) {
    if target.keepsPlaces, encoding != 2, encoding != 8 {
      target.noteTextsApart()
      throw .textsApart
    }
    switch encoding {
    case 0: try plain(bytes, count, to)
    case 2, 8: try dictionaryValues(bytes, count, to)
    case 3 where leaf.layout == .bool: try runs(bytes, count, to)
    case 5: try deltas(bytes, count, to)
    case 6: try deltaLengths(bytes, count, to)
    case 7: try deltaStrings(bytes, count, to)
    case 9: try streams(bytes, count, to)
    default: throw .unknownEncoding(encoding)
    }
  }

  /// Values as they are.
  func plain(_ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer) throws(Failure) {
    switch leaf.layout {
    case .bool:
      guard count <= bytes.count * 8 else { throw .endsEarly }
      let bits = bytes.start
      let target = to.assumingMemoryBound(to: UInt8.self)
      for row in 0..<count { target[row] = bits[row >> 3] >> UInt8(row & 7) & 1 }
    case .fixed(_, let conversion):
      guard let width = leaf.physical.width(leaf.typeLength) else {
        return try plainDecimals(bytes, count, to)
      }
      guard width > 0, count <= bytes.count / width else { throw .endsEarly }
      conversion.apply(bytes.start, stored: width, count: count, to: to)
    case .text(let isUTF8):
      if leaf.physical == .fixedByteArray {
        let width = leaf.typeLength
        guard width == 0 || count <= bytes.count / width else { throw .endsEarly }
        try views(bytes, count, to, isUTF8: isUTF8) { row in (row * width, width) }
        return
      }
      let start = UnsafeRawPointer(bytes.start)
      let end = bytes.count
      var place = 0
      try views(bytes, count, to, isUTF8: isUTF8) { _ in
        guard end - place >= 4 else { return nil }
        let length = Int(start.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        place += 4
        guard length <= end - place else { return nil }
        defer { place += length }
        return (place, length)
      }
    }
  }

  /// Decimal numbers of various lengths.
  private func plainDecimals(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer
  ) throws(Failure) {
    let start = UnsafeRawPointer(bytes.start)
    var place = 0
    for row in 0..<count {
      guard bytes.count - place >= 4 else { throw .endsEarly }
      let length = Int(start.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      place += 4
      guard length <= bytes.count - place else { throw .endsEarly }
      let value = UnsafeRawBufferPointer(start: start + place, count: length)
      guard let number = ParquetConversion.bigEndian(value) else { throw .tooLong }
      to.storeBytes(of: number, toByteOffset: row * 16, as: Int128.self)
      place += length
    }
  }

  /// Views of parts of `bytes`, which are kept when a view points there.
  @inline(__always)
  private func views(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer, isUTF8: Bool,
    _ next: (Int) -> (start: Int, count: Int)?
  ) throws(Failure) {
    let start = bytes.start
    let target = to.assumingMemoryBound(to: StringView.self)
    var isWide: Int32 = 0
    if isUTF8 { _ = apus_count_byte(start, bytes.count, 0, &isWide) }
    var heap = -1
    for row in 0..<count {
      guard let (place, length) = next(row) else { throw .endsEarly }
      let text = UnsafeBufferPointer(start: start + place, count: length)
      if isWide != 0, apus_is_utf8(start + place, length) == 0 { throw .notUTF8 }
      if length <= 12 {
        target[row] = StringView(short: text)
      } else {
        if heap < 0 { heap = self.target.keep(bytes) }
        target[row] = StringView(text, heap: heap, offset: place)
      }
    }
  }

  private func dictionaryValues(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer
  ) throws(Failure) {
    guard count > 0 else { return }
    guard let dictionary else { throw .noDictionary }
    guard bytes.count > 0 else { throw .endsEarly }
    let bitWidth = Int(bytes.start[0])
    guard bitWidth <= 32 else { throw .wrongPlace }
    let width = target.width
    var places = ParquetHybrid(bytes.start + 1, count: bytes.count - 1, width: bitWidth)
    var done = 0
    while done < count {
      let made = places.block(count - done, to: scratch.numbers)
      guard made > 0 else { throw .endsEarly }
      guard apus_max32(scratch.numbers, made) < dictionary.count else { throw .wrongPlace }
      if target.keepsPlaces {
        (to + done * width).copyMemory(from: scratch.numbers, byteCount: made * width)
      } else {
        apus_gather(
          dictionary.values.base, scratch.numbers, made, Int32(width), to + done * width)
      }
      done += made
    }
  }

  /// Bools as runs, with their length before them.
  private func runs(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer
  ) throws(Failure) {
    guard bytes.count >= 4 else { throw .endsEarly }
    let length = Int(UnsafeRawPointer(bytes.start).loadUnaligned(as: UInt32.self))
    guard length <= bytes.count - 4 else { throw .endsEarly }
    var bits = ParquetHybrid(bytes.start + 4, count: length, width: 1)
    let target = to.assumingMemoryBound(to: UInt8.self)
    var done = 0
    while done < count {
      let made = bits.block(count - done, to: scratch.numbers)
      guard made > 0 else { throw .endsEarly }
      for place in 0..<made { target[done + place] = UInt8(scratch.numbers[place] & 1) }
      done += made
    }
  }

  private func deltas(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer
  ) throws(Failure) {
    guard case .fixed(_, let conversion) = leaf.layout,
      leaf.physical == .int32 || leaf.physical == .int64
    else { throw .unknownEncoding(5) }
    let (numbers, _) = try integers(bytes, from: 0, count)
    if leaf.physical == .int64 {
      conversion.apply(numbers.base, stored: 8, count: count, to: to)
    } else {
      let source = numbers.base.assumingMemoryBound(to: Int.self)
      let narrow = numbers.base.assumingMemoryBound(to: Int32.self)
      // Each number moves to a place before its own.
      for row in 0..<count { narrow[row] = Int32(truncatingIfNeeded: source[row]) }
      conversion.apply(numbers.base, stored: 4, count: count, to: to)
    }
  }

  /// Whole numbers in DELTA_BINARY_PACKED, and where they end.
  private func integers(
    _ bytes: ByteRun, from place: Int, _ count: Int
  ) throws(Failure) -> (Buffer, end: Int) {
    let numbers = Buffer(byteCount: Swift.max(count, 1) * 8)
    guard place <= bytes.count,
      let length = ParquetDelta.decode(
        bytes.start + place, byteCount: bytes.count - place, count: count,
        to: numbers.base.assumingMemoryBound(to: Int.self))
    else { throw .badDelta }
    return (numbers, place + length)
  }

  private func deltaLengths(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer
  ) throws(Failure) {
    guard case .text(let isUTF8) = leaf.layout else { throw .unknownEncoding(6) }
    let (lengths, end) = try integers(bytes, from: 0, count)
    let length = lengths.base.assumingMemoryBound(to: Int.self)
    let texts = bytes.part(end..<bytes.count)
    var place = 0
    try views(texts, count, to, isUTF8: isUTF8) { row in
      guard length[row] >= 0, length[row] <= texts.count - place else { return nil }
      defer { place += length[row] }
      return (place, length[row])
    }
    withExtendedLifetime(lengths) {}
  }

  /// Texts of which each says how many bytes it shares with the one before.
  private func deltaStrings(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer
  ) throws(Failure) {
    let (prefixes, suffixStart) = try integers(bytes, from: 0, count)
    let (suffixes, end) = try integers(bytes, from: suffixStart, count)
    let prefix = prefixes.base.assumingMemoryBound(to: Int.self)
    let suffix = suffixes.base.assumingMemoryBound(to: Int.self)
    // Shared bytes may make much of little: what is asked for has a limit.
    let limit = Swift.min(bytes.count * 4096 + (1 << 20), 1 << 31)
    var total = 0
    var (last, left) = (0, bytes.count - end)
    for row in 0..<count {
      guard prefix[row] >= 0, prefix[row] <= last, suffix[row] >= 0, suffix[row] <= left else {
        throw .badDelta
      }
      left -= suffix[row]
      last = prefix[row] + suffix[row]
      total += last
      guard total <= limit else { throw .tooLong }
    }
    let texts = Buffer(byteCount: total + 64)
    let written = texts.base.assumingMemoryBound(to: UInt8.self)
    var (place, source, before) = (0, bytes.start + end, 0)
    for row in 0..<count {
      (written + place).update(from: written + before, count: prefix[row])
      (written + place + prefix[row]).update(from: source, count: suffix[row])
      before = place
      place += prefix[row] + suffix[row]
      source += suffix[row]
    }
    (written + total).update(repeating: 0, count: 64)
    let run = ByteRun(texts, 0..<total)
    switch leaf.layout {
    case .text(let isUTF8):
      var start = 0
      try views(run, count, to, isUTF8: isUTF8) { row in
        defer { start += prefix[row] + suffix[row] }
        return (start, prefix[row] + suffix[row])
      }
    case .fixed(_, let conversion):
      guard leaf.physical == .fixedByteArray else { throw .unknownEncoding(7) }
      for row in 0..<count where prefix[row] + suffix[row] != leaf.typeLength { throw .badDelta }
      conversion.apply(texts.base, stored: leaf.typeLength, count: count, to: to)
    case .bool: throw .unknownEncoding(7)
    }
    withExtendedLifetime((prefixes, suffixes)) {}
  }

  /// Values whose k-th bytes stand together.
  private func streams(
    _ bytes: ByteRun, _ count: Int, _ to: UnsafeMutableRawPointer
  ) throws(Failure) {
    guard let width = leaf.physical.width(leaf.typeLength), width <= 64 else {
      throw .unknownEncoding(9)
    }
    guard count <= bytes.count / Swift.max(width, 1) else { throw .endsEarly }
    let joined = Buffer(byteCount: count * width + 64)
    apus_join_streams(
      bytes.start, count, Int32(width), joined.base.assumingMemoryBound(to: UInt8.self))
    joined.base.advanced(by: count * width).initializeMemory(
      as: UInt8.self, repeating: 0, count: 64)
    try plain(ByteRun(joined, 0..<(count * width)), count, to)
  }
}
