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
        self.init(elements.map(\.number) as [Double?])
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
    let type = elements.lazy.compactMap(\.type).first ?? .string
    guard let storage = ColumnStorage.of(elements, type: type) else {
      preconditionFailure("a column of values that are not all \(type)")
    }
    self.init(name: "", storage)
  }

  /// A column of values of a type, which are all of it or null.
  public init(_ values: [Scalar], type: DataType) throws(FrameError) {
    guard let storage = ColumnStorage.of(values, type: type) else {
      let wrong = values.firstIndex { ColumnStorage.of([$0], type: type) == nil }
      throw FrameError(
        code: .badValue, what: "\(values[wrong ?? 0].shown) is no \(type)",
        place: "row \(wrong ?? 0), AnyColumn(_:type:)",
        mend: "give values of the type, or null")
    }
    self.init(name: "", storage)
  }

  /// A column of values of one of Swift's types.
  public init<Element: ColumnElement>(_ values: [Element?]) {
    self = Element.column(of: values)
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
        mend: "ask for it as \(self.type.swiftName).self")
    }
    return Column(self, vector)
  }
}

extension AnyColumn: Equatable {
  /// Whether name, type, nulls and values agree; NaN equals itself here.
  public static func == (left: AnyColumn, right: AnyColumn) -> Bool {
    left.name == right.name && left.storage.isSame(as: right.storage)
  }
}
