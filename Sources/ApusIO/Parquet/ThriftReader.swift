internal import ApusFrame

/// Reads Thrift's compact protocol, in which Parquet keeps its metadata (thrift-compact-protocol.md).
///
/// Nothing that the bytes say is believed before it is held against how many bytes are left.
struct ThriftReader {
  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  /// What is read, for errors.
  private let context: String
  /// Where reading goes on.
  private(set) var place: Int

  /// The kinds of values.
  enum Kind {
    static let isTrue: UInt8 = 1
    static let isFalse: UInt8 = 2
    static let byte: UInt8 = 3
    static let int16: UInt8 = 4
    static let int32: UInt8 = 5
    static let int64: UInt8 = 6
    static let double: UInt8 = 7
    static let binary: UInt8 = 8
    static let list: UInt8 = 9
    static let set: UInt8 = 10
    static let map: UInt8 = 11
    static let structure: UInt8 = 12
  }

  /// How deep values nobody asks for may lie in one another.
  private static let depthLimit = 32

  /// A reader of `count` bytes, from `place` on; they must stay where they are while it is used.
  init(_ bytes: UnsafePointer<UInt8>, from place: Int = 0, count: Int, context: String) {
    self.bytes = bytes
    self.place = place
    end = count
    self.context = context
  }

  /// Calls `body` with each field's number and kind; what `body` does not read (it answers false)
  /// is passed over.
  mutating func readStruct(
    _ body: (inout ThriftReader, Int, UInt8) throws(FrameError) -> Bool
  ) throws(FrameError) {
    var last = 0
    while let field = try nextField(after: last) {
      last = field.number
      let start = place
      if try !body(&self, field.number, field.kind) {
        place = start
        try skip(field.kind, depth: 0)
      }
    }
  }

  /// Calls `body` for each element of a list of structures, or of what else `body` reads.
  mutating func readList(
    _ body: (inout ThriftReader) throws(FrameError) -> Void
  ) throws(FrameError) {
    let (count, _) = try listHead()
    for _ in 0..<count { try body(&self) }
  }

  /// A whole number.
  mutating func integer() throws(FrameError) -> Int {
    let value = try varint()
    return Int(bitPattern: UInt(value >> 1)) ^ -Int(value & 1)
  }

  /// A byte as it is.
  mutating func rawByte() throws(FrameError) -> UInt8 { try byte() }

  /// Bytes with their number before them.
  mutating func binary() throws(FrameError) -> [UInt8] {
    let count = Int(clamping: try varint())
    guard count <= end - place else { throw damaged("bytes end early") }
    defer { place += count }
    return Array(UnsafeBufferPointer(start: bytes + place, count: count))
  }

  /// A text; bytes that are not UTF-8 are replaced.
  mutating func text() throws(FrameError) -> String {
    String(decoding: try binary(), as: UTF8.self)
  }

  /// The numbers of a list.
  mutating func integers() throws(FrameError) -> [Int] {
    let (count, _) = try listHead()
    var values: [Int] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try integer()) }
    return values
  }

  /// The truths of a list.
  mutating func bools() throws(FrameError) -> [Bool] {
    let (count, _) = try listHead()
    var values: [Bool] = []
    for _ in 0..<count { values.append(try byte() == Kind.isTrue) }
    return values
  }

  private mutating func nextField(
    after last: Int
  ) throws(FrameError) -> (number: Int, kind: UInt8)? {
    let head = try byte()
    guard head != 0 else { return nil }
    let delta = Int(head >> 4)
    let number = delta == 0 ? try integer() : last + delta
    guard abs(number) < 1 << 16 else { throw damaged("no field \(number)") }
    return (number, head & 15)
  }

  private mutating func listHead() throws(FrameError) -> (count: Int, kind: UInt8) {
    let head = try byte()
    let count = head >> 4 == 15 ? Int(clamping: try varint()) : Int(head >> 4)
    // An element has at least a byte.
    guard count <= end - place else { throw damaged("a list of \(count)") }
    return (count, head & 15)
  }

  private mutating func byte() throws(FrameError) -> UInt8 {
    guard place < end else { throw damaged("it ends early") }
    defer { place += 1 }
    return bytes[place]
  }

  private mutating func varint() throws(FrameError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      value |= UInt64(next & 127) << shift
      if next < 128 { return value }
      shift += 7
      guard shift < 64 else { throw damaged("a number without an end") }
    }
  }

  private mutating func skip(_ kind: UInt8, depth: Int) throws(FrameError) {
    guard depth < ThriftReader.depthLimit else { throw damaged("values nest too deeply") }
    switch kind {
    case Kind.isTrue, Kind.isFalse: break
    case Kind.byte: _ = try byte()
    case Kind.int16, Kind.int32, Kind.int64: _ = try varint()
    case Kind.double:
      guard end - place >= 8 else { throw damaged("it ends early") }
      place += 8
    case Kind.binary:
      let count = Int(clamping: try varint())
      guard count <= end - place else { throw damaged("bytes end early") }
      place += count
    case Kind.list, Kind.set:
      let (count, element) = try listHead()
      // Truths take a byte each here.
      for _ in 0..<count { try skip(element <= 2 ? Kind.byte : element, depth: depth + 1) }
    case Kind.map:
      let count = Int(clamping: try varint())
      guard count <= end - place else { throw damaged("a map of \(count)") }
      guard count > 0 else { break }
      let kinds = try byte()
      for _ in 0..<count {
        try skip(kinds >> 4 <= 2 ? Kind.byte : kinds >> 4, depth: depth + 1)
        try skip(kinds & 15 <= 2 ? Kind.byte : kinds & 15, depth: depth + 1)
      }
    case Kind.structure:
      var last = 0
      while let field = try nextField(after: last) {
        last = field.number
        try skip(field.kind, depth: depth + 1)
      }
    default: throw damaged("a value of kind \(kind)")
    }
  }

  private func damaged(_ what: String) -> FrameError {
    FrameError(
      code: .malformedFile, what: "the metadata is damaged at byte \(place): \(what)",
      place: context, mend: "get the file anew")
  }
}
