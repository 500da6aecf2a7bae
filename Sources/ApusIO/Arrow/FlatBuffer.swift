internal import ApusFrame

/// Reads a table of FlatBuffers (flatbuffers.dev, internals): offsets are held against the bytes
/// before they are followed.
struct FlatTable {
  private let bytes: UnsafeRawPointer
  private let count: Int
  private let place: Int
  private let fields: Int
  private let fieldCount: Int
  private let context: String
  /// How many tables may still be entered from here.
  private let depth: Int

  /// The table to which the root offset at the start of `count` bytes points.
  init(_ bytes: UnsafeRawPointer, count: Int, context: String) throws(FrameError) {
    guard count >= 8 else { throw FlatTable.damaged(context) }
    let root = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    try self.init(bytes, count: count, at: root, context: context, depth: 64)
  }

  private init(
    _ bytes: UnsafeRawPointer, count: Int, at place: Int, context: String, depth: Int
  ) throws(FrameError) {
    self.bytes = bytes
    self.count = count
    self.place = place
    self.context = context
    self.depth = depth
    guard depth > 0, place >= 0, place <= count - 4 else { throw FlatTable.damaged(context) }
    fields = place - Int(bytes.loadUnaligned(fromByteOffset: place, as: Int32.self))
    guard fields >= 0, fields <= count - 4 else { throw FlatTable.damaged(context) }
    let size = Int(bytes.loadUnaligned(fromByteOffset: fields, as: UInt16.self))
    guard size >= 4, size <= count - fields else { throw FlatTable.damaged(context) }
    fieldCount = (size - 4) / 2
  }

