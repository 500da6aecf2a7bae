// Days, times, decimals, identifiers and arrays as elements of columns.

extension CivilDate: ColumnElement {
  /// The values of a column of days.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<CivilDate>? {
    if case .date(let values) = column.storage { values } else { nil }
  }

  /// A column of days.
  public static func column(of values: [CivilDate?]) -> AnyColumn {
    AnyColumn(name: "", .date(FixedWidthColumn(values, hole: CivilDate(daysSinceEpoch: 0))))
  }
}

/// Values that are kept as whole numbers of a unit.
public struct TickColumn<Element: TickValue>: ColumnVector {
  private let ticks: FixedWidthColumn<Int>
  private let unit: TimeUnit

  init(_ ticks: FixedWidthColumn<Int>, _ unit: TimeUnit) {
    self.ticks = ticks
    self.unit = unit
  }

  /// How many rows there are.
  public var count: Int { ticks.count }
  /// The value of a row, or `nil` when it is null.
  public subscript(row: Int) -> Element? { ticks[row].map { Element.of(ticks: $0, unit) } }
}

/// A value that is kept as a whole number of a unit.
public protocol TickValue: Sendable {
  /// The value of so many units.
  static func of(ticks: Int, _ unit: TimeUnit) -> Self
}

extension CivilTime: ColumnElement, TickValue {
  /// The time so many units after midnight.
  public static func of(ticks: Int, _ unit: TimeUnit) -> CivilTime {
    CivilTime(nanosecondsSinceMidnight: ticks * (1_000_000_000 / unit.ticksPerSecond))
  }

  /// The values of a column of times of the day.
  public static func vector(of column: AnyColumn) -> TickColumn<CivilTime>? {
    if case .time(let values) = column.storage { TickColumn(values, .nanoseconds) } else { nil }
  }

  /// A column of times of the day.
  public static func column(of values: [CivilTime?]) -> AnyColumn {
    AnyColumn(
      name: "", .time(FixedWidthColumn(values.map { $0?.nanosecondsSinceMidnight }, hole: 0)))
  }
}

extension Datetime: ColumnElement, TickValue {
  /// The day and time so many units after 1970-01-01 00:00.
  public static func of(ticks: Int, _ unit: TimeUnit) -> Datetime { Datetime(ticks: ticks, unit) }

  /// The values of a column of days with times; in UTC where it has a zone.
  public static func vector(of column: AnyColumn) -> TickColumn<Datetime>? {
    if case .datetime(let values, let unit, _) = column.storage {
      TickColumn(values, unit)
    } else {
      nil
    }
  }

  /// A column of days with times, in microseconds, or in nanoseconds where a value needs them.
  public static func column(of values: [Datetime?]) -> AnyColumn {
    let isFine = values.contains { ($0?.nanosecond ?? 0) % 1000 != 0 }
    let unit: TimeUnit = isFine ? .nanoseconds : .microseconds
    let ticks = values.map { value -> Int? in
      guard let value else { return nil }
      guard let ticks = value.ticks(unit) else {
        preconditionFailure("\(value) is too far from 1970 for \(unit): make it AnyColumn(_:type:)")
      }
      return ticks
    }
    return AnyColumn(name: "", .datetime(FixedWidthColumn(ticks, hole: 0), unit, zone: nil))
  }
}

extension Duration: ColumnElement, TickValue {
  /// So many units.
  public static func of(ticks: Int, _ unit: TimeUnit) -> Duration { Duration(ticks: ticks, unit) }

  /// The values of a column of lengths of time.
  public static func vector(of column: AnyColumn) -> TickColumn<Duration>? {
    if case .duration(let values, let unit) = column.storage {
      TickColumn(values, unit)
    } else {
      nil
    }
  }

  /// A column of lengths of time, in microseconds, or in nanoseconds where a value needs them.
  public static func column(of values: [Duration?]) -> AnyColumn {
    let isFine = values.contains {
      ($0?.components.attoseconds ?? 0) % 1_000_000_000_000 != 0
    }
    let unit: TimeUnit = isFine ? .nanoseconds : .microseconds
    let ticks = values.map { value -> Int? in
      guard let value else { return nil }
      guard let ticks = value.ticks(unit) else {
        preconditionFailure("\(value) is too long for \(unit): make it AnyColumn(_:type:)")
      }
      return ticks
    }
    return AnyColumn(name: "", .duration(FixedWidthColumn(ticks, hole: 0), unit))
  }
}

