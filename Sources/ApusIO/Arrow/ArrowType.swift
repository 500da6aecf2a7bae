internal import ApusFrame

/// The types of Arrow (Schema.fbs, union Type), as its files tell them.
indirect enum ArrowType: Sendable, Equatable {
  case null, bool, date32, date64
  case int(bits: Int, isSigned: Bool)
  case float(bits: Int)
  case binary(isLarge: Bool), text(isLarge: Bool), binaryView, textView
  case decimal(precision: Int, scale: Int, bits: Int)
  case time(perSecond: Int, bits: Int)
  case timestamp(perSecond: Int, zone: String?)
  case duration(perSecond: Int)
  case fixedBinary(Int)
  case list(isLarge: Bool), fixedList(Int), structure, map
}

/// A column of an Arrow file.
struct ArrowField: Sendable {
  var name: String
  var type: ArrowType
  var isNullable = true
  var children: [ArrowField] = []
  var dictionary: Dictionary?
  var isUUID = false

  /// How numbers of a dictionary are kept.
  struct Dictionary: Sendable {
    var id: Int
    var bits: Int
    var isSigned: Bool
    var isOrdered: Bool
  }

  /// The type of the column in memory; `categories` gives the texts of an ordered dictionary.
  func dataType(
    in place: String, categories: (Int) -> [String]? = { _ in nil }
  ) throws(FrameError) -> DataType {
    if let dictionary, type.isText {
      if dictionary.isOrdered, let names = categories(dictionary.id) { return .enum(names) }
      return .categorical
    }
    switch type {
    case .null: return .string
    case .bool: return .bool
    case .date32, .date64: return .date
    case .int(let bits, let isSigned):
      switch bits {
      case 8: return isSigned ? .int8 : .uint8
      case 16: return isSigned ? .int16 : .uint16
      case 32: return isSigned ? .int32 : .uint32
      default: return isSigned ? .int64 : .uint64
      }
    case .float(let bits): return bits == 64 ? .float64 : .float32
    case .text, .textView: return .string
    case .binary, .binaryView: return .binary
    case .decimal(let precision, let scale, _):
      guard 1...38 ~= precision, 0...precision ~= scale else {
        throw FrameError(
          code: .malformedFile, what: "column \"\(name)\" holds decimals of \(precision) digits",
          place: place, mend: "write it with at most 38 digits")
      }
      return .decimal(precision: precision, scale: scale)
    case .time: return .time
    case .timestamp(let perSecond, let zone):
      return .datetime(ArrowField.unit(perSecond), zone: zone)
    case .duration(let perSecond): return .duration(ArrowField.unit(perSecond))
    case .fixedBinary(let width): return isUUID && width == 16 ? .uuid : .binary
    case .list, .fixedList, .map:
      guard let child = children.first else { throw FlatTable.damaged(place) }
      return .list(try child.dataType(in: place, categories: categories))
    case .structure:
      var fields: [Schema.Field] = []
      for child in children {
        fields.append(
          Schema.Field(child.name, try child.dataType(in: place, categories: categories)))
      }
      return .struct(fields)
    }
  }

  private static func unit(_ perSecond: Int) -> TimeUnit {
    switch perSecond {
    case 1_000_000_000: .nanoseconds
    case 1_000_000: .microseconds
    default: .milliseconds
    }
  }

  /// The field that keeps a column of `type`; dictionaries are numbered by `next`.
  init(_ name: String, _ type: DataType, next: inout Int) {
    self.name = name
    switch type {
    case .bool: self.type = .bool
    case .int8: self.type = .int(bits: 8, isSigned: true)
    case .int16: self.type = .int(bits: 16, isSigned: true)
    case .int32: self.type = .int(bits: 32, isSigned: true)
    case .int64: self.type = .int(bits: 64, isSigned: true)
    case .uint8: self.type = .int(bits: 8, isSigned: false)
    case .uint16: self.type = .int(bits: 16, isSigned: false)
    case .uint32: self.type = .int(bits: 32, isSigned: false)
    case .uint64: self.type = .int(bits: 64, isSigned: false)
    case .float32: self.type = .float(bits: 32)
    case .float64: self.type = .float(bits: 64)
    case .decimal(let precision, let scale):
      self.type = .decimal(precision: precision, scale: scale, bits: 128)
    case .string: self.type = .text(isLarge: true)
    case .binary: self.type = .binary(isLarge: true)
    case .date: self.type = .date32
    case .time: self.type = .time(perSecond: 1_000_000_000, bits: 64)
    case .datetime(let unit, let zone):
      self.type = .timestamp(perSecond: unit.ticksPerSecond, zone: zone)
    case .duration(let unit): self.type = .duration(perSecond: unit.ticksPerSecond)
    case .uuid:
      self.type = .fixedBinary(16)
      isUUID = true
    case .categorical, .enum:
      self.type = .text(isLarge: true)
      var isOrdered = false
      if case .enum = type { isOrdered = true }
      dictionary = Dictionary(id: next, bits: 32, isSigned: false, isOrdered: isOrdered)
      next += 1
    case .list(let element):
      self.type = .list(isLarge: true)
      children = [ArrowField("item", element, next: &next)]
    case .struct(let fields):
      self.type = .structure
      for field in fields { children.append(ArrowField(field.name, field.type, next: &next)) }
    }
  }

