@_implementationOnly import CNumerics

extension DataFrame {
  /// The frame that a schema and a struct array of the Arrow C data interface describe, of which it
  /// takes possession. Memory is used where it lies when it is laid out as columns are, and released
  /// when the frame and all that is made of it are gone.
  public init(
    importingArrowSchema schema: UnsafeMutableRawPointer, array: UnsafeMutableRawPointer
  ) throws(FrameError) {
    let schema = schema.assumingMemoryBound(to: ArrowSchema.self)
    defer { if let release = schema.pointee.release { release(schema) } }
    let owner = ForeignArray(taking: array.assumingMemoryBound(to: ArrowArray.self))
    self = try ArrowImport(owner: owner).frame(schema.pointee, owner.root)
  }

  /// The frame of all batches of a stream of the Arrow C stream interface, of which it takes
  /// possession.
  public init(importingArrowStream stream: UnsafeMutableRawPointer) throws(FrameError) {
    let stream = stream.assumingMemoryBound(to: ArrowArrayStream.self)
    defer { if let release = stream.pointee.release { release(stream) } }
    func fail(_ code: Int32) -> FrameError {
      let message = stream.pointee.get_last_error(stream).map { String(cString: $0) }
      return FrameError(
        code: .fileAccess, what: "an Arrow stream failed: \(message ?? "error \(code)")",
        place: "DataFrame(importingArrowStream:)")
    }
    var schema = ArrowSchema()
    let code = stream.pointee.get_schema(stream, &schema)
    guard code == 0 else { throw fail(code) }
    defer { if let release = schema.release { release(&schema) } }
    var frames: [DataFrame] = []
    while true {
      var array = ArrowArray()
      let code = stream.pointee.get_next(stream, &array)
      guard code == 0 else { throw fail(code) }
      guard array.release != nil else { break }
      let owner = ForeignArray(taking: &array)
      frames.append(try ArrowImport(owner: owner).frame(schema, owner.root))
    }
    guard let first = frames.first else {
      self = try ArrowImport.empty(schema)
      return
    }
    var columns: [AnyColumn] = []
    for (place, field) in first.schema.fields.enumerated() {
      columns.append(
        AnyColumn(
          name: field.name,
          try concatenated(frames.map { $0.columns[place] }, type: field.type)))
    }
    self = try DataFrame(columns: columns, rowCount: frames.reduce(0) { $0 + $1.rowCount })
  }
}

/// Makes columns of foreign arrays.
struct ArrowImport {
  let owner: ForeignArray

  private static let place = "an import from Arrow"

  private static func unknown(_ schema: ArrowSchema, _ why: String) -> FrameError {
    let name = schema.name.map { String(cString: $0) } ?? ""
    return FrameError(
      code: .typeMismatch, what: "column \"\(name)\" has \(why)", place: place,
      mend: "cast it before it is handed over")
  }

  func frame(_ schema: ArrowSchema, _ array: ArrowArray) throws(FrameError) -> DataFrame {
    guard schema.format.map({ String(cString: $0) }) == "+s" else {
      throw ArrowImport.unknown(schema, "no columns: a frame is a struct array")
    }
    let column = try self.column(schema, array)
    guard case .struct(let record) = column else {
      throw ArrowImport.unknown(schema, "no columns")
    }
    var columns: [AnyColumn] = []
    for (place, name) in record.names.enumerated() {
      columns.append(AnyColumn(name: name, record.field(at: place)))
    }
    return try DataFrame(columns: columns, rowCount: record.count)
  }

  /// The frame without rows of a schema: an array without rows has no buffers to read.
  static func empty(_ schema: ArrowSchema) throws(FrameError) -> DataFrame {
    var array = ArrowArray()
    let owner = ForeignArray(taking: &array)
    return try ArrowImport(owner: owner).frame(schema, owner.root)
  }

  private func child(_ array: ArrowArray, _ place: Int) -> ArrowArray {
    guard place < array.n_children, let child = array.children?[place] else { return ArrowArray() }
    return child.pointee
  }

