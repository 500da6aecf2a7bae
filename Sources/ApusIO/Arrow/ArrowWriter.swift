internal import ApusFrame

/// Writes a frame as an Arrow IPC file or stream.
struct ArrowWriter {
  private let frame: DataFrame
  private let options: ArrowOptions
  private let fields: [ArrowField]
  private let place: String

  init(_ frame: DataFrame, options: ArrowOptions, place: String) {
    self.frame = frame
    self.options = options
    self.place = place
    var next = 0
    fields = frame.schema.fields.map { ArrowField($0.name, $0.type, next: &next) }
  }

  /// Writes to a file that takes the place of `path` when it is complete.
  func write(to path: String) throws(FrameError) {
    try AtomicFile.write(to: path, place: place) { file throws(FrameError) in
      try write { bytes throws(FrameError) in try file.write(bytes) }
    }
  }

  /// The whole file.
  func bytes() throws(FrameError) -> [UInt8] {
    var result: [UInt8] = []
    try write { bytes in result.append(contentsOf: bytes) }
    return result
  }

  private func write(_ put: ([UInt8]) throws(FrameError) -> Void) throws(FrameError) {
    var place = 0
    func emit(_ bytes: [UInt8]) throws(FrameError) {
      try put(bytes)
      place += bytes.count
    }
    if !options.isStream { try emit(Array("ARROW1\0\0".utf8)) }
    var builder = FlatBuilder()
    let schema = ArrowField.encodedSchema(fields, &builder)
    try emit(ArrowWriter.message(&builder, kind: 1, header: schema, bodyCount: 0))
    var blocks: (dictionaries: [[Int]], batches: [[Int]]) = ([], [])
    for (id, texts) in dictionaries() {
      let part = try ArrowBatchWriter(codec: options.codec, place: self.place).batch(
        [.string(texts)], rowCount: texts.count)
      let head = part.head(dictionary: id)
      blocks.dictionaries.append([place, head.count, part.body.count])
      try emit(head)
      try emit(part.body)
    }
    let size = Swift.max(options.batchRowCount, 1)
    let count = (frame.rowCount + size - 1) / size
    for first in stride(from: 0, to: count, by: 8) {
      let parts = try parallelMap(Swift.min(8, count - first)) { part throws(FrameError) in
        let start = (first + part) * size
        let rows = start..<Swift.min(start + size, frame.rowCount)
        return try ArrowBatchWriter(codec: options.codec, place: self.place).batch(
          frame.columns.map { $0.sliced(rows) }, rowCount: rows.count)
      }
      for part in parts {
        let head = part.head(dictionary: nil)
        blocks.batches.append([place, head.count, part.body.count])
        try emit(head)
        try emit(part.body)
      }
    }
    try emit([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
    guard !options.isStream else { return }
    var footer = FlatBuilder()
    let batches = footer.structures(blocks.batches)
    let lists = footer.structures(blocks.dictionaries)
    let again = ArrowField.encodedSchema(fields, &footer)
    let root = footer.table([.int16(4), .place(again), .place(lists), .place(batches)])
    let bytes = footer.finished(root: root)
    try emit(bytes + ArrowWriter.littleEndian(UInt32(bytes.count)) + Array("ARROW1".utf8))
  }

  /// The texts of categorical and enum columns, by their numbers in the order of the fields.
  private func dictionaries() -> [(Int, StringColumn)] {
    var found: [(Int, StringColumn)] = []
    func visit(_ column: ColumnStorage, _ field: ArrowField) {
      switch StoredColumn(column) {
      case .codes(let codes):
        if let id = field.dictionary?.id { found.append((id, codes.categories.texts)) }
      case .list(let list): visit(list.child, field.children[0])
      case .structure(let structure):
        for (part, child) in zip(structure.fields, field.children) { visit(part, child) }
      case .bits, .fixed, .texts: break
      }
    }
    for (column, field) in zip(frame.columns, fields) { visit(column, field) }
    return found
  }

  /// A message's head: mark, size, metadata.
  static func message(
    _ builder: inout FlatBuilder, kind: UInt8, header: FlatBuilder.Place, bodyCount: Int
  ) -> [UInt8] {
    let root = builder.table([.int16(4), .uint8(kind), .place(header), .int64(bodyCount)])
    let bytes = builder.finished(root: root)
    return [0xff, 0xff, 0xff, 0xff] + littleEndian(UInt32(bytes.count)) + bytes
  }

  static func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }
}

/// Writes the nodes and buffers of a record batch.
struct ArrowBatchWriter {
  private let codec: Codec?
  private let place: String
  private var nodes: [[Int]] = []
  private var buffers: [[Int]] = []
  private var rowCount = 0
  /// The batch's body.
  private(set) var body: [UInt8] = []

