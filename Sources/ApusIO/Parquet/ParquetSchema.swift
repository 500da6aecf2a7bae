internal import ApusFrame

/// A column of stored values.
struct ParquetLeaf: Sendable {
  var name: String
  var physical: ParquetPhysical
  var typeLength: Int
  var maxDefinition: Int
  var maxRepetition: Int
  /// Which chunk of a row group holds it.
  var place: Int
  var layout: ParquetLayout
  var type: DataType
}

/// How a column is put together from leaves. Levels are the least ones at which a value is there.
indirect enum ParquetShape: Sendable {
  case leaf(Int)
  case list(definition: Int, element: Int, repetition: Int, ParquetShape)
  case structure(definition: Int, names: [String], [ParquetShape])
}

/// A column of a file.
struct ParquetColumn: Sendable {
  var name: String
  var type: DataType
  var shape: ParquetShape

  /// The only leaf of a column that is neither list nor struct.
  var flatLeaf: Int? {
    if case .leaf(let place) = shape { place } else { nil }
  }
}

/// The columns of a Parquet file, as its metadata's tree says.
struct ParquetSchema: Sendable {
  private(set) var leaves: [ParquetLeaf] = []
  private(set) var columns: [ParquetColumn] = []
  private let elements: [ParquetElement]
  private let path: String
  private var next = 1

  /// How many chunks a row group has.
  var chunkCount: Int { leaves.count }

  /// How deep groups may lie in one another.
  private static let depthLimit = 60

  /// The columns of `metadata`; `path` names the file in errors.
  init(_ metadata: ParquetMetadata, path: String) throws(FrameError) {
    elements = metadata.schema
    self.path = path
    guard let root = elements.first, root.childCount >= 0, root.childCount < elements.count else {
      throw ParquetSchema.damaged("the schema has no root", path)
    }
    columns.reserveCapacity(root.childCount)
    for _ in 0..<root.childCount {
      let (name, type, shape) = try node(definition: 0, repetition: 0, depth: 0)
      columns.append(ParquetColumn(name: name, type: type, shape: shape))
    }
    refine(with: metadata.keys)
  }

  /// The node that comes next, and what is below it.
  private mutating func node(
    definition: Int, repetition: Int, depth: Int
  ) throws(FrameError) -> (String, DataType, ParquetShape) {
    guard next < elements.count, depth < ParquetSchema.depthLimit else {
      throw ParquetSchema.damaged("the schema ends early", path)
    }
    let element = elements[next]
    guard element.repetition != .repeated else {
      // A repeated node without a list around it is a list whose elements are never null.
      let (type, shape) = try content(
        definition: definition + 1, repetition: repetition + 1, depth: depth)
      return (
        element.name, .list(type),
        .list(definition: definition, element: definition + 1, repetition: repetition + 1, shape)
      )
    }
    let own = definition + (element.repetition == .optional ? 1 : 0)
    let (type, shape) = try content(definition: own, repetition: repetition, depth: depth)
    return (element.name, type, shape)
  }

  /// What the next node holds; its own repetition is counted already.
  private mutating func content(
    definition: Int, repetition: Int, depth: Int
  ) throws(FrameError) -> (DataType, ParquetShape) {
    let element = elements[next]
    next += 1
    if let physical = element.physical, element.childCount == 0 {
      let (type, layout) = try ParquetSchema.type(of: element, physical, path)
      leaves.append(
        ParquetLeaf(
          name: element.name, physical: physical, typeLength: element.typeLength,
          maxDefinition: definition, maxRepetition: repetition, place: leaves.count,
          layout: layout, type: type))
      return (type, .leaf(leaves.count - 1))
    }
    guard element.childCount >= 0, element.childCount <= elements.count - next else {
      throw ParquetSchema.damaged("\"\(element.name)\" has \(element.childCount) parts", path)
    }
    if element.logical == .list || element.logical == .map, element.childCount == 1,
      elements[next].repetition == .repeated
    {
      return try list(element, definition: definition, repetition: repetition, depth: depth)
    }
    var names: [String] = []
    var fields: [Schema.Field] = []
    var shapes: [ParquetShape] = []
    for _ in 0..<element.childCount {
      let (name, type, shape) = try node(
        definition: definition, repetition: repetition, depth: depth + 1)
      names.append(name)
      fields.append(Schema.Field(name, type))
      shapes.append(shape)
    }
    guard !shapes.isEmpty else {
      throw ParquetSchema.damaged("\"\(element.name)\" has no parts", path)
    }
    return (.struct(fields), .structure(definition: definition, names: names, shapes))
  }