  /// The column of an array.
  func column(_ schema: ArrowSchema, _ array: ArrowArray) throws(FrameError) -> ColumnStorage {
    let format = schema.format.map { String(cString: $0) } ?? ""
    if let dictionary = schema.dictionary {
      return try categories(schema, dictionary.pointee, array, format)
    }
    let validity = validity(of: array)
    switch format {
    case "n":
      return .repeating(.null, type: .string, count: array.length)
    case "b": return .bool(BooleanColumn(bits(array, buffer: 1), validity: validity))
    case "c": return .int8(fixed(array, validity))
    case "C": return .uint8(fixed(array, validity))
    case "s": return .int16(fixed(array, validity))
    case "S": return .uint16(fixed(array, validity))
    case "i": return .int32(fixed(array, validity))
    case "I": return .uint32(fixed(array, validity))
    case "l": return .int64(fixed(array, validity))
    case "L": return .uint64(fixed(array, validity))
    case "f": return .float32(fixed(array, validity))
    case "g": return .float64(fixed(array, validity))
    case "vu": return .string(views(array, validity))
    case "vz": return .binary(views(array, validity))
    case "u": return .string(texts(array, Int32.self, validity))
    case "U": return .string(texts(array, Int64.self, validity))
    case "z": return .binary(texts(array, Int32.self, validity))
    case "Z": return .binary(texts(array, Int64.self, validity))
    case "tdD": return .date(fixed(array, validity))
    case "tdm": return .datetime(fixed(array, validity), .milliseconds, zone: nil)
    case "tts": return .time(scaled(array, Int32.self, 1_000_000_000, validity))
    case "ttm": return .time(scaled(array, Int32.self, 1_000_000, validity))
    case "ttu": return .time(scaled(array, Int.self, 1000, validity))
    case "ttn": return .time(fixed(array, validity))
    case "tDs": return .duration(scaled(array, Int.self, 1000, validity), .milliseconds)
    case "tDm": return .duration(fixed(array, validity), .milliseconds)
    case "tDu": return .duration(fixed(array, validity), .microseconds)
    case "tDn": return .duration(fixed(array, validity), .nanoseconds)
    case "+s": return try record(schema, array, validity)
    case "+l": return try list(schema, array, Int32.self, validity)
    case "+L": return try list(schema, array, Int64.self, validity)
    case "+m": return try list(schema, array, Int32.self, validity)
    default: break
    }
    if format.hasPrefix("ts") {
      let rest = format.dropFirst(2)
      let zone = rest.dropFirst(2)
      let name = zone.isEmpty ? nil : String(zone)
      switch rest.first {
      case "s": return .datetime(scaled(array, Int.self, 1000, validity), .milliseconds, zone: name)
      case "m": return .datetime(fixed(array, validity), .milliseconds, zone: name)
      case "u": return .datetime(fixed(array, validity), .microseconds, zone: name)
      case "n": return .datetime(fixed(array, validity), .nanoseconds, zone: name)
      default: break
      }
    }
    if format.hasPrefix("d:") {
      let numbers = format.dropFirst(2).split(separator: ",").compactMap { Int($0) }
      if numbers.count == 2 || numbers.count == 3 && numbers[2] == 128,
        (1...38).contains(numbers[0]),
        (0...38).contains(numbers[1])
      {
        return .decimal(fixed(array, validity), precision: numbers[0], scale: numbers[1])
      }
    }
    if format.hasPrefix("w:"), let width = Int(format.dropFirst(2)), width >= 0 {
      let name = ArrowFormat.value(of: "ARROW:extension:name", in: schema.metadata)
      if width == 16, name == "arrow.uuid" { return .uuid(fixed(array, validity)) }
      return .binary(runs(array, width: width, validity))
    }
    if format.hasPrefix("+w:"), let width = Int(format.dropFirst(3)), width >= 0 {
      guard let element = schema.children?[0]?.pointee else {
        throw ArrowImport.unknown(schema, "lists of nothing")
      }
      let child = try column(element, self.child(array, 0))
      let offsets = Values((0...array.length).map { ($0 + array.offset) * width })
      return .list(ListColumn(offsets: offsets, child: child, validity: validity))
    }
    throw ArrowImport.unknown(schema, "the Arrow format \"\(format)\", which no column has")
  }

  // MARK: Buffers

  private func buffer(_ array: ArrowArray, _ place: Int) -> UnsafeRawPointer? {
    place < array.n_buffers ? array.buffers?[place] : nil
  }

