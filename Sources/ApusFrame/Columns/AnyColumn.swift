/// The values of a column by type; one `switch` on it chooses the loop of a whole column.
package enum ColumnStorage: Sendable {
  case bool(BooleanColumn)
  case int64(FixedWidthColumn<Int>)
  case float64(FixedWidthColumn<Double>)
  case string(StringColumn)
  case date(FixedWidthColumn<CivilDate>)

  package var type: DataType {
    switch self {
    case .bool: .bool
    case .int64: .int64
    case .float64: .float64
    case .string: .string
    case .date: .date
    }
  }

  package var count: Int {
    switch self {
    case .bool(let column): column.count
    case .int64(let column): column.count
    case .float64(let column): column.count
    case .string(let column): column.count
    case .date(let column): column.count
    }
  }

  package var validity: Bitmap? {
    switch self {
    case .bool(let column): column.validity
    case .int64(let column): column.validity
    case .float64(let column): column.validity
    case .string(let column): column.validity
    case .date(let column): column.validity
    }
  }

  package func sliced(_ range: Range<Int>) -> ColumnStorage {
    switch self {
    case .bool(let column): .bool(column.sliced(range))
    case .int64(let column): .int64(column.sliced(range))
    case .float64(let column): .float64(column.sliced(range))
    case .string(let column): .string(column.sliced(range))
    case .date(let column): .date(column.sliced(range))
    }
  }

  package func gathered(_ rows: Values<UInt32>) -> ColumnStorage {
    switch self {
    case .bool(let column): .bool(column.gathered(rows))
    case .int64(let column): .int64(column.gathered(rows))
    case .float64(let column): .float64(column.gathered(rows))
    case .string(let column): .string(column.gathered(rows))
    case .date(let column): .date(column.gathered(rows))
    }
  }

  /// The column with `validity` for its own.
  func withValidity(_ validity: Bitmap?) -> ColumnStorage {
    switch self {
    case .bool(let column): .bool(BooleanColumn(column.values, validity: validity))
    case .int64(let column): .int64(FixedWidthColumn(column.values, validity: validity))
    case .float64(let column): .float64(FixedWidthColumn(column.values, validity: validity))
    case .string(let column):
      .string(StringColumn(views: column.views, heaps: column.heaps, validity: validity))
    case .date(let column): .date(FixedWidthColumn(column.values, validity: validity))
    }
  }

  /// The value of a row. Not for loops over rows: it switches on the type each time.
  package func scalar(at row: Int) -> Scalar {
    switch self {
    case .bool(let column): column[row].map(Scalar.bool) ?? .null
    case .int64(let column): column[row].map(Scalar.int) ?? .null
    case .float64(let column): column[row].map(Scalar.double) ?? .null
    case .string(let column): column[row].map(Scalar.string) ?? .null
    case .date(let column): column[row].map(Scalar.date) ?? .null
    }
  }

  /// The numbers of a numeric, Boolean or date column as floating point; dates count days.
  package var doubles: FixedWidthColumn<Double>? {
    switch self {
    case .bool(let column): column.mapped { $0 ? 1 : 0 }
    case .int64(let column): column.mapped(Double.init)
    case .float64(let column): column
    case .date(let column): column.mapped { Double($0.daysSinceEpoch) }
    case .string: nil
    }
  }

  /// `value` in each of `count` rows, as a column of `type`.
  static func repeating(_ value: Scalar, type: DataType, count: Int) -> ColumnStorage {
    let absent: Bitmap? = value == .null ? Bitmap(repeating: false, count: count) : nil
    switch type {
    case .bool:
      var bit = false
      if case .bool(let value) = value { bit = value }
      return .bool(BooleanColumn(Bitmap(repeating: bit, count: count), validity: absent))
    case .int64:
      var number = 0
      if case .int(let value) = value { number = value }
      return .int64(FixedWidthColumn(Values(repeating: number, count: count), validity: absent))
    case .float64:
      let values = Values(repeating: value.number ?? 0, count: count)
      return .float64(FixedWidthColumn(values, validity: absent))
    case .string:
      var text = ""
      if case .string(let value) = value { text = value }
      let one = StringColumn([text])
      return .string(
        StringColumn(
          views: Values(repeating: one.views[0], count: count), heaps: one.heaps,
          validity: absent))
    case .date:
      var day = CivilDate(daysSinceEpoch: 0)
      if case .date(let value) = value { day = value }
      return .date(FixedWidthColumn(Values(repeating: day, count: count), validity: absent))
    }
  }
}

