internal import ApusFrame

@_implementationOnly import CFormats

/// Decodes a record batch: nodes tell how many rows and nulls each column has, buffers hold them.
struct ArrowBatch {
  /// The batch's body.
  private let body: ByteRun
  /// Whether columns may keep values where they lie in the body.
  private let borrows: Bool
  private let nodes: [[Int]]
  private let buffers: [[Int]]
  private let viewCounts: [Int]
  private let codec: Codec?
  /// How many rows there are.
  let rowCount: Int
  private let context: String
  private let dictionaries: [Int: ColumnStorage]
  private var nextNode = 0
  private var nextBuffer = 0
  private var nextView = 0

  init(
    _ table: FlatTable, body: ByteRun, dictionaries: [Int: ColumnStorage], context: String,
    borrows: Bool = false
  ) throws(FrameError) {
    self.borrows = borrows
    self.body = body
    self.dictionaries = dictionaries
    self.context = context
    rowCount = try table.number(0, Int.self) ?? 0
    nodes = try table.structures(1, words: 2)
    buffers = try table.structures(2, words: 2)
    viewCounts = try table.structures(4, words: 1).map { $0[0] }
    if let compression = try table.table(3) {
      codec = try compression.number(0, UInt8.self) ?? 0 == 1 ? .zstd : .lz4Frame
    } else {
      codec = nil
    }
    guard rowCount >= 0, rowCount < 1 << 40 else { throw FlatTable.damaged(context) }
  }

  /// The next column; `isWanted` false passes over it.
  mutating func column(
    _ field: ArrowField, _ type: DataType, isWanted: Bool = true
  ) throws(FrameError) -> ColumnStorage? {
    guard nextNode < nodes.count else { throw damaged("it has too few columns", field) }
    let (count, nullCount) = (nodes[nextNode][0], nodes[nextNode][1])
    nextNode += 1
    guard count >= 0, count < 1 << 40, nullCount >= 0, nullCount <= count else {
      throw damaged("a column of \(count) rows", field)
    }
    if field.type == .null, field.dictionary == nil {
      guard isWanted else { return nil }
      guard count <= body.count * 4096 + (1 << 20) else {
        throw damaged("a column of \(count) rows", field)
      }
      return .string(
        StringColumn(
          views: Values(repeating: .empty, count: count), heaps: [],
          validity: Bitmap(repeating: false, count: count)))
    }
    let validity = try bits(field, count, isWanted: isWanted && nullCount > 0)
    if let dictionary = field.dictionary {
      let index = ArrowType.int(bits: dictionary.bits, isSigned: dictionary.isSigned)
      guard let buffer = try values(field, index, count, isWanted: isWanted) else { return nil }
      return try decoded(buffer, dictionary, count, validity, field, type)
    }
    switch field.type {
    case .bool:
      guard let bits = try bits(field, count, isWanted: isWanted, isValues: true) else {
        return isWanted ? .bool(BooleanColumn(Bitmap(repeating: false, count: count))) : nil
      }
      return .bool(BooleanColumn(bits, validity: validity))
    case .text, .binary:
      guard let texts = try texts(field, count, validity, isWanted: isWanted) else { return nil }
      return try .texts(texts, as: type)
    case .fixedBinary where type != .uuid:
      guard let texts = try texts(field, count, validity, isWanted: isWanted) else { return nil }
      return try .texts(texts, as: type)
    case .textView, .binaryView:
      guard let texts = try views(field, count, validity, isWanted: isWanted) else { return nil }
      return try .texts(texts, as: type)
    case .list, .map, .fixedList:
      return try list(field, type, count, validity, isWanted: isWanted)
    case .structure:
      guard case .struct(let fields) = type else { throw damaged("no struct", field) }
      var parts: [ColumnStorage] = []
      for (child, kept) in zip(field.children, fields) {
        guard let part = try column(child, kept.type, isWanted: isWanted) else { continue }
        guard part.count >= count else { throw damaged("a field has \(part.count) rows", child) }
        parts.append(part.count == count ? part : part.sliced(0..<count))
      }
      guard isWanted else { return nil }
      return .struct(
        StructColumn(names: fields.map(\.name), fields: parts, count: count, validity: validity))
    default:
      guard let buffer = try values(field, field.type, count, isWanted: isWanted) else {
        return nil
      }
      return .fixed(type, buffer, count: count, validity: validity)
    }
  }

