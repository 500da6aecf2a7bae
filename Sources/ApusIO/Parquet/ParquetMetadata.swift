internal import ApusFrame

/// What the end of a Parquet file says about it (parquet.thrift, FileMetaData).
struct ParquetMetadata: Sendable {
  /// The schema's tree, each node before its children.
  var schema: [ParquetElement] = []
  var rowCount = 0
  var rowGroups: [ParquetRowGroup] = []
  /// What writers add.
  var keys: [String: String] = [:]
}

/// How a value is stored.
enum ParquetPhysical: Int, Sendable {
  case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray

  /// How many bytes a value takes in plain encoding; nothing where that differs.
  func width(_ typeLength: Int) -> Int? {
    switch self {
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .fixedByteArray: typeLength
    case .boolean, .byteArray: nil
    }
  }
}

/// Units of times.
enum ParquetTimeUnit: Sendable { case milliseconds, microseconds, nanoseconds }

/// What a stored value means.
enum ParquetLogical: Sendable, Equatable {
  case string, map, list, enumeration, date, json, bson, uuid, float16, unknown, interval
  case decimal(scale: Int, precision: Int)
  case time(ParquetTimeUnit)
  case timestamp(ParquetTimeUnit, isUTC: Bool)
  case integer(bits: Int, isSigned: Bool)
}

/// A node of the schema.
struct ParquetElement: Sendable {
  enum Repetition: Int { case required, optional, repeated }

  var name = ""
  var physical: ParquetPhysical?
  var typeLength = 0
  var repetition = Repetition.required
  var childCount = 0
  var logical: ParquetLogical?
}

/// Some rows of all columns.
struct ParquetRowGroup: Sendable {
  var columns: [ParquetChunk] = []
  var rowCount = 0
}

/// The values of a column in a row group.
struct ParquetChunk: Sendable {
  var codec = 0
  var valueCount = 0
  var byteCount = 0
  var dataOffset = 0
  var dictionaryOffset: Int?
  var statistics = ParquetStatistics()
  var columnIndex: Range<Int>?
  var offsetIndex: Range<Int>?
}

/// What is known about some values: bounds in plain encoding.
struct ParquetStatistics: Sendable {
  var nullCount: Int?
  var least: [UInt8]?
  var greatest: [UInt8]?
}

/// What stands before a page.
struct ParquetPageHeader {
  enum Kind: Int { case data, index, dictionary, dataV2 }

  var kind = Kind.index
  var byteCount = 0
  var compressedByteCount = 0
  var valueCount = 0
  var encoding = 0
  var levelEncoding = 3
  var definitionByteCount = 0
  var repetitionByteCount = 0
  var isCompressed = true
}