  /// A list or map: a group that holds one repeated node (LogicalTypes.md, also its rules for files
  /// of older writers).
  private mutating func list(
    _ element: ParquetElement, definition: Int, repetition: Int, depth: Int
  ) throws(FrameError) -> (DataType, ParquetShape) {
    let repeated = elements[next]
    let isElement =
      element.logical == .map || repeated.physical != nil || repeated.childCount != 1
      || repeated.name == "array" || repeated.name == element.name + "_tuple"
    let found: (DataType, ParquetShape)
    if isElement {
      found = try content(
        definition: definition + 1, repetition: repetition + 1, depth: depth + 1)
    } else {
      next += 1
      let (_, type, shape) = try node(
        definition: definition + 1, repetition: repetition + 1, depth: depth + 1)
      found = (type, shape)
    }
    return (
      .list(found.0),
      .list(definition: definition, element: definition + 1, repetition: repetition + 1, found.1)
    )
  }

  /// Takes in what Arrow's schema, which many writers add, says beyond the file's own.
  private mutating func refine(with keys: [String: String]) {
    guard let text = keys["ARROW:schema"], let bytes = Base64.bytes(text),
      let fields = ParquetSchema.arrowFields(bytes), fields.count == columns.count
    else { return }
    for place in columns.indices where fields[place].name == columns[place].name {
      columns[place].type = refined(
        columns[place].type, columns[place].shape, fields[place], columns[place].name, keys)
    }
  }

  private static func arrowFields(_ message: [UInt8]) -> [ArrowField]? {
    message.withUnsafeBytes { raw -> [ArrowField]? in
      guard let base = raw.baseAddress, raw.count > 8 else { return nil }
      let start = raw.loadUnaligned(as: Int32.self) == -1 ? 8 : 4
      do throws(FrameError) {
        let table = try FlatTable(base + start, count: raw.count - start, context: "ARROW:schema")
        guard let schema = try table.table(2) else { return nil }
        return try ArrowFile.fields(of: schema, context: "ARROW:schema")
      } catch {
        // It only adds to what the file's own schema says, which stands.
        return nil
      }
    }
  }

  private mutating func refined(
    _ type: DataType, _ shape: ParquetShape, _ field: ArrowField, _ path: String,
    _ keys: [String: String]
  ) -> DataType {
    switch shape {
    case .leaf(let place):
      if let better = ParquetSchema.better(leaves[place], field, path, keys) {
        leaves[place].type = better
        if better == .uuid { leaves[place].layout = .fixed(width: 16, .copy) }
      }
      return leaves[place].type
    case .list(_, _, _, let inner):
      guard case .list(let element) = type, let child = field.children.first else { return type }
      return .list(refined(element, inner, child, "\(path)/item", keys))
    case .structure(_, let names, let inner):
      guard case .struct(var fields) = type, field.children.count == inner.count else {
        return type
      }
      for place in inner.indices where names[place] == field.children[place].name {
        fields[place].type = refined(
          fields[place].type, inner[place], field.children[place], "\(path)/\(names[place])", keys)
      }
      return .struct(fields)
    }
  }

  private static func better(
    _ leaf: ParquetLeaf, _ field: ArrowField, _ path: String, _ keys: [String: String]
  ) -> DataType? {
    if field.dictionary != nil, leaf.type == .string {
      guard let names = keys["apus.enum:\(path)"] else { return .categorical }
      let list = names.split(separator: "\u{0}", omittingEmptySubsequences: false).map(String.init)
      return Set(list).count == list.count ? .enum(list) : nil
    }
    switch (leaf.type, field.type) {
    case (.int64, .duration(let perSecond)):
      switch perSecond {
      case 1000: return .duration(.milliseconds)
      case 1_000_000: return .duration(.microseconds)
      case 1_000_000_000: return .duration(.nanoseconds)
      default: return nil
      }
    case (.datetime(let unit, _), .timestamp(_, let zone)): return .datetime(unit, zone: zone)
    case (.binary, .fixedBinary(16)):
      return field.isUUID && leaf.physical == .fixedByteArray && leaf.typeLength == 16 ? .uuid : nil
    default: return nil
    }
  }

