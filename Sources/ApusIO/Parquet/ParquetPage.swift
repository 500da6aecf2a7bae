internal import ApusFrame

@_implementationOnly import CFormats

/// A page of data taken apart: which of its rows are present, and the bytes of those.
struct ParquetPage {
  let count: Int
  let presentCount: Int
  /// A bit for each row that is present; nothing when all are.
  let presence: Values<UInt64>?
  let encoding: Int
  let values: ByteRun

  /// Takes a page apart. `decompress` gives the bytes of a part that is compressed.
  init(
    _ header: ParquetPageHeader, _ body: ByteRun, maxDefinition: Int, scratch: ParquetScratch,
    decompress: ((bytes: ByteRun, count: Int)) throws(ParquetFailure) -> ByteRun
  ) throws(ParquetFailure) {
    count = header.valueCount
    encoding = header.encoding
    var definition: ByteRun?
    var levelEncoding = 3
    if header.kind == .dataV2 {
      let (first, second) = (header.repetitionByteCount, header.definitionByteCount)
      guard first >= 0, second >= 0, first <= body.count, second <= body.count - first,
        header.byteCount >= first + second
      else { throw .page(.endsEarly) }
      definition = body.part(first..<(first + second))
      let packed = body.part((first + second)..<body.count)
      let size = header.byteCount - first - second
      values = header.isCompressed && size > 0 ? try decompress((packed, size)) : packed
    } else {
      let whole = try decompress((body, header.byteCount))
      var start = 0
      if maxDefinition > 0 {
        levelEncoding = header.levelEncoding
        let range = try ParquetPage.levelRange(
          whole, from: 0, count: count, maximum: maxDefinition, encoding: levelEncoding)
        definition = whole.part(range)
        start = range.upperBound
      }
      values = whole.part(start..<whole.count)
    }
    guard maxDefinition > 0, count > 0 else {
      presence = nil
      presentCount = count
      return
    }
    guard let definition else { throw .page(.endsEarly) }
    let width = ParquetPage.bitWidth(maxDefinition)
    if levelEncoding == 4 {
      (presence, presentCount) = ParquetPage.packedPresence(
        definition, count: count, width: width, maximum: maxDefinition)
      return
    }
    var levels = ParquetHybrid(definition.start, count: definition.count, width: width)
    if levels.constant(count) == UInt32(maxDefinition) {
      presence = nil
      presentCount = count
      return
    }
    let wordCount = Bitmap.wordCount(count)
    let bits = Buffer(byteCount: wordCount * 8)
    bits.base.initializeMemory(as: UInt64.self, repeating: 0, count: wordCount)
    let words = bits.base.assumingMemoryBound(to: UInt.self)
    var (done, total) = (0, 0)
    while done < count {
      if let level = levels.constant(1) {
        // A run of one level is not written out.
        let run = Swift.min(levels.remainingInRun, count - done)
        if level == maxDefinition {
          apus_set_bits(words, done, run)
          total += run
        }
        levels.skipConstant(run)
        done += run
        continue
      }
      let made = levels.block(count - done, to: scratch.numbers)
      guard made > 0 else { throw .page(.endsEarly) }
      total += apus_mark_equal(scratch.numbers, made, UInt32(maxDefinition), words, done)
      done += made
    }
    presentCount = total
    presence = total == count ? nil : Values(buffer: bits, start: 0, count: wordCount)
  }

  /// How many bits a level takes.
  static func bitWidth(_ maximum: Int) -> Int { Int.bitWidth - maximum.leadingZeroBitCount }

  /// Where the levels of a page of the first version lie.
  static func levelRange(
    _ bytes: ByteRun, from start: Int, count: Int, maximum: Int, encoding: Int
  ) throws(ParquetFailure) -> Range<Int> {
    if encoding == 4 {
      let length = (count * bitWidth(maximum) + 7) / 8
      guard length <= bytes.count - start else { throw .page(.endsEarly) }
      return start..<(start + length)
    }
    guard encoding == 3 else { throw .page(.unknownEncoding(encoding)) }
    guard bytes.count - start >= 4 else { throw .page(.endsEarly) }
    let length = Int(
      UnsafeRawPointer(bytes.start).loadUnaligned(fromByteOffset: start, as: UInt32.self))
    guard length <= bytes.count - start - 4 else { throw .page(.endsEarly) }
    return (start + 4)..<(start + 4 + length)
  }

  /// Levels of the old BIT_PACKED encoding: highest bit first.
  private static func packedPresence(
    _ bytes: ByteRun, count: Int, width: Int, maximum: Int
  ) -> (Values<UInt64>?, Int) {
    let bitmap = Bitmap(count: count) { row in
      var level = 0
      for bit in (row * width)..<((row + 1) * width) {
        level = level << 1 | Int(bytes.start[bit >> 3] >> UInt8(7 - bit & 7) & 1)
      }
      return level == maximum
    }
    let total = bitmap.setCount
    return (total == count ? nil : bitmap.words, total)
  }
}

/// Which of a chunk's wanted rows are present, put together page by page.
struct ParquetLevels {
  private let count: Int
  private var words: Buffer?
  private var done = 0

  /// Room for `count` rows.
  init(count: Int) { self.count = count }

  /// Appends the rows `rows` of a page; nothing means that all are present.
  mutating func append(_ presence: Values<UInt64>?, _ rows: Range<Int>) {
    defer { done += rows.count }
    guard presence != nil || words != nil else { return }
    let buffer = words ?? opened()
    words = buffer
    let target = buffer.base.assumingMemoryBound(to: UInt.self)
    if let presence {
      presence.read {
        apus_copy_bits(
          UnsafeRawPointer($0).assumingMemoryBound(to: UInt.self), rows.lowerBound, target, done,
          rows.count)
      }
    } else {
      apus_set_bits(target, done, rows.count)
    }
  }

  private func opened() -> Buffer {
    let wordCount = Bitmap.wordCount(count)
    let buffer = Buffer(byteCount: wordCount * 8)
    buffer.base.initializeMemory(as: UInt64.self, repeating: 0, count: wordCount)
    apus_set_bits(buffer.base.assumingMemoryBound(to: UInt.self), 0, done)
    return buffer
  }

  /// The bits; nothing when all rows are present.
  var finished: Values<UInt64>? {
    words.map { Values(buffer: $0, start: 0, count: Bitmap.wordCount(count)) }
  }
}