  /// The bits of a buffer, moved to the start of words of our own.
  private func bits(_ array: ArrowArray, buffer place: Int) -> Bitmap {
    guard array.length > 0, let memory = buffer(array, place) else {
      return Bitmap(repeating: false, count: array.length)
    }
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    return Bitmap(count: array.length) { row in
      let bit = row + array.offset
      return bytes[bit >> 3] >> UInt8(bit & 7) & 1 == 1
    }
  }

  private func validity(of array: ArrowArray) -> Bitmap? {
    guard array.null_count != 0, array.length > 0, buffer(array, 0) != nil else { return nil }
    return bits(array, buffer: 0).unlessAllSet
  }

  /// Values that are used where they lie, or copied when they lie where the processor does not want
  /// them.
  private func values<Element>(_ array: ArrowArray, _ place: Int, count: Int) -> Values<Element> {
    guard count > 0, let memory = buffer(array, place) else {
      return Values(count: count) { target in
        UnsafeMutableRawPointer(target).initializeMemory(
          as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
      }
    }
    let stride = MemoryLayout<Element>.stride
    let start = memory + array.offset * stride
    if Int(bitPattern: start) % MemoryLayout<Element>.alignment == 0 {
      let buffer = Buffer(foreign: start, byteCount: count * stride, owner: owner)
      return Values(buffer: buffer, start: 0, count: count)
    }
    return Values(count: count) { target in
      UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: count * stride)
    }
  }

  private func fixed<Element>(
    _ array: ArrowArray, _ validity: Bitmap?
  ) -> FixedWidthColumn<Element> {
    FixedWidthColumn(values(array, 1, count: array.length), validity: validity)
  }