extension ThriftReader {
  /// A file's metadata.
  mutating func metadata() throws(FrameError) -> ParquetMetadata {
    var result = ParquetMetadata()
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 2: try reader.readList { r throws(FrameError) in result.schema.append(try r.element()) }
      case 3: result.rowCount = try reader.integer()
      case 4:
        try reader.readList { r throws(FrameError) in result.rowGroups.append(try r.rowGroup()) }
      case 5:
        try reader.readList { reader throws(FrameError) in
          var (key, value) = ("", "")
          try reader.readStruct { reader, field, kind throws(FrameError) in
            switch field {
            case 1: key = try reader.text()
            case 2: value = try reader.text()
            default: return false
            }
            return true
          }
          result.keys[key] = value
        }
      default: return false
      }
      return true
    }
    return result
  }

  private mutating func element() throws(FrameError) -> ParquetElement {
    var result = ParquetElement()
    var converted: Int?
    var (scale, precision) = (0, 0)
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 1: result.physical = ParquetPhysical(rawValue: try reader.integer())
      case 2: result.typeLength = try reader.integer()
      case 3:
        result.repetition = ParquetElement.Repetition(rawValue: try reader.integer()) ?? .required
      case 4: result.name = try reader.text()
      case 5: result.childCount = try reader.integer()
      case 6: converted = try reader.integer()
      case 7: scale = try reader.integer()
      case 8: precision = try reader.integer()
      case 10: result.logical = try reader.logical()
      default: return false
      }
      return true
    }
    if result.logical == nil, let converted {
      result.logical = ParquetElement.logical(converted, scale: scale, precision: precision)
    }
    return result
  }

  private mutating func logical() throws(FrameError) -> ParquetLogical? {
    var result: ParquetLogical?
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 1: result = .string
      case 2: result = .map
      case 3: result = .list
      case 4: result = .enumeration
      case 5:
        var (scale, precision) = (0, 0)
        try reader.readStruct { reader, field, kind throws(FrameError) in
          switch field {
          case 1: scale = try reader.integer()
          case 2: precision = try reader.integer()
          default: return false
          }
          return true
        }
        result = .decimal(scale: scale, precision: precision)
        return true
      case 6: result = .date
      case 7:
        result = .time(try reader.timeType().unit)
        return true
      case 8:
        let (unit, isUTC) = try reader.timeType()
        result = .timestamp(unit, isUTC: isUTC)
        return true
      case 10:
        var (bits, isSigned) = (64, true)
        try reader.readStruct { reader, field, kind throws(FrameError) in
          switch field {
          case 1:
            // A byte, not a number of variable length.
            bits = Int(try reader.rawByte())
          case 2: isSigned = kind == Kind.isTrue
          default: return false
          }
          return true
        }
        result = .integer(bits: bits, isSigned: isSigned)
        return true
      case 11: result = .unknown
      case 12: result = .json
      case 13: result = .bson
      case 14: result = .uuid
      case 15: result = .float16
      default: break
      }
      return false
    }
    return result
  }

  private mutating func timeType() throws(FrameError) -> (unit: ParquetTimeUnit, isUTC: Bool) {
    var unit = ParquetTimeUnit.microseconds
    var isUTC = false
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 1: isUTC = kind == Kind.isTrue
      case 2:
        try reader.readStruct { reader, field, kind throws(FrameError) in
          unit = field == 1 ? .milliseconds : field == 3 ? .nanoseconds : .microseconds
          return false
        }
      default: return false
      }
      return true
    }
    return (unit, isUTC)
  }

  private mutating func rowGroup() throws(FrameError) -> ParquetRowGroup {
    var result = ParquetRowGroup()
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 1: try reader.readList { r throws(FrameError) in result.columns.append(try r.chunk()) }
      case 3: result.rowCount = try reader.integer()
      default: return false
      }
      return true
    }
    return result
  }

  private mutating func chunk() throws(FrameError) -> ParquetChunk {
    var result = ParquetChunk()
    var starts = [4: 0, 6: 0]
    var counts = [5: 0, 7: 0]
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 3: try reader.chunkMetadata(&result)
      case 4, 6: starts[field] = try reader.integer()
      case 5, 7: counts[field] = try reader.integer()
      default: return false
      }
      return true
    }
    func range(_ start: Int, _ count: Int) -> Range<Int>? {
      guard let start = starts[start], let count = counts[count], start > 0, count > 0,
        start < 1 << 60, count < 1 << 60
      else { return nil }
      return start..<(start + count)
    }
    result.offsetIndex = range(4, 5)
    result.columnIndex = range(6, 7)
    return result
  }

  private mutating func chunkMetadata(_ chunk: inout ParquetChunk) throws(FrameError) {
    var result = chunk
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 4: result.codec = try reader.integer()
      case 5: result.valueCount = try reader.integer()
      case 7: result.byteCount = try reader.integer()
      case 9: result.dataOffset = try reader.integer()
      case 11: result.dictionaryOffset = try reader.integer()
      case 12: result.statistics = try reader.statistics()
      default: return false
      }
      return true
    }
    chunk = result
  }

  private mutating func statistics() throws(FrameError) -> ParquetStatistics {
    var result = ParquetStatistics()
    // Fields 1 and 2 are bounds of which it was never said in what order.
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 3: result.nullCount = try reader.integer()
      case 5: result.greatest = try reader.binary()
      case 6: result.least = try reader.binary()
      default: return false
      }
      return true
    }
    return result
  }

  /// What stands before a page.
  mutating func pageHeader() throws(FrameError) -> ParquetPageHeader {
    var result = ParquetPageHeader()
    try readStruct { reader, field, kind throws(FrameError) in
      switch field {
      case 1: result.kind = ParquetPageHeader.Kind(rawValue: try reader.integer()) ?? .index
      case 2: result.byteCount = try reader.integer()
      case 3: result.compressedByteCount = try reader.integer()
      case 5:
        try reader.readStruct { reader, field, kind throws(FrameError) in
          switch field {
          case 1: result.valueCount = try reader.integer()
          case 2: result.encoding = try reader.integer()
          case 3: result.levelEncoding = try reader.integer()
          default: return false
          }
          return true
        }
      case 7:
        try reader.readStruct { reader, field, kind throws(FrameError) in
          switch field {
          case 1: result.valueCount = try reader.integer()
          case 2: result.encoding = try reader.integer()
          default: return false
          }
          return true
        }
      case 8:
        try reader.readStruct { reader, field, kind throws(FrameError) in
          switch field {
          case 1: result.valueCount = try reader.integer()
          case 4: result.encoding = try reader.integer()
          case 5: result.definitionByteCount = try reader.integer()
          case 6: result.repetitionByteCount = try reader.integer()
          case 7:
            result.isCompressed = kind == Kind.isTrue
          default: return false
          }
          return true
        }
      default: return false
      }
      return true
    }
    return result
  }
}

extension ParquetElement {
  /// What the older way of saying what values mean says.
  static func logical(_ converted: Int, scale: Int, precision: Int) -> ParquetLogical? {
    switch converted {
    case 0: .string
    case 1, 2: .map
    case 3: .list
    case 4: .enumeration
    case 5: .decimal(scale: scale, precision: precision)
    case 6: .date
    case 7: .time(.milliseconds)
    case 8: .time(.microseconds)
    case 9: .timestamp(.milliseconds, isUTC: true)
    case 10: .timestamp(.microseconds, isUTC: true)
    case 11...14: .integer(bits: 8 << (converted - 11), isSigned: false)
    case 15...18: .integer(bits: 8 << (converted - 15), isSigned: true)
    case 19: .json
    case 20: .bson
    case 21: .interval
    default: nil
    }
  }
}