/// A named column whose type is known only when the program runs.
public struct AnyColumn: Sendable, ExpressibleByArrayLiteral {
  /// The column's name; empty when it has none yet.
  public var name: String
  package let storage: ColumnStorage

  package init(name: String, _ storage: ColumnStorage) {
    self.name = name
    self.storage = storage
  }

  /// The values of a column under a name.
  public init(name: String, _ values: AnyColumn) {
    self.init(name: name, values.storage)
  }

  /// A column of whole numbers.
  public init(_ values: [Int?]) {
    self.init(name: "", .int64(FixedWidthColumn(values, hole: 0)))
  }

  /// A column of floating-point numbers.
  public init(_ values: [Double?]) {
    self.init(name: "", .float64(FixedWidthColumn(values, hole: 0)))
  }

  /// A column of texts.
  public init(_ values: [String?]) { self.init(name: "", .string(StringColumn(values))) }

  /// A column of true and false.
  public init(_ values: [Bool?]) { self.init(name: "", .bool(BooleanColumn(values))) }

  /// A column of days.
  public init(_ values: [CivilDate?]) {
    self.init(name: "", .date(FixedWidthColumn(values, hole: CivilDate(daysSinceEpoch: 0))))
  }

  /// A column as it is written in a program: values of one type, or `nil`. Whole numbers beside
  /// floating-point ones become floating-point; a column of `nil` only is of text.
  public init(arrayLiteral elements: Scalar...) {
    let types = Set(elements.compactMap(\.type))
    switch types.count {
    case 0: self.init(elements.map { _ in String?.none })
    case 1,
      2 where types == [.int64, .float64]:
      if types.contains(.float64) {
        self.init(elements.map(\.number))
      } else {
        self.init(uniform: elements)
      }
    default:
      preconditionFailure(
        "a column of \(types.map(\.description).sorted().joined(separator: " and ")): write its "
          + "values in one type")
    }
  }

  private init(uniform elements: [Scalar]) {
    let type = elements.lazy.compactMap(\.type).first
    switch type {
    case .bool?:
      self.init(elements.map { if case .bool(let value) = $0 { value } else { Bool?.none } })
    case .int64?:
      self.init(elements.map { if case .int(let value) = $0 { value } else { Int?.none } })
    case .date?:
      self.init(elements.map { if case .date(let value) = $0 { value } else { CivilDate?.none } })
    case .string?, .float64?, nil:
      self.init(elements.map { if case .string(let value) = $0 { value } else { String?.none } })
    }
  }

  /// The type of the values.
  public var type: DataType { storage.type }
  /// How many rows there are.
  public var count: Int { storage.count }
  /// How many rows are null.
  public var nullCount: Int { storage.validity.map { count - $0.setCount } ?? 0 }

  /// The value of a row. For loops over many rows ask for the typed column, `as(_:)`.
  public subscript(row: Int) -> Scalar {
    precondition(row >= 0 && row < count, "row \(row) of a column of \(count) rows")
    return storage.scalar(at: row)
  }

  /// The column with a known type.
  public func `as`<Element: ColumnElement>(
    _ type: Element.Type
  ) throws(FrameError) -> Column<Element> {
    guard let vector = Element.vector(of: self) else {
      throw FrameError(
        code: .typeMismatch, what: "column \"\(name)\" holds \(self.type), not \(Element.self)",
        place: "a column asked for as \(Element.self)",
        mend: "ask for it as \(self.type == .date ? "CivilDate" : self.type.description).self")
    }
    return Column(self, vector)
  }
}

extension AnyColumn: Equatable {
  /// Whether name, type, nulls and values agree; NaN equals itself here.
  public static func == (left: AnyColumn, right: AnyColumn) -> Bool {
    guard left.name == right.name, left.type == right.type, left.count == right.count else {
      return false
    }
    for row in 0..<left.count {
      let (a, b) = (left.storage.scalar(at: row), right.storage.scalar(at: row))
      if case .double(let x) = a, case .double(let y) = b, x.isNaN && y.isNaN { continue }
      guard a == b else { return false }
    }
    return true
  }
}