  private func scaled<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ array: ArrowArray, _ type: Number.Type, _ factor: Int, _ validity: Bitmap?
  ) -> FixedWidthColumn<Int> {
    let numbers: FixedWidthColumn<Number> = fixed(array, validity)
    return numbers.mapped { Int($0) &* factor }
  }

  // MARK: Texts

  private func texts<Offset: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ array: ArrowArray, _ type: Offset.Type, _ validity: Bitmap?
  ) -> StringColumn {
    let count = array.length
    guard count > 0 else { return StringColumn([]) }
    let offsets: Values<Offset> = values(array, 1, count: count + 1)
    let end = Int(offsets[count])
    guard let memory = buffer(array, 2), end > 0 else {
      return StringColumn(
        views: Values(repeating: .empty, count: count), heaps: [], validity: validity)
    }
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    func text(_ row: Int) -> UnsafeBufferPointer<UInt8> {
      let range = Int(offsets[row])..<Int(offsets[row + 1])
      return UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
    }
    guard end <= Int(UInt32.max) else {
      // A view's place in its heap has 32 bits.
      var builder = StringColumnBuilder(rowCount: count)
      for row in 0..<count where validity?[row] ?? true { builder.set(text(row), at: row) }
      return builder.finish(validity: validity)
    }
    let heap = Values<UInt8>(
      buffer: Buffer(foreign: memory, byteCount: end, owner: owner), start: 0, count: end)
    let views = Values<StringView>(count: count) { target in
      for row in 0..<count {
        target[row] =
          validity?[row] ?? true
          ? StringView(text(row), heap: 0, offset: Int(offsets[row])) : .empty
      }
    }
    return StringColumn(views: views, heaps: [heap], validity: validity)
  }

  private func runs(_ array: ArrowArray, width: Int, _ validity: Bitmap?) -> StringColumn {
    var builder = StringColumnBuilder(rowCount: array.length)
    if let memory = buffer(array, 1), width > 0 {
      let bytes = memory.assumingMemoryBound(to: UInt8.self) + array.offset * width
      for row in 0..<array.length where validity?[row] ?? true {
        builder.set(UnsafeBufferPointer(start: bytes + row * width, count: width), at: row)
      }
    }
    return builder.finish(validity: validity)
  }

  private func views(_ array: ArrowArray, _ validity: Bitmap?) -> StringColumn {
    let count = array.length
    let found: Values<StringView> = values(array, 1, count: count)
    var heaps: [Values<UInt8>] = []
    let heapCount = Swift.max(array.n_buffers - 3, 0)
    if heapCount > 0, let sizes = buffer(array, array.n_buffers - 1) {
      for place in 0..<heapCount {
        let size = Int(sizes.loadUnaligned(fromByteOffset: place * 8, as: Int64.self))
        let memory = buffer(array, place + 2)
        if let memory, size > 0 {
          heaps.append(
            Values(
              buffer: Buffer(foreign: memory, byteCount: size, owner: owner), start: 0, count: size)
          )
        } else {
          heaps.append(Values([]))
        }
      }
    }
    guard let validity else { return StringColumn(views: found, heaps: heaps) }
    // What a view says under a null is undefined, and kernels may look at it.
    let views = Values<StringView>(count: count) { target in
      for row in 0..<count { target[row] = validity[row] ? found[row] : .empty }
    }
    return StringColumn(views: views, heaps: heaps, validity: validity)
  }

  // MARK: Nested

  private func record(
    _ schema: ArrowSchema, _ array: ArrowArray, _ validity: Bitmap?
  ) throws(FrameError) -> ColumnStorage {
    var names: [String] = []
    var fields: [ColumnStorage] = []
    for place in 0..<schema.n_children {
      guard let child = schema.children?[place]?.pointee else { continue }
      names.append(child.name.map { String(cString: $0) } ?? "")
      let column = try self.column(child, self.child(array, place))
      fields.append(
        array.offset == 0 && column.count == array.length
          ? column : column.sliced(array.offset..<(array.offset + array.length)))
    }
    return .struct(
      StructColumn(names: names, fields: fields, count: array.length, validity: validity))
  }

  private func list<Offset: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ schema: ArrowSchema, _ array: ArrowArray, _ type: Offset.Type, _ validity: Bitmap?
  ) throws(FrameError) -> ColumnStorage {
    guard let element = schema.children?[0]?.pointee else {
      throw ArrowImport.unknown(schema, "lists of nothing")
    }
    let child = try column(element, self.child(array, 0))
    guard array.length > 0 else {
      return .list(ListColumn(offsets: Values([0]), child: child.sliced(0..<0)))
    }
    let offsets: Values<Offset> = values(array, 1, count: array.length + 1)
    return .list(
      ListColumn(offsets: offsets.map { Int($0) }, child: child, validity: validity))
  }

  /// Numbers of a dictionary: categories when it is a list of different texts, else the values that
  /// they stand for.
  private func categories(
    _ schema: ArrowSchema, _ values: ArrowSchema, _ array: ArrowArray, _ format: String
  ) throws(FrameError) -> ColumnStorage {
    guard let foreign = array.dictionary?.pointee ?? (array.length == 0 ? ArrowArray() : nil) else {
      throw ArrowImport.unknown(schema, "numbers of a dictionary that is not there")
    }
    let dictionary = try column(values, foreign)
    var plain = schema
    plain.dictionary = nil
    let numbers = try column(plain, array)
    let casts = Casts(step: ArrowImport.place, firstRow: 0, isStrict: true)
    guard numbers.type.isInteger,
      case .uint32(let codes) = try casts.cast(numbers.withHolesZero, to: .uint32)
    else { throw ArrowImport.unknown(schema, "dictionary numbers of \(format)") }
    if case .string(let texts) = dictionary, texts.validity == nil {
      let (list, _) = CategoryList.listing(texts)
      if list.count == texts.count {
        let column = DictionaryColumn(codes, CategoryList(distinct: texts))
        return schema.flags & ArrowFormat.ordered != 0 ? .enum(column) : .categorical(column)
      }
    }
    let rows = Values<UInt32>(count: codes.count) { target in
      for row in 0..<codes.count { target[row] = codes[row] ?? RowSelection.missing }
    }
    return dictionary.gatheredOrNull(rows)
  }
}

extension ColumnStorage {
  /// Whole numbers with 0 under nulls, where anything may stand.
  fileprivate var withHolesZero: ColumnStorage {
    guard let validity, let wide = wideInts else { return self }
    return .int64(
      FixedWidthColumn(
        Values(count: count) { target in
          for row in 0..<count { target[row] = validity[row] ? wide.values[row] : 0 }
        }, validity: validity))
  }
}
