internal import ApusFrame

/// Writes the pages of a leaf in a row group.
struct ParquetEncoder {
  private let leaf: ParquetLeafValues
  private let options: ParquetOptions
  private let plain: ParquetPlain
  private let place: String

  /// The bytes of a chunk and what the file's metadata says of it; places are counted from its
  /// start.
  struct Chunk {
    /// Emptied when they are written; the number stays.
    var bytes: [UInt8] = []
    var byteCount = 0
    var path: [String] = []
    var physical = ParquetPhysical.boolean
    var codec = 0
    var encodings: Set<Int> = []
    var valueCount = 0
    var plainByteCount = 0
    var dataOffset = 0
    var dictionaryOffset: Int?
    var nullCount = 0
    var bounds: (least: [UInt8], greatest: [UInt8])?
    var pages: [Page] = []
  }

  /// What the page index says of a page.
  struct Page {
    var offset: Int
    var byteCount: Int
    var firstRow: Int
    var nullCount: Int
    var isNull: Bool
    var bounds: (least: [UInt8], greatest: [UInt8])?
  }

  /// How values are encoded.
  private enum Encoding {
    case plain
    case dictionary(codes: [UInt], width: Int)
    case differences(bits: Int)

    var number: Int {
      switch self {
      case .plain: 0
      case .dictionary: 8
      case .differences: 5
      }
    }
  }

  init(_ leaf: ParquetLeafValues, options: ParquetOptions, place: String) {
    self.leaf = leaf
    self.options = options
    plain = ParquetPlain(type: leaf.type)
    self.place = place
  }

  /// The chunk.
  func chunk() throws(FrameError) -> Chunk {
    var chunk = Chunk(path: leaf.path, physical: plain.physical, codec: options.codec?.number ?? 0)
    chunk.valueCount = leaf.slotCount
    chunk.nullCount = leaf.slotCount - leaf.dense.count
    chunk.encodings = [0, 3]
    var encoding = Encoding.plain
    if options.usesDictionaries, let dictionary = ParquetDictionary(leaf.dense) {
      let values = leaf.dense.gathered(Values(dictionary.rows))
      try writeDictionary(plain.bytes(values, 0..<values.count), values.count, to: &chunk)
      let most = UInt(Swift.max(values.count - 1, 0))
      encoding = .dictionary(
        codes: dictionary.codes, width: Swift.max(UInt.bitWidth - most.leadingZeroBitCount, 1))
    } else if let bits = differenceBits() {
      encoding = .differences(bits: bits)
    }
    chunk.encodings.insert(encoding.number)
    chunk.dataOffset = chunk.bytes.count
    var (slot, value, row) = (0, 0, 0)
    repeat {
      let next = pageEnd(from: slot)
      let slots = slot..<next.slot
      let present = presentCount(slots)
      try writePage(
        encoding, slots, value..<(value + present), firstRow: row, rowCount: next.rows, to: &chunk)
      slot = next.slot
      value += present
      row += next.rows
    } while slot < leaf.slotCount
    if options.hasStatistics, hasOrder {
      chunk.bounds = plain.bounds(leaf.dense, 0..<leaf.dense.count)
    }
    return chunk
  }

  /// Whether the format says how values of the type are ordered.
  private var hasOrder: Bool { leaf.type != .uuid }

  /// Whether differences take clearly fewer bytes, as the first values have it.
  private func differenceBits() -> Int? {
    guard plain.physical == .int32 || plain.physical == .int64, leaf.dense.count > 64 else {
      return nil
    }
    let bits = plain.physical == .int32 ? 32 : 64
    let sample = 0..<Swift.min(leaf.dense.count, 4096)
    let size = ParquetDifferences.encoded(plain.integers(leaf.dense, sample), bits: bits).count
    return size * 8 < sample.count * bits * 2 / 3 ? bits : nil
  }

  /// Where a page that begins at `start` ends: with a whole row, and about so many bytes.
  private func pageEnd(from start: Int) -> (slot: Int, rows: Int) {
    let width = plain.width ?? 24
    let most = Swift.max(Swift.min(options.pageByteCount / Swift.max(width, 1), 1 << 17), 64)
    var end = Swift.min(start + most, leaf.slotCount)
    guard let repetitions = leaf.repetitions else { return (end, end - start) }
    while end < leaf.slotCount, repetitions[end] != 0 { end += 1 }
    return (end, repetitions[start..<end].count { $0 == 0 })
  }