  init(codec: Codec?, place: String) {
    self.codec = codec
    self.place = place
  }

  /// A batch of these columns.
  consuming func batch(
    _ columns: [ColumnStorage], rowCount: Int
  ) throws(FrameError) -> ArrowBatchWriter {
    var writer = self
    writer.rowCount = rowCount
    for column in columns { try writer.add(column) }
    return writer
  }

  /// The message's head.
  func head(dictionary: Int?) -> [UInt8] {
    var builder = FlatBuilder()
    var compression = FlatBuilder.Field.none
    if let codec {
      compression = .place(builder.table([.uint8(codec == .zstd ? 1 : 0), .uint8(0)]))
    }
    let bufferList = builder.structures(buffers)
    let nodeList = builder.structures(nodes)
    var root = builder.table([
      .int64(rowCount), .place(nodeList), .place(bufferList), compression,
    ])
    if let dictionary { root = builder.table([.int64(dictionary), .place(root)]) }
    return ArrowWriter.message(
      &builder, kind: dictionary == nil ? 3 : 2, header: root, bodyCount: body.count)
  }

  private mutating func add(_ column: ColumnStorage) throws(FrameError) {
    let validity = column.validity
    nodes.append([column.count, validity.map { column.count - $0.setCount } ?? 0])
    if let validity { try add(validity) } else { try addBytes(nil, 0) }
    switch StoredColumn(column) {
    case .bits(let bits): try add(bits)
    case .fixed(let buffer, let start, let width):
      try addBytes(buffer.base + start, column.count * width)
      withExtendedLifetime(buffer) {}
    case .codes(let codes):
      try codes.codes.values.read { source throws(FrameError) in
        try addBytes(source, column.count * 4)
      }
    case .texts(let texts): try add(texts)
    case .list(let list):
      let compact = list.compacted
      try compact.offsets.read { source throws(FrameError) in
        try addBytes(source, (column.count + 1) * 8)
      }
      try add(compact.child)
    case .structure(let structure):
      for field in structure.fields { try add(field) }
    }
  }

  private mutating func add(_ bits: Bitmap) throws(FrameError) {
    try bits.words.read { words throws(FrameError) in
      try addBytes(words, (bits.count + 7) / 8)
    }
  }

  private mutating func add(_ texts: StringColumn) throws(FrameError) {
    var offsets = [0]
    offsets.reserveCapacity(texts.count + 1)
    var content: [UInt8] = []
    texts.read { reader in
      for row in 0..<texts.count {
        if texts.validity?[row] ?? true { content.append(contentsOf: reader.bytes(row)) }
        offsets.append(content.count)
      }
    }
    try offsets.withUnsafeBufferPointer { numbers throws(FrameError) in
      try addBytes(numbers.baseAddress, numbers.count * 8)
    }
    try content.withUnsafeBufferPointer { bytes throws(FrameError) in
      try addBytes(bytes.baseAddress, bytes.count)
    }
  }

  private mutating func addBytes(
    _ start: UnsafeRawPointer?, _ count: Int
  ) throws(FrameError) {
    guard let start, count > 0 else {
      buffers.append([body.count, 0])
      return
    }
    let bytes = UnsafeBufferPointer(
      start: start.assumingMemoryBound(to: UInt8.self), count: count)
    let first = body.count
    if let codec {
      for byte in 0..<8 { body.append(UInt8(truncatingIfNeeded: count >> (8 * byte))) }
      body.append(contentsOf: try codec.compressed(bytes, place: place))
    } else {
      body.append(contentsOf: bytes)
    }
    buffers.append([first, body.count - first])
    while body.count % 64 != 0 { body.append(0) }
  }
}
