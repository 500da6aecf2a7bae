public import ApusFrame

/// Random columns and frames of every type, with nulls, equal values and the odd ones: NaN, −0,
/// infinities, the ends of ranges, empty and long texts, lists in lists.
public struct RandomColumns {
  private var random: SeededRandom

  /// The columns of a seed.
  public init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private static let names = ["low", "middle", "high", "highest of all, and a long text"]

  /// Types without parts of their own.
  public static let flatTypes: [DataType] = [
    .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
    .decimal(precision: 9, scale: 2), .decimal(precision: 38, scale: 10), .string, .binary, .date,
    .time, .datetime(.milliseconds), .datetime(.microseconds, zone: "Europe/Oslo"),
    .datetime(.nanoseconds), .duration(.milliseconds), .duration(.microseconds),
    .duration(.nanoseconds), .uuid, .categorical, .enum(names),
  ]

  /// Lists and structs, some of them of each other.
  public static let nestedTypes: [DataType] = [
    .list(.int64), .list(.string), .list(.list(.float64)),
    .struct([Schema.Field("a", .int32), Schema.Field("b", .string)]),
    .list(.struct([Schema.Field("t", .datetime(.microseconds)), Schema.Field("x", .bool)])),
    .struct([
      Schema.Field("l", .list(.categorical)),
      Schema.Field("s", .struct([Schema.Field("d", .decimal(precision: 12, scale: 3))])),
    ]),
  ]

  /// Every type.
  public static let types = flatTypes + nestedTypes

  /// A frame with a column `c0`, `c1`… of each type, and `row`, the number of each row.
  public mutating func frame(
    rowCount: Int, distinct: Int = 20, nullShare: Double = 0.1,
    types: [DataType] = RandomColumns.types
  ) throws -> DataFrame {
    var columns: [AnyColumn] = []
    for (place, type) in types.enumerated() {
      columns.append(
        AnyColumn(
          name: "c\(place)",
          try column(type, count: rowCount, distinct: distinct, nullShare: nullShare)))
    }
    columns.append(AnyColumn(name: "row", AnyColumn((0..<rowCount).map(Optional.some))))
    return try DataFrame(columns: columns)
  }

  /// A column of about `distinct` different values.
  public mutating func column(
    _ type: DataType, count: Int, distinct: Int = 20, nullShare: Double = 0.1
  ) throws -> AnyColumn {
    let pool = (0..<Swift.max(distinct, 1)).map { _ in value(of: type) }
    let values = (0..<count).map { _ -> Scalar in
      let isNull = Double.random(in: 0..<1, using: &random) < nullShare
      let place = Int.random(in: 0..<pool.count, using: &random)
      return isNull ? .null : pool[place]
    }
    let made = try AnyColumn(values, type: type)
    return type == .string && isOdd ? made.listed : made
  }

  /// A value of a type.
  public mutating func value(of type: DataType) -> Scalar {
    switch type {
    case .bool: return .bool(Bool.random(using: &random))
    case .int8: return whole(Int8.self)
    case .int16: return whole(Int16.self)
    case .int32: return whole(Int32.self)
    case .int64: return whole(Int.self)
    case .uint8: return whole(UInt8.self)
    case .uint16: return whole(UInt16.self)
    case .uint32: return whole(UInt32.self)
    case .uint64: return whole(UInt64.self)
    case .float32:
      let odd: [Float] = [0, -0.0, .nan, .infinity, -.infinity, 0.1, 16_777_218]
      return .double(
        Double(isOdd ? odd[below(odd.count)] : Float.random(in: -1e3...1e3, using: &random)))
    case .float64:
      let odd = [0, -0.0, Double.nan, .infinity, -.infinity, 0.1, 0x1p53 + 2]
      return .double(isOdd ? odd[below(odd.count)] : Double.random(in: -1e3...1e3, using: &random))
    case .decimal(let precision, let scale):
      let limit = (0..<precision).reduce(Int128(1)) { power, _ in power * 10 }
      let wide = Int128.random(in: (1 - limit)...(limit - 1), using: &random)
      let narrow = Int128(Int.random(in: -100...100, using: &random))
      return .decimal(Decimal128(coefficient: isOdd ? wide : narrow, scale: scale))
    case .string, .categorical: return .string(text())
    case .binary:
      return .binary((0..<below(20)).map { _ in UInt8.random(in: 0...255, using: &random) })
    case .date:
      return .date(CivilDate(daysSinceEpoch: Int32.random(in: -800_000...800_000, using: &random)))
    case .time:
      return .time(
        CivilTime(
          nanosecondsSinceMidnight: Int.random(in: 0..<86_400_000_000_000, using: &random)))
    case .datetime(let unit, _):
      let ticks = Int.random(in: -4_000_000_000...7_000_000_000, using: &random)
      return .datetime(
        Datetime(secondsSinceEpoch: ticks, nanosecond: below(unit.ticksPerSecond) * fineness(unit)))
    case .duration(let unit):
      let seconds = Int.random(in: -10_000_000...10_000_000, using: &random)
      return .duration(
        .seconds(seconds) + .nanoseconds(below(unit.ticksPerSecond) * fineness(unit)))
    case .uuid: return .uuid(UniqueIdentifier(high: random.next(), low: random.next()))
    case .enum(let names): return .string(names[below(names.count)])
    case .list(let element):
      return .list((0..<below(4)).map { _ in below(8) == 0 ? .null : value(of: element) })
    case .struct(let fields):
      return .struct(
        fields.map { Scalar.Field($0.name, below(8) == 0 ? .null : value(of: $0.type)) })
    }
  }

  private var isOdd: Bool {
    mutating get { Bool.random(using: &random) }
  }

  private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

  private func fineness(_ unit: TimeUnit) -> Int { 1_000_000_000 / unit.ticksPerSecond }

  private mutating func whole<Number: FixedWidthInteger>(_ type: Number.Type) -> Scalar {
    let value: Number
    switch below(4) {
    case 0: value = [Number.min, .max, 0, 1][below(4)]
    case 1: value = Number.random(in: .min ... .max, using: &random)
    default: value = Number.random(in: 0...20, using: &random)
    }
    return Int(exactly: value).map(Scalar.int) ?? .unsigned(UInt64(value))
  }

  private mutating func text() -> String {
    let texts = [
      "", "a", "ab", "a\u{0}b", "Ærø", "twelve bytes", "thirteen byte", "thirteen bytf",
      "\u{1F642} outside the plane", "a text, \"quoted\"\r\nand of two lines",
    ]
    return isOdd ? texts[below(texts.count)] : "key \(below(1000))"
  }
}

extension AnyColumn {
  /// The column, its texts kept as numbers of a list.
  public var listed: AnyColumn {
    guard case .string(let texts) = storage else { return self }
    return AnyColumn(name: name, .string(DictionaryColumn(texts).texts))
  }
}
