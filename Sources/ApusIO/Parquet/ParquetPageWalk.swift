internal import ApusFrame

@_implementationOnly import CFormats

/// The pages of a chunk, one after the other.
struct ParquetPageWalk {
  private let chunk: ParquetChunk
  private let place: String
  private let bytes: ByteRun
  private var start = 0

  /// The pages of a chunk; `place` says where errors are.
  init(_ chunk: ParquetChunk, of file: InputFile, place: String) throws(FrameError) {
    self.chunk = chunk
    self.place = place
    var first = chunk.dataOffset
    // Some old writers say 0 where there is no dictionary.
    if let dictionary = chunk.dictionaryOffset, dictionary > 0 {
      first = Swift.min(first, dictionary)
    }
    guard first >= 0, chunk.byteCount >= 0, first <= file.count,
      chunk.byteCount <= file.count - first
    else { throw ParquetPageWalk.damaged("its bytes lie outside the file", place) }
    bytes = try file.bytes(first..<(first + chunk.byteCount))
  }

  /// The next page; nothing when there are no more.
  mutating func next() throws(FrameError) -> (ParquetPageHeader, ByteRun)? {
    guard start < bytes.count else { return nil }
    var reader = ThriftReader(bytes.start, from: start, count: bytes.count, context: place)
    let header = try reader.pageHeader()
    withExtendedLifetime(bytes) {}
    start = reader.place
    guard header.compressedByteCount >= 0, header.compressedByteCount <= bytes.count - start,
      header.byteCount >= 0, header.byteCount < 1 << 31, header.valueCount >= 0
    else {
      throw ParquetPageWalk.damaged("a page of \(header.compressedByteCount) bytes", place)
    }
    let body = bytes.part(start..<(start + header.compressedByteCount))
    start += header.compressedByteCount
    return (header, body)
  }

  /// The values of a dictionary's page, as `values` makes them.
  func dictionary(
    _ header: ParquetPageHeader, _ body: ByteRun, _ values: ParquetValues
  ) throws(ParquetFailure) -> (values: Buffer, count: Int) {
    let bytes = try decompressed(body, header.byteCount)
    let leaf = values.leaf
    // A stored value has at least so many bytes; of texts their lengths.
    let least = leaf.physical.width(leaf.typeLength) ?? (leaf.physical == .boolean ? 1 : 4)
    guard least > 0, header.valueCount <= bytes.count / least else { throw .page(.endsEarly) }
    let table = Buffer(byteCount: header.valueCount * leaf.layout.width)
    do throws(ParquetValues.Failure) {
      try values.plain(bytes, header.valueCount, table.base)
    } catch {
      throw .page(error)
    }
    return (table, header.valueCount)
  }

  /// The bytes of a page, or of a part of it.
  func decompressed(_ block: ByteRun, _ count: Int) throws(ParquetFailure) -> ByteRun {
    guard chunk.codec != 0 else {
      guard block.count == count else {
        throw .frame(ParquetPageWalk.damaged("a page of \(count) bytes", place))
      }
      return block
    }
    do throws(FrameError) {
      return try ParquetCodec.decompressed(block, codec: chunk.codec, count: count, place: place)
    } catch {
      throw .frame(error)
    }
  }

  /// A failure as an error that says where.
  func error(_ failure: ParquetFailure) -> FrameError {
    switch failure {
    case .page(let failure): ParquetPageWalk.damaged(failure.text, place)
    case .frame(let error): error
    }
  }

  static func damaged(_ what: String, _ place: String) -> FrameError {
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