  /// The bytes of the next buffer; nothing when they are not wanted or there are none.
  private mutating func nextBytes(
    _ field: ArrowField, isWanted: Bool
  ) throws(FrameError) -> ByteRun? {
    guard nextBuffer < buffers.count else { throw damaged("it has too few buffers", field) }
    let (start, count) = (buffers[nextBuffer][0], buffers[nextBuffer][1])
    nextBuffer += 1
    guard start >= 0, count >= 0, start <= body.count, count <= body.count - start else {
      throw damaged("a buffer lies outside the batch", field)
    }
    guard isWanted, count > 0 else { return nil }
    let stored = body.part(start..<(start + count))
    guard let codec else { return stored }
    guard count >= 8 else { throw damaged("a compressed buffer of \(count) bytes", field) }
    let length = UnsafeRawPointer(stored.start).loadUnaligned(as: Int.self)
    let packed = stored.part(8..<count)
    // −1 says that the buffer is not compressed after all.
    if length == -1 { return packed }
    guard length >= 0 else { throw damaged("a buffer of \(length) bytes", field) }
    if length == 0 { return nil }
    return try codec.decompressed(packed, count: length, place: place(field))
  }

  private mutating func bits(
    _ field: ArrowField, _ count: Int, isWanted: Bool, isValues: Bool = false
  ) throws(FrameError) -> Bitmap? {
    guard let bytes = try nextBytes(field, isWanted: isWanted) else {
      guard !isWanted || !isValues || count == 0 else { throw damaged("values are missing", field) }
      return nil
    }
    guard bytes.count * 8 >= count else { throw damaged("a buffer is too short", field) }
    return Bitmap(count: count) { words in
      let target = UnsafeMutableRawPointer(words)
      let byteCount = (count + 7) / 8
      words.update(repeating: 0, count: Bitmap.wordCount(count))
      target.copyMemory(from: bytes.start, byteCount: byteCount)
    }
  }

  /// Values of fixed width as memory keeps them.
  private mutating func values(
    _ field: ArrowField, _ type: ArrowType, _ count: Int, isWanted: Bool
  ) throws(FrameError) -> Buffer? {
    let bytes = try nextBytes(field, isWanted: isWanted)
    guard isWanted else { return nil }
    let (stored, kept, conversion) = type.storage
    guard let bytes else {
      guard count == 0 else { throw damaged("values are missing", field) }
      return Buffer(byteCount: 0)
    }
    guard bytes.count / stored >= count else { throw damaged("a buffer is too short", field) }
    if borrows, codec == nil, conversion == .copy, Int(bitPattern: bytes.start) % kept == 0 {
      return Buffer(foreign: bytes.start, byteCount: count * kept, owner: bytes.buffer)
    }
    let buffer = Buffer(byteCount: count * kept)
    if let conversion {
      conversion.apply(bytes.start, stored: stored, count: count, to: buffer.base)
    } else {
      divide(UnsafeRawPointer(bytes.start), count, to: buffer.base)
    }
    return buffer
  }

  /// Thousandths of seconds as days.
  private func divide(
    _ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer
  ) {
    let days = target.assumingMemoryBound(to: Int32.self)
    for row in 0..<count {
      let value = source.loadUnaligned(fromByteOffset: row * 8, as: Int.self)
      let (day, rest) = value.quotientAndRemainder(dividingBy: 86_400_000)
      days[row] = Int32(truncatingIfNeeded: rest < 0 ? day - 1 : day)
    }
  }

  private func decoded(
    _ buffer: Buffer, _ dictionary: ArrowField.Dictionary, _ count: Int, _ validity: Bitmap?,
    _ field: ArrowField, _ type: DataType
  ) throws(FrameError) -> ColumnStorage {
    guard let table = dictionaries[dictionary.id] else {
      throw damaged("its dictionary is missing", field)
    }
    func number(_ row: Int) -> Int {
      switch (dictionary.bits, dictionary.isSigned) {
      case (8, true): Int(buffer.base.load(fromByteOffset: row, as: Int8.self))
      case (8, false): Int(buffer.base.load(fromByteOffset: row, as: UInt8.self))
      case (16, true): Int(buffer.base.load(fromByteOffset: row * 2, as: Int16.self))
      case (16, false): Int(buffer.base.load(fromByteOffset: row * 2, as: UInt16.self))
      case (32, true): Int(buffer.base.load(fromByteOffset: row * 4, as: Int32.self))
      case (32, false): Int(buffer.base.load(fromByteOffset: row * 4, as: UInt32.self))
      default: buffer.base.load(fromByteOffset: row * 8, as: Int.self)
      }
    }
    var isInside = true
    let codes = Values<UInt32>(count: count) { target in
      for row in 0..<count {
        let code = number(row)
        let isPresent = validity?[row] ?? true
        if isPresent, code < 0 || code >= table.count { isInside = false }
        target[row] = code >= 0 && code < table.count ? UInt32(code) : 0
      }
    }
    guard isInside else { throw damaged("a number is not in its dictionary", field) }
    guard table.count > 0 else {
      return .repeating(.null, type: type, count: count)
    }
    if case .string(let texts) = table, texts.validity == nil {
      switch type {
      case .categorical:
        let (list, numbers) = CategoryList.listing(texts)
        let column = FixedWidthColumn(
          Values<UInt32>(count: count) { target in
            for row in 0..<count { target[row] = numbers[Int(codes[row])] }
          }, validity: validity)
        return .categorical(DictionaryColumn(column, list))
      case .enum:
        return .enum(
          DictionaryColumn(
            FixedWidthColumn(codes, validity: validity), CategoryList(distinct: texts)))
      default: break
      }
    }
    let gathered = table.gathered(codes)
    return gathered.withValidity(Bitmap.both(gathered.validity, validity))
  }