  /// What a column is in memory, and how it is made of what is stored.
  private static func type(
    of element: ParquetElement, _ physical: ParquetPhysical, _ path: String
  ) throws(FrameError) -> (DataType, ParquetLayout) {
    guard physical != .fixedByteArray || (element.typeLength >= 0 && element.typeLength < 1 << 28)
    else {
      throw damaged("column \"\(element.name)\" has values of \(element.typeLength) bytes", path)
    }
    if case .decimal(let scale, let precision)? = element.logical {
      guard 1...38 ~= precision, 0...precision ~= scale else {
        throw damaged("column \"\(element.name)\" has decimals of \(precision) digits", path)
      }
    }
    switch physical {
    case .boolean: return (.bool, .bool)
    case .int32: return int32(element.logical)
    case .int64: return int64(element.logical)
    case .int96: return (.datetime(.nanoseconds), .fixed(width: 8, .int96))
    case .float: return (.float32, .fixed(width: 4, .copy))
    case .double: return (.float64, .fixed(width: 8, .copy))
    case .byteArray:
      switch element.logical {
      case .string?, .enumeration?, .json?: return (.string, .text(isUTF8: true))
      case .decimal(let scale, let precision)?:
        return (.decimal(precision: precision, scale: scale), .fixed(width: 16, .decimal))
      default: return (.binary, .text(isUTF8: false))
      }
    case .fixedByteArray:
      switch element.logical {
      case .decimal(let scale, let precision)? where element.typeLength <= 16:
        return (.decimal(precision: precision, scale: scale), .fixed(width: 16, .decimal))
      case .uuid? where element.typeLength == 16: return (.uuid, .fixed(width: 16, .copy))
      case .float16? where element.typeLength == 2:
        return (.float32, .fixed(width: 4, .halfToFloat))
      default: return (.binary, .text(isUTF8: false))
      }
    }
  }

  private static func int32(_ logical: ParquetLogical?) -> (DataType, ParquetLayout) {
    switch logical {
    case .date?: return (.date, .fixed(width: 4, .copy))
    case .time(.milliseconds)?: return (.time, .fixed(width: 8, .multiply32(1_000_000)))
    case .decimal(let scale, let precision)?:
      return (.decimal(precision: precision, scale: scale), .fixed(width: 16, .decimal32))
    case .integer(8, let isSigned)?:
      return (isSigned ? .int8 : .uint8, .fixed(width: 1, .from32To8))
    case .integer(16, let isSigned)?:
      return (isSigned ? .int16 : .uint16, .fixed(width: 2, .from32To16))
    case .integer(_, isSigned: false)?: return (.uint32, .fixed(width: 4, .copy))
    default: return (.int32, .fixed(width: 4, .copy))
    }
  }

  private static func int64(_ logical: ParquetLogical?) -> (DataType, ParquetLayout) {
    switch logical {
    case .time(let unit)?:
      return (.time, .fixed(width: 8, unit == .microseconds ? .multiply(1000) : .copy))
    case .timestamp(let unit, let isUTC)?:
      let kept: TimeUnit =
        switch unit {
        case .milliseconds: .milliseconds
        case .microseconds: .microseconds
        case .nanoseconds: .nanoseconds
        }
      return (.datetime(kept, zone: isUTC ? "UTC" : nil), .fixed(width: 8, .copy))
    case .decimal(let scale, let precision)?:
      return (.decimal(precision: precision, scale: scale), .fixed(width: 16, .decimal64))
    case .integer(_, isSigned: false)?: return (.uint64, .fixed(width: 8, .copy))
    default: return (.int64, .fixed(width: 8, .copy))
    }
  }

  private static func damaged(_ what: String, _ path: String) -> FrameError {
    FrameError(code: .malformedFile, what: what, place: path, mend: "get the file anew")
  }
}