/// Decimal numbers of one scale.
public struct DecimalColumn: ColumnVector {
  private let coefficients: FixedWidthColumn<Int128>
  private let scale: Int

  init(_ coefficients: FixedWidthColumn<Int128>, scale: Int) {
    self.coefficients = coefficients
    self.scale = scale
  }

  /// How many rows there are.
  public var count: Int { coefficients.count }
  /// The value of a row, or `nil` when it is null.
  public subscript(row: Int) -> Decimal128? {
    coefficients[row].map { Decimal128(coefficient: $0, scale: scale) }
  }
}

extension Decimal128: ColumnElement {
  /// The values of a column of decimals.
  public static func vector(of column: AnyColumn) -> DecimalColumn? {
    if case .decimal(let values, _, let scale) = column.storage {
      DecimalColumn(values, scale: scale)
    } else {
      nil
    }
  }

  /// A column of decimals, at the largest scale of the values.
  public static func column(of values: [Decimal128?]) -> AnyColumn {
    let scale = values.lazy.compactMap { $0?.scale }.max() ?? 0
    let coefficients = values.map { value -> Int128? in
      guard let value else { return nil }
      guard
        let coefficient = Decimal128.rescaled(value.coefficient, from: value.scale, to: scale)
      else { preconditionFailure("\(value) has more than 38 digits at \(scale) decimals") }
      return coefficient
    }
    return AnyColumn(
      name: "", .decimal(FixedWidthColumn(coefficients, hole: 0), precision: 38, scale: scale))
  }
}

extension UniqueIdentifier: ColumnElement {
  /// The values of a column of identifiers.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<UniqueIdentifier>? {
    if case .uuid(let values) = column.storage { values } else { nil }
  }

  /// A column of identifiers.
  public static func column(of values: [UniqueIdentifier?]) -> AnyColumn {
    AnyColumn(name: "", .uuid(FixedWidthColumn(values, hole: UniqueIdentifier(high: 0, low: 0))))
  }
}

/// Lists, or bytes, as arrays.
public struct ListVector<Value: ColumnElement>: ColumnVector {
  private enum Source {
    case lists(ListColumn, Value.Vector)
    case bytes(StringColumn)
  }

  private let source: Source

  init?(_ column: AnyColumn) {
    switch column.storage {
    case .list(let lists):
      // An array of values that may not be nil has no place for a null.
      guard lists.compacted.child.validity == nil else { return nil }
      guard let values = Value.vector(of: AnyColumn(name: "", lists.child)) else { return nil }
      source = .lists(lists, values)
    case .binary(let texts) where Value.self == UInt8.self: source = .bytes(texts)
    default: return nil
    }
  }

  /// How many rows there are.
  public var count: Int {
    switch source {
    case .lists(let lists, _): lists.count
    case .bytes(let texts): texts.count
    }
  }

  /// The values of a row; `nil` when the row is null.
  public subscript(row: Int) -> [Value]? {
    switch source {
    case .lists(let lists, let values):
      if let validity = lists.validity, !validity[row] { return nil }
      return lists.range(row).compactMap { values[$0] }
    case .bytes(let texts): return texts.bytes(row).flatMap { $0 as? [Value] }
    }
  }
}

extension Array: ColumnElement where Element: ColumnElement {
  /// The values of a column of lists, none of which holds a null; of a column of bytes for
  /// `[UInt8]`.
  public static func vector(of column: AnyColumn) -> ListVector<Element>? { ListVector(column) }

  /// A column of lists; of bytes for `[UInt8]`.
  public static func column(of values: [[Element]?]) -> AnyColumn {
    if let bytes = values as? [[UInt8]?] {
      return AnyColumn(name: "", .binary(StringColumn(bytes: bytes)))
    }
    let child = Element.column(of: values.flatMap { $0 ?? [] }.map(Optional.some))
    return AnyColumn(
      name: "",
      .list(
        ListColumn(
          offsets: Values(ApusFrame.starts(values.map { $0?.count ?? 0 })), child: child.storage,
          validity: Bitmap(count: values.count) { values[$0] != nil })))
  }
}