  /// A field as a file tells it.
  init(_ table: FlatTable, context: String, depth: Int = 0) throws(FrameError) {
    guard depth < 64 else { throw FlatTable.damaged(context) }
    name = try table.text(0) ?? ""
    isNullable = try table.bool(1)
    guard let kind = try table.number(2, UInt8.self) else { throw FlatTable.damaged(context) }
    guard let type = try ArrowType(kind, try table.table(3)) else {
      throw FrameError(
        code: .malformedFile,
        what: "column \"\(name)\" is of Arrow's type \(kind), which is not read",
        place: context, mend: "write the file without it, or with a plainer type")
    }
    self.type = type
    for child in try table.tables(5) {
      children.append(try ArrowField(child, context: context, depth: depth + 1))
    }
    if let encoding = try table.table(4) {
      let index = try encoding.table(1)
      let bits = index == nil ? 32 : Int(try index?.number(0, Int32.self) ?? 0)
      guard [8, 16, 32, 64].contains(bits) else { throw FlatTable.damaged(context) }
      dictionary = Dictionary(
        id: try encoding.number(0, Int.self) ?? 0,
        bits: bits,
        isSigned: index == nil ? true : try index?.bool(1) ?? false,
        isOrdered: try encoding.bool(2))
    }
    for entry in try table.tables(6) {
      if try entry.text(0) == "ARROW:extension:name" {
        isUUID = try entry.text(1) == "arrow.uuid"
      }
    }
  }
}

extension ArrowType {
  /// Whether it holds texts.
  var isText: Bool {
    switch self {
    case .text, .textView: true
    case .null, .bool, .date32, .date64, .int, .float, .binary, .binaryView, .decimal, .time,
      .timestamp, .duration, .fixedBinary, .list, .fixedList, .structure, .map:
      false
    }
  }

  /// The type of a number in the union and its table; nothing for those that are not read.
  init?(_ kind: UInt8, _ table: FlatTable?) throws(FrameError) {
    func perSecond(_ absent: Int16) throws(FrameError) -> Int {
      switch try table?.number(0, Int16.self) ?? absent {
      case 0: 1
      case 1: 1000
      case 2: 1_000_000
      default: 1_000_000_000
      }
    }
    switch kind {
    case 1: self = .null
    case 2:
      let bits = Int(try table?.number(0, Int32.self) ?? 0)
      guard [8, 16, 32, 64].contains(bits) else { return nil }
      self = .int(bits: bits, isSigned: try table?.bool(1) ?? false)
    case 3:
      let precision = Int(try table?.number(0, Int16.self) ?? 0)
      guard (0...2).contains(precision) else { return nil }
      self = .float(bits: 16 << precision)
    case 4: self = .binary(isLarge: false)
    case 5: self = .text(isLarge: false)
    case 6: self = .bool
    case 7:
      let bits = Int(try table?.number(2, Int32.self) ?? 128)
      guard [32, 64, 128].contains(bits) else { return nil }
      self = .decimal(
        precision: Int(try table?.number(0, Int32.self) ?? 0),
        scale: Int(try table?.number(1, Int32.self) ?? 0), bits: bits)
    case 8: self = try table?.number(0, Int16.self) ?? 1 == 0 ? .date32 : .date64
    case 9:
      let bits = Int(try table?.number(1, Int32.self) ?? 32)
      guard bits == 32 || bits == 64 else { return nil }
      self = .time(perSecond: try perSecond(1), bits: bits)
    case 10: self = .timestamp(perSecond: try perSecond(0), zone: try table?.text(1))
    case 12: self = .list(isLarge: false)
    case 13: self = .structure
    case 15:
      let width = Int(try table?.number(0, Int32.self) ?? 0)
      guard width >= 0 else { return nil }
      self = .fixedBinary(width)
    case 16:
      let size = Int(try table?.number(0, Int32.self) ?? 0)
      guard size >= 0 else { return nil }
      self = .fixedList(size)
    case 17: self = .map
    case 18: self = .duration(perSecond: try perSecond(1))
    case 19: self = .binary(isLarge: true)
    case 20: self = .text(isLarge: true)
    case 21: self = .list(isLarge: true)
    case 23: self = .binaryView
    case 24: self = .textView
    default: return nil
    }
  }

