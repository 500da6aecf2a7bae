internal import ApusFrame

@_implementationOnly import CFormats

/// A codec of blocks and streams.
enum Codec: Int32 {
  case snappy = 1
  case gzip = 2
  case brotli = 3
  case lz4Block = 4
  case zstd = 5
  case lz4Frame = 6

  /// The name that its makers gave it.
  var name: String {
    switch self {
    case .snappy: "snappy"
    case .gzip: "gzip"
    case .brotli: "brotli"
    case .lz4Block, .lz4Frame: "lz4"
    case .zstd: "zstd"
    }
  }

  /// The Debian package that holds the library.
  private var package: String {
    switch self {
    case .snappy: ""
    case .gzip: "zlib1g"
    case .brotli: "libbrotli1"
    case .lz4Block, .lz4Frame: "liblz4-1"
    case .zstd: "libzstd1"
    }
  }

  /// How many times its compressed size a block can have at most; a claim beyond is no reason to
  /// ask for memory.
  private var greatestRatio: Int {
    switch self {
    case .snappy: 32
    case .gzip: 1100
    case .lz4Block, .lz4Frame: 256
    case .zstd, .brotli: 1 << 16
    }
  }

  /// Holds that the codec's library can be opened.
  func requireLibrary(place: String) throws(FrameError) {
    guard apus_codec_is_there(rawValue) == 0 else { return }
    throw FrameError(
      code: .fileAccess, what: "the library of \(name) is not there", place: place,
      mend: "install it: apt-get install \(package)")
  }

  /// The bytes of a block that says it has `count` of them.
  func decompressed(
    _ block: ByteRun, count: Int, place: String
  ) throws(FrameError) -> ByteRun {
    try requireLibrary(place: place)
    let isCredible = count >= 0 && count <= block.count * greatestRatio + 4096
    let saysSo = self != .snappy || apus_snappy_length(block.start, block.count) == count
    if isCredible, saysSo {
      let target = Buffer(byteCount: count + 64)
      let made = withExtendedLifetime(block.buffer) {
        apus_decompress(rawValue, block.start, block.count, target.base, count)
      }
      if made == count {
        target.base.advanced(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: 64)
        return ByteRun(target, 0..<count)
      }
    }
    throw FrameError(
      code: .malformedFile, what: "\(block.count) bytes are not \(count) bytes in \(name)",
      place: place, mend: "the file is damaged; get it anew")
  }

  /// A block that holds `bytes`.
  func compressed(
    _ bytes: UnsafeBufferPointer<UInt8>, level: Int = 0, place: String
  ) throws(FrameError) -> [UInt8] {
    try requireLibrary(place: place)
    let bound = apus_compress_bound(rawValue, bytes.count)
    var made = Int(APUS_CODEC_CORRUPT)
    let block = [UInt8](unsafeUninitializedCapacity: Swift.max(bound, 16)) { target, count in
      // Some libraries ask for an address even of no bytes.
      let source = UnsafeRawPointer(bytes.baseAddress) ?? UnsafeRawPointer(target.baseAddress)
      made = apus_compress(
        rawValue, Int32(level), source, bytes.count, target.baseAddress, target.count)
      count = Swift.max(made, 0)
    }
    guard made >= 0 else {
      throw FrameError(
        code: .fileAccess, what: "\(name) cannot compress \(bytes.count) bytes", place: place,
        mend: "write smaller row groups, or with another codec")
    }
    return block
  }
}