  /// A number of a field, or nothing when the field is not there.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ field: Int, _: Number.Type
  ) throws(FrameError) -> Number? {
    guard let start = try start(of: field, MemoryLayout<Number>.size) else { return nil }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Number.self))
  }

  /// A truth; false when the field is not there.
  func bool(_ field: Int) throws(FrameError) -> Bool { try number(field, UInt8.self) ?? 0 != 0 }

  /// A text.
  func text(_ field: Int) throws(FrameError) -> String? {
    guard let (start, count) = try vector(field, width: 1) else { return nil }
    return String(
      decoding: UnsafeRawBufferPointer(start: bytes + start, count: count), as: UTF8.self)
  }

  /// A table that a field points to.
  func table(_ field: Int) throws(FrameError) -> FlatTable? {
    guard let start = try start(of: field, 4) else { return nil }
    return try table(at: start)
  }

  /// The tables of a vector.
  func tables(_ field: Int) throws(FrameError) -> [FlatTable] {
    guard let (start, count) = try vector(field, width: 4) else { return [] }
    var tables: [FlatTable] = []
    for index in 0..<count { tables.append(try table(at: start + index * 4)) }
    return tables
  }

  /// The words of a vector of structures of whole 64-bit words, `words` of them each.
  func structures(_ field: Int, words: Int) throws(FrameError) -> [[Int]] {
    guard let (start, count) = try vector(field, width: words * 8) else { return [] }
    return (0..<count).map { index in
      (0..<words).map { word in
        bytes.loadUnaligned(fromByteOffset: start + (index * words + word) * 8, as: Int.self)
      }
    }
  }

  private func table(at start: Int) throws(FrameError) -> FlatTable {
    let offset = Int(bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    return try FlatTable(
      bytes, count: count, at: start + offset, context: context, depth: depth - 1)
  }

  private func vector(_ field: Int, width: Int) throws(FrameError) -> (start: Int, count: Int)? {
    guard let slot = try start(of: field, 4) else { return nil }
    let start = slot + Int(bytes.loadUnaligned(fromByteOffset: slot, as: UInt32.self))
    guard start <= count - 4 else { throw FlatTable.damaged(context) }
    let length = Int(bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    guard length <= (count - start - 4) / width else { throw FlatTable.damaged(context) }
    return (start + 4, length)
  }

  private func start(of field: Int, _ size: Int) throws(FrameError) -> Int? {
    guard field < fieldCount else { return nil }
    let offset = Int(
      bytes.loadUnaligned(fromByteOffset: fields + 4 + field * 2, as: UInt16.self))
    guard offset != 0 else { return nil }
    guard place + offset <= count - size else { throw FlatTable.damaged(context) }
    return place + offset
  }

  static func damaged(_ context: String) -> FrameError {
    FrameError(
      code: .malformedFile, what: "the metadata is damaged", place: context,
      mend: "get the file anew")
  }
}

/// Writes FlatBuffers from the end to the start, as the format wants it: what is pointed to is
/// written before what points there.
struct FlatBuilder {
  /// The bytes, last first.
  private var reversed: [UInt8] = []
  private var alignment = 1

  /// What lies so many bytes before the end.
  struct Place { fileprivate let fromEnd: Int }

  /// A field of a table.
  enum Field {
    case uint8(UInt8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int)
    case place(Place)
    case none
  }

  /// A text, ended by 0.
  mutating func text(_ value: String) -> Place {
    let bytes = Array(value.utf8)
    align(4, with: bytes.count + 1)
    reversed.append(0)
    reversed.append(contentsOf: bytes.reversed())
    put(UInt32(bytes.count))
    return Place(fromEnd: reversed.count)
  }

  /// A vector of tables.
  mutating func vector(_ places: [Place]) -> Place {
    align(4, with: places.count * 4)
    for place in places.reversed() { reference(place) }
    put(UInt32(places.count))
    return Place(fromEnd: reversed.count)
  }

  /// A vector of structures of 64-bit words.
  mutating func structures(_ rows: [[Int]]) -> Place {
    align(8, with: rows.reduce(0) { $0 + $1.count * 8 })
    for row in rows.reversed() {
      for word in row.reversed() { put(UInt64(bitPattern: Int64(word))) }
    }
    put(UInt32(rows.count))
    return Place(fromEnd: reversed.count)
  }

  /// A vector of numbers.
  mutating func vector(_ numbers: [Int32]) -> Place {
    align(4, with: numbers.count * 4)
    for number in numbers.reversed() { put(UInt32(bitPattern: number)) }
    put(UInt32(numbers.count))
    return Place(fromEnd: reversed.count)
  }

  /// A table of these fields.
  mutating func table(_ fields: [Field]) -> Place {
    let end = reversed.count
    var places: [Int] = []
    for field in fields.reversed() {
      switch field {
      case .none: break
      case .uint8(let value): put(value)
      case .int16(let value): put(UInt16(bitPattern: value))
      case .int32(let value): put(UInt32(bitPattern: value))
      case .int64(let value): put(UInt64(bitPattern: Int64(value)))
      case .place(let place):
        align(4, with: 0)
        reference(place)
      }
      if case .none = field { places.append(0) } else { places.append(reversed.count) }
    }
    // The table begins with how far before it its list of fields lies.
    align(4, with: 0)
    let start = reversed.count + 4
    let listSize = 4 + fields.count * 2
    put(UInt32(listSize))
    for place in places { put(UInt16(place == 0 ? 0 : start - place)) }
    put(UInt16(start - end))
    put(UInt16(listSize))
    return Place(fromEnd: start)
  }

  /// The bytes, with the offset of the root before them, padded to a multiple of 8.
  mutating func finished(root: Place) -> [UInt8] {
    align(Swift.max(alignment, 8), with: 4)
    reference(root)
    return Array(reversed.reversed())
  }

  private mutating func reference(_ place: Place) {
    align(4, with: 0)
    put(UInt32(reversed.count + 4 - place.fromEnd))
  }

  private mutating func put<Number: FixedWidthInteger>(_ value: Number) {
    align(MemoryLayout<Number>.size, with: 0)
    for byte in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
      reversed.append(UInt8(truncatingIfNeeded: value >> Number(byte)))
    }
  }

  /// Zeros, so that after `count` more bytes a multiple of `size` bytes is there.
  private mutating func align(_ size: Int, with count: Int) {
    alignment = Swift.max(alignment, size)
    while (reversed.count + count) % size != 0 { reversed.append(0) }
  }
}