  /// The number in the union, and the table that tells the rest.
  func encoded(_ builder: inout FlatBuilder) -> (kind: UInt8, table: FlatBuilder.Place) {
    func unit(_ perSecond: Int) -> FlatBuilder.Field {
      .int16(perSecond == 1 ? 0 : perSecond == 1000 ? 1 : perSecond == 1_000_000 ? 2 : 3)
    }
    switch self {
    case .null: return (1, builder.table([]))
    case .int(let bits, let isSigned):
      return (2, builder.table([.int32(Int32(bits)), .uint8(isSigned ? 1 : 0)]))
    case .float(let bits): return (3, builder.table([.int16(bits == 16 ? 0 : bits == 32 ? 1 : 2)]))
    case .binary(let isLarge): return (isLarge ? 19 : 4, builder.table([]))
    case .text(let isLarge): return (isLarge ? 20 : 5, builder.table([]))
    case .bool: return (6, builder.table([]))
    case .decimal(let precision, let scale, let bits):
      return (
        7, builder.table([.int32(Int32(precision)), .int32(Int32(scale)), .int32(Int32(bits))])
      )
    case .date32: return (8, builder.table([.int16(0)]))
    case .date64: return (8, builder.table([.int16(1)]))
    case .time(let perSecond, let bits):
      return (9, builder.table([unit(perSecond), .int32(Int32(bits))]))
    case .timestamp(let perSecond, let zone):
      let name = zone.map { builder.text($0) }
      return (10, builder.table([unit(perSecond), name.map { .place($0) } ?? .none]))
    case .list(let isLarge): return (isLarge ? 21 : 12, builder.table([]))
    case .structure: return (13, builder.table([]))
    case .fixedBinary(let width): return (15, builder.table([.int32(Int32(width))]))
    case .fixedList(let size): return (16, builder.table([.int32(Int32(size))]))
    case .map: return (17, builder.table([]))
    case .duration(let perSecond): return (18, builder.table([unit(perSecond)]))
    case .binaryView: return (23, builder.table([]))
    case .textView: return (24, builder.table([]))
    }
  }
}

extension ArrowField {
  /// The field as a table.
  func encoded(_ builder: inout FlatBuilder) -> FlatBuilder.Place {
    var parts: [FlatBuilder.Place] = []
    for child in children { parts.append(child.encoded(&builder)) }
    let childList = builder.vector(parts)
    var metadata = FlatBuilder.Field.none
    if isUUID {
      let (key, value) = (builder.text("ARROW:extension:name"), builder.text("arrow.uuid"))
      let name = builder.table([.place(key), .place(value)])
      let (key2, value2) = (builder.text("ARROW:extension:metadata"), builder.text(""))
      let rest = builder.table([.place(key2), .place(value2)])
      metadata = .place(builder.vector([name, rest]))
    }
    var encoding = FlatBuilder.Field.none
    if let dictionary {
      let index = builder.table([
        .int32(Int32(dictionary.bits)), .uint8(dictionary.isSigned ? 1 : 0),
      ])
      encoding = .place(
        builder.table([
          .int64(dictionary.id), .place(index), .uint8(dictionary.isOrdered ? 1 : 0),
        ]))
    }
    let (kind, details) = type.encoded(&builder)
    let name = builder.text(name)
    return builder.table([
      .place(name), .uint8(isNullable ? 1 : 0), .uint8(kind), .place(details), encoding,
      .place(childList), metadata,
    ])
  }

  /// A schema of fields as a table.
  static func encodedSchema(
    _ fields: [ArrowField], _ builder: inout FlatBuilder
  ) -> FlatBuilder.Place {
    var places: [FlatBuilder.Place] = []
    for field in fields { places.append(field.encoded(&builder)) }
    let list = builder.vector(places)
    return builder.table([.int16(0), .place(list)])
  }
}
