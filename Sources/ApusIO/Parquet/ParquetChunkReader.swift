internal import ApusFrame
internal import CFormats

/// Reads the values of one column in one row group: its pages, one after the other.
///
///     page: header | levels, which tell where nulls are | values that are present
///
/// A page of which no row is wanted is passed over without being decompressed.
struct ParquetChunkReader {
  let file: InputFile
  let chunk: ParquetChunk
  let target: ParquetTarget
  /// How many rows the row group has.
  let rowCount: Int
  /// Which of them are wanted, in order.
  let wanted: [Range<Int>]
  /// The place in the target of the first row that is wanted.
  let firstRow: Int
  /// Where errors are: file, row group and column.
  let place: String

  private var values: ParquetValues
  private let scratch = ParquetScratch()
  private var levels: ParquetLevels
  /// How many rows have been passed, and how many of them were wanted.
  private var passed = 0
  private var kept = 0

  init(
    _ chunk: ParquetChunk, of file: InputFile, to target: ParquetTarget, rowCount: Int,
    wanted: [Range<Int>], firstRow: Int, place: String
  ) {
    self.file = file
    self.chunk = chunk
    self.target = target
    self.rowCount = rowCount
    self.wanted = wanted
    self.firstRow = firstRow
    self.place = place
    values = ParquetValues(target: target, scratch: scratch)
    levels = ParquetLevels(count: wanted.reduce(0) { $0 + $1.count })
  }

  /// Reads the chunk; which of its wanted rows are present, a bit each, or nothing when all are.
  mutating func read() throws(FrameError) -> Values<UInt64>? {
    guard !wanted.isEmpty else { return nil }
    guard chunk.valueCount == rowCount else {
      throw damaged("\(chunk.valueCount) values for \(rowCount) rows")
    }
    let bytes = try file.bytes(try byteRange())
    var start = 0
    let last = wanted[wanted.count - 1].upperBound
    while passed < last {
      guard start < bytes.count else { throw damaged("its pages end after \(passed) rows") }
      var reader = ThriftReader(bytes.start, from: start, count: bytes.count, context: place)
      let header = try reader.pageHeader()
      start = reader.place
      guard header.compressedByteCount >= 0, header.compressedByteCount <= bytes.count - start,
        header.byteCount >= 0, header.byteCount < 1 << 31, header.valueCount >= 0
      else { throw damaged("a page of \(header.compressedByteCount) bytes") }
      let body = bytes.part(start..<(start + header.compressedByteCount))
      start += header.compressedByteCount
      do throws(ParquetFailure) {
        switch header.kind {
        case .dictionary: try readDictionary(header, body)
        case .data, .dataV2: try readPage(header, body)
        case .index: break
        }
      } catch {
        switch error {
        case .page(let failure): throw damaged(failure.text)
        case .frame(let error): throw error
        }
      }
    }
    return levels.finished
  }

  private func byteRange() throws(FrameError) -> Range<Int> {
    var start = chunk.dataOffset
    // Some old writers say 0 where there is no dictionary.
    if let dictionary = chunk.dictionaryOffset, dictionary > 0 {
      start = Swift.min(start, dictionary)
    }
    guard start >= 0, chunk.byteCount >= 0, start <= file.count,
      chunk.byteCount <= file.count - start
    else { throw damaged("its bytes lie outside the file") }
    return start..<(start + chunk.byteCount)
  }

  private mutating func readDictionary(
    _ header: ParquetPageHeader, _ body: ByteRun
  ) throws(ParquetFailure) {
    let bytes = try decompressed(body, header.byteCount)
    let leaf = target.leaf
    // A stored value has at least so many bytes; of texts their lengths.
    let least = leaf.physical.width(leaf.typeLength) ?? (leaf.physical == .boolean ? 1 : 4)
    guard header.valueCount <= bytes.count / Swift.max(least, 1) else {
      throw .page(.endsEarly)
    }
    let table = Buffer(byteCount: header.valueCount * leaf.layout.width)
    do throws(ParquetValues.Failure) {
      try values.plain(bytes, header.valueCount, table.base)
    } catch {
      throw .page(error)
    }
    values.dictionary = (table, header.valueCount)
  }

