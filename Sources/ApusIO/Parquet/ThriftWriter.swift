/// Writes Thrift's compact protocol.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var last = 0
  private var outer: [Int] = []

  /// A whole number of 32 bits.
  mutating func field(_ number: Int, int32 value: Int) {
    head(number, ThriftReader.Kind.int32)
    zigzag(value)
  }

  /// A whole number of 64 bits.
  mutating func field(_ number: Int, int64 value: Int) {
    head(number, ThriftReader.Kind.int64)
    zigzag(value)
  }

  /// A byte.
  mutating func field(_ number: Int, byte value: UInt8) {
    head(number, ThriftReader.Kind.byte)
    bytes.append(value)
  }

  /// A truth.
  mutating func field(_ number: Int, bool value: Bool) {
    head(number, value ? ThriftReader.Kind.isTrue : ThriftReader.Kind.isFalse)
  }

  /// Bytes, or a text.
  mutating func field(_ number: Int, binary value: [UInt8]) {
    head(number, ThriftReader.Kind.binary)
    binary(value)
  }

  /// A structure, whose fields `body` writes.
  mutating func field(_ number: Int, _ body: (inout ThriftWriter) -> Void) {
    head(number, ThriftReader.Kind.structure)
    structure(body)
  }

  /// A list of structures.
  mutating func list(_ number: Int, count: Int, _ element: (inout ThriftWriter, Int) -> Void) {
    listHead(number, ThriftReader.Kind.structure, count)
    for place in 0..<count { structure { element(&$0, place) } }
  }

  /// A list of whole numbers.
  mutating func list(_ number: Int, int32 values: [Int]) {
    listHead(number, ThriftReader.Kind.int32, values.count)
    for value in values { zigzag(value) }
  }

  /// A list of whole numbers of 64 bits.
  mutating func list(_ number: Int, int64 values: [Int]) {
    listHead(number, ThriftReader.Kind.int64, values.count)
    for value in values { zigzag(value) }
  }

  /// A list of truths.
  mutating func list(_ number: Int, bools values: [Bool]) {
    listHead(number, ThriftReader.Kind.isTrue, values.count)
    for value in values { bytes.append(value ? 1 : 2) }
  }

  /// A list of bytes or texts.
  mutating func list(_ number: Int, binaries values: [[UInt8]]) {
    listHead(number, ThriftReader.Kind.binary, values.count)
    for value in values { binary(value) }
  }

  /// A structure's fields and its end.
  mutating func structure(_ body: (inout ThriftWriter) -> Void) {
    outer.append(last)
    last = 0
    body(&self)
    bytes.append(0)
    last = outer.removeLast()
  }

  private mutating func listHead(_ number: Int, _ kind: UInt8, _ count: Int) {
    head(number, ThriftReader.Kind.list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind)
    } else {
      bytes.append(0xf0 | kind)
      varint(UInt64(count))
    }
  }

  private mutating func head(_ number: Int, _ kind: UInt8) {
    let delta = number - last
    if delta > 0, delta < 16 {
      bytes.append(UInt8(delta) << 4 | kind)
    } else {
      bytes.append(kind)
      zigzag(number)
    }
    last = number
  }

  private mutating func binary(_ value: [UInt8]) {
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func zigzag(_ value: Int) {
    varint(UInt64(bitPattern: Int64((value << 1) ^ (value >> 63))))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