  private mutating func list(
    _ field: ArrowField, _ type: DataType, _ count: Int, _ validity: Bitmap?, isWanted: Bool
  ) throws(FrameError) -> ColumnStorage? {
    guard case .list(let element) = type, let childField = field.children.first else {
      throw damaged("no list", field)
    }
    var offsets: Values<Int>?
    if case .fixedList(let size) = field.type {
      if isWanted {
        let (total, isTooMany) = size.multipliedReportingOverflow(by: count)
        guard !isTooMany, total < 1 << 40, count < 1 << 32 else {
          throw damaged("a column of \(count) rows", field)
        }
        offsets = Values(count: count + 1) { target in
          for row in 0...count { target[row] = row * size }
        }
      }
    } else {
      offsets = try self.offsets(
        field, count, isLarge: field.type == .list(isLarge: true), isWanted)
    }
    let child = try column(childField, element, isWanted: isWanted)
    guard isWanted, let offsets, let child else { return nil }
    guard offsets[count] <= child.count else { throw damaged("a list ends outside", field) }
    return .list(ListColumn(offsets: offsets, child: child, validity: validity))
  }

  /// Offsets of lists or texts, which never fall.
  private mutating func offsets(
    _ field: ArrowField, _ count: Int, isLarge: Bool, _ isWanted: Bool
  ) throws(FrameError) -> Values<Int>? {
    let bytes = try nextBytes(field, isWanted: isWanted)
    guard isWanted else { return nil }
    guard let bytes else {
      guard count == 0 else { throw damaged("offsets are missing", field) }
      return Values([0])
    }
    let width = isLarge ? 8 : 4
    guard bytes.count / width > count else { throw damaged("a buffer is too short", field) }
    let source = UnsafeRawPointer(bytes.start)
    var isRising = true
    let offsets = Values<Int>(count: count + 1) { target in
      var last = 0
      for row in 0...count {
        let value =
          isLarge
          ? source.loadUnaligned(fromByteOffset: row * 8, as: Int.self)
          : Int(source.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))
        if value < last { isRising = false }
        last = value
        target[row] = value
      }
    }
    guard isRising else { throw damaged("offsets fall", field) }
    return offsets
  }

  private mutating func texts(
    _ field: ArrowField, _ count: Int, _ validity: Bitmap?, isWanted: Bool
  ) throws(FrameError) -> StringColumn? {
    var offsets: Values<Int>?
    if case .fixedBinary(let width) = field.type {
      guard !isWanted || (count < 1 << 32 && width < 1 << 28) else {
        throw damaged("a column of \(count) rows", field)
      }
      if isWanted {
        guard width == 0 || count <= body.count * 65_536 / width + 64 else {
          throw damaged("a column of \(count) rows", field)
        }
        offsets = Values(count: count + 1) { target in
          for row in 0...count { target[row] = row * width }
        }
      }
    } else {
      let isLarge = field.type == .text(isLarge: true) || field.type == .binary(isLarge: true)
      offsets = try self.offsets(field, count, isLarge: isLarge, isWanted)
    }
    let bytes = try nextBytes(field, isWanted: isWanted)
    guard isWanted, let offsets else { return nil }
    let run = bytes ?? ByteRun(Buffer(byteCount: 64), 0..<0)
    guard offsets[count] <= run.count else { throw damaged("a text ends outside", field) }
    let start = run.start
    let checksUTF8 = field.type.isText && apus_is_utf8(start, run.count) == 0
    var isValid = true
    // A view's offset has 32 bits: longer memory is seen as several heaps.
    let heapSize = 1 << 30
    let views = Values<StringView>(count: count) { target in
      for row in 0..<count {
        let (from, length) = (offsets[row], offsets[row + 1] - offsets[row])
        if validity.map({ !$0[row] }) ?? false {
          target[row] = .empty
          continue
        }
        let text = UnsafeBufferPointer(start: start + from, count: length)
        if field.type.isText, checksUTF8 || (from < run.count && start[from] & 0xc0 == 0x80),
          apus_is_utf8(start + from, length) == 0
        {
          isValid = false
        }
        target[row] = StringView(text, heap: from / heapSize, offset: from % heapSize)
      }
    }
    guard isValid else { throw damaged("a text is not UTF-8", field) }
    let heaps = stride(from: 0, to: run.count, by: heapSize).map { first in
      Values<UInt8>(
        buffer: run.buffer, start: run.range.lowerBound + first, count: run.count - first)
    }
    return StringColumn(views: views, heaps: heaps, validity: validity)
  }

  private mutating func views(
    _ field: ArrowField, _ count: Int, _ validity: Bitmap?, isWanted: Bool
  ) throws(FrameError) -> StringColumn? {
    let bytes = try nextBytes(field, isWanted: isWanted)
    guard nextView < viewCounts.count, viewCounts[nextView] >= 0,
      viewCounts[nextView] <= buffers.count
    else { throw damaged("its buffers of texts are not counted", field) }
    var heaps: [ByteRun] = []
    for _ in 0..<viewCounts[nextView] {
      heaps.append(
        try nextBytes(field, isWanted: isWanted) ?? ByteRun(Buffer(byteCount: 64), 0..<0))
    }
    nextView += 1
    guard isWanted else { return nil }
    guard (bytes?.count ?? 0) / 16 >= count else { throw damaged("a buffer is too short", field) }
    let source = bytes.map { UnsafeRawPointer($0.start) }
    var isValid = true
    let views = Values<StringView>(count: count) { target in
      for row in 0..<count {
        guard let source, validity?[row] ?? true else {
          target[row] = .empty
          continue
        }
        let length = Int(source.loadUnaligned(fromByteOffset: row * 16, as: UInt32.self))
        var start = UnsafePointer(
          (source + row * 16 + 4).assumingMemoryBound(to: UInt8.self))
        var (heap, offset) = (0, 0)
        if length > 12 {
          heap = Int(source.loadUnaligned(fromByteOffset: row * 16 + 8, as: UInt32.self))
          offset = Int(source.loadUnaligned(fromByteOffset: row * 16 + 12, as: UInt32.self))
          guard heap < heaps.count, offset + length <= heaps[heap].count else {
            isValid = false
            target[row] = .empty
            continue
          }
          start = heaps[heap].start + offset
        }
        if field.type == .textView, apus_is_utf8(start, length) == 0 { isValid = false }
        target[row] = StringView(
          UnsafeBufferPointer(start: start, count: length), heap: heap, offset: offset)
      }
    }
    guard isValid else { throw damaged("a text lies outside or is not UTF-8", field) }
    return StringColumn(
      views: views,
      heaps: heaps.map {
        Values<UInt8>(buffer: $0.buffer, start: $0.range.lowerBound, count: $0.count)
      }, validity: validity)
  }

  private func place(_ field: ArrowField) -> String { "\(context), column \"\(field.name)\"" }

  private func damaged(_ what: String, _ field: ArrowField) -> FrameError {
    FrameError(
      code: .malformedFile, what: what, place: place(field),
      mend: "the file is damaged; get it anew")
  }
}

extension ArrowType {
  /// How many bytes a value has in a file and in memory, and how the one becomes the other (days
  /// from thousandths of seconds where nothing is said).
  var storage: (stored: Int, kept: Int, ParquetConversion?) {
    switch self {
    case .int(let bits, _): (bits / 8, bits / 8, .copy)
    case .float(16): (2, 4, .halfToFloat)
    case .float(let bits): (bits / 8, bits / 8, .copy)
    case .decimal(_, _, 32): (4, 16, .decimal32)
    case .decimal(_, _, 64): (8, 16, .decimal64)
    case .decimal: (16, 16, .copy)
    case .date32: (4, 4, .copy)
    case .date64: (8, 4, nil)
    case .time(let perSecond, 32): (4, 8, .multiply32(1_000_000_000 / perSecond))
    case .time(let perSecond, _): (8, 8, .multiply(1_000_000_000 / perSecond))
    case .timestamp(1, _), .duration(1): (8, 8, .multiply(1000))
    case .timestamp, .duration: (8, 8, .copy)
    case .fixedBinary: (16, 16, .copy)
    case .null, .bool, .binary, .text, .binaryView, .textView, .list, .fixedList, .structure, .map:
      (1, 1, .copy)
    }
  }
}