  private func presentCount(_ slots: Range<Int>) -> Int {
    guard let definitions = leaf.definitions else { return slots.count }
    return definitions[slots].count { $0 == leaf.maxDefinition }
  }

  private func levels(_ levels: [UInt8]?, _ slots: Range<Int>, _ maximum: UInt8) -> [UInt8] {
    guard let levels else { return ParquetRuns.constant(maximum, count: slots.count) }
    return ParquetRuns.encoded(
      levels[slots].map { UInt($0) }, width: ParquetPage.bitWidth(Int(maximum)))
  }

  private func values(_ encoding: Encoding, _ rows: Range<Int>) -> [UInt8] {
    switch encoding {
    case .plain: plain.bytes(leaf.dense, rows)
    case .dictionary(let codes, let width):
      [UInt8(width)] + ParquetRuns.encoded(Array(codes[rows]), width: width)
    case .differences(let bits):
      ParquetDifferences.encoded(plain.integers(leaf.dense, rows), bits: bits)
    }
  }

  private func writePage(
    _ encoding: Encoding, _ slots: Range<Int>, _ rows: Range<Int>, firstRow: Int, rowCount: Int,
    to chunk: inout Chunk
  ) throws(FrameError) {
    let repetition =
      leaf.maxRepetition > 0 ? levels(leaf.repetitions, slots, leaf.maxRepetition) : []
    let definition = levels(leaf.definitions, slots, leaf.maxDefinition)
    let values = values(encoding, rows)
    var head = ThriftWriter()
    let body: [UInt8]
    switch options.pageVersion {
    case .v1:
      let whole =
        (leaf.maxRepetition > 0 ? counted(repetition) : []) + counted(definition) + values
      body = try compressed(whole)
      head.structure { writer in
        writer.field(1, int32: 0)
        writer.field(2, int32: whole.count)
        writer.field(3, int32: body.count)
        writer.field(5) { writer in
          writer.field(1, int32: slots.count)
          writer.field(2, int32: encoding.number)
          writer.field(3, int32: 3)
          writer.field(4, int32: 3)
        }
      }
      chunk.plainByteCount += whole.count + head.bytes.count
    case .v2:
      let packed = try compressed(values)
      body = repetition + definition + packed
      let size = repetition.count + definition.count + values.count
      head.structure { writer in
        writer.field(1, int32: 3)
        writer.field(2, int32: size)
        writer.field(3, int32: body.count)
        writer.field(8) { writer in
          writer.field(1, int32: slots.count)
          writer.field(2, int32: slots.count - rows.count)
          writer.field(3, int32: rowCount)
          writer.field(4, int32: encoding.number)
          writer.field(5, int32: definition.count)
          writer.field(6, int32: repetition.count)
          writer.field(7, bool: options.codec != nil)
        }
      }
      chunk.plainByteCount += size + head.bytes.count
    }
    var page = Page(
      offset: chunk.bytes.count, byteCount: head.bytes.count + body.count, firstRow: firstRow,
      nullCount: slots.count - rows.count, isNull: rows.isEmpty)
    if options.hasStatistics, hasOrder { page.bounds = plain.bounds(leaf.dense, rows) }
    chunk.pages.append(page)
    chunk.bytes += head.bytes
    chunk.bytes += body
  }

  private func writeDictionary(
    _ values: [UInt8], _ count: Int, to chunk: inout Chunk
  ) throws(FrameError) {
    let body = try compressed(values)
    var head = ThriftWriter()
    head.structure { writer in
      writer.field(1, int32: 2)
      writer.field(2, int32: values.count)
      writer.field(3, int32: body.count)
      writer.field(7) { writer in
        writer.field(1, int32: count)
        writer.field(2, int32: 0)
      }
    }
    chunk.dictionaryOffset = chunk.bytes.count
    chunk.plainByteCount += head.bytes.count + values.count
    chunk.bytes += head.bytes
    chunk.bytes += body
  }

  private func counted(_ bytes: [UInt8]) -> [UInt8] {
    ArrowWriter.littleEndian(UInt32(bytes.count)) + bytes
  }

  private func compressed(_ bytes: [UInt8]) throws(FrameError) -> [UInt8] {
    guard let (codec, _, level) = options.codec else { return bytes }
    return try bytes.withUnsafeBufferPointer { source throws(FrameError) in
      try codec.compressed(source, level: level, place: place)
    }
  }
}