  private mutating func readPage(
    _ header: ParquetPageHeader, _ body: ByteRun
  ) throws(ParquetFailure) {
    let count = header.valueCount
    guard count <= rowCount - passed else { throw .frame(damaged("more values than rows")) }
    let rows = passed..<(passed + count)
    passed += count
    let parts = wanted.compactMap { range -> Range<Int>? in
      let part = range.clamped(to: rows)
      return part.isEmpty ? nil : part
    }
    guard !parts.isEmpty else { return }
    let page = try ParquetPage(
      header, body, maxDefinition: target.leaf.maxDefinition, scratch: scratch
    ) { part throws(ParquetFailure) in try decompressed(part.bytes, part.count) }
    let width = target.leaf.layout.width
    let place = target.values.base + (firstRow + kept) * width
    if parts == [rows] {
      try write(page, to: place)
      levels.append(page.presence, 0..<count)
    } else {
      // The page is decoded beside, and what is wanted of it copied.
      let whole = Buffer(byteCount: count * width)
      try write(page, to: whole.base)
      var copied = 0
      for part in parts {
        let inner = (part.lowerBound - rows.lowerBound)..<(part.upperBound - rows.lowerBound)
        (place + copied * width).copyMemory(
          from: whole.base + inner.lowerBound * width, byteCount: inner.count * width)
        levels.append(page.presence, inner)
        copied += inner.count
      }
    }
    kept += parts.reduce(0) { $0 + $1.count }
  }

  private func write(
    _ page: ParquetPage, to place: UnsafeMutableRawPointer
  ) throws(ParquetFailure) {
    do throws(ParquetValues.Failure) {
      try values.decode(page.encoding, page.values, count: page.presentCount, to: place)
    } catch {
      throw .page(error)
    }
    if let presence = page.presence {
      presence.read {
        apus_spread(
          place, Int32(target.leaf.layout.width),
          UnsafeRawPointer($0).assumingMemoryBound(to: UInt.self), 0, page.count,
          page.presentCount)
      }
    }
  }

  private func decompressed(
    _ block: ByteRun, _ count: Int
  ) throws(ParquetFailure) -> ByteRun {
    guard chunk.codec != 0 else {
      guard block.count == count else { throw .frame(damaged("a page of \(count) bytes")) }
      return block
    }
    do throws(FrameError) {
      return try ParquetCodec.decompressed(block, codec: chunk.codec, count: count, place: place)
    } catch {
      throw .frame(error)
    }
  }

  private func damaged(_ what: String) -> FrameError {
    FrameError(
      code: .malformedFile, what: what, place: place, mend: "the file is damaged; get it anew")
  }
}

/// Why a page cannot be read.
enum ParquetFailure: Error {
  case page(ParquetValues.Failure)
  case frame(FrameError)
}

/// The codecs by their numbers in a file.
enum ParquetCodec {
  /// The bytes of a page.
  static func decompressed(
    _ block: ByteRun, codec number: Int, count: Int, place: String
  ) throws(FrameError) -> ByteRun {
    switch number {
    case 1: return try Codec.snappy.decompressed(block, count: count, place: place)
    case 2: return try Codec.gzip.decompressed(block, count: count, place: place)
    case 4: return try Codec.brotli.decompressed(block, count: count, place: place)
    case 5: return try oldLZ4(block, count: count, place: place)
    case 6: return try Codec.zstd.decompressed(block, count: count, place: place)
    case 7: return try Codec.lz4Block.decompressed(block, count: count, place: place)
    default:
      throw FrameError(
        code: .malformedFile, what: "pages are compressed with codec \(number), which is not read",
        place: place, mend: "write the file with snappy or zstd")
    }
  }

  /// Codec 5: blocks with their sizes before them, as Hadoop writes them, or one plain block.
  private static func oldLZ4(
    _ block: ByteRun, count: Int, place: String
  ) throws(FrameError) -> ByteRun {
    guard count >= 0, count <= block.count * 256 + 4096 else {
      return try Codec.lz4Block.decompressed(block, count: count, place: place)
    }
    let target = Buffer(byteCount: count + 64)
    try Codec.lz4Block.requireLibrary(place: place)
    let bytes = UnsafeRawPointer(block.start)
    func size(_ place: Int) -> Int {
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    }
    var (from, done) = (0, 0)
    while block.count - from >= 8 {
      let (whole, packed) = (size(from), size(from + 4))
      guard packed <= block.count - from - 8, whole <= count - done else { break }
      let made = apus_decompress(
        Codec.lz4Block.rawValue, bytes + from + 8, packed, target.base + done, whole)
      guard made == whole else { break }
      from += 8 + packed
      done += whole
    }
    guard from == block.count, done == count else {
      return try Codec.lz4Block.decompressed(block, count: count, place: place)
    }
    target.base.advanced(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    return ByteRun(target, 0..<count)
  }
}
