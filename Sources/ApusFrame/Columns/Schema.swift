/// The names and types of a frame's columns, in order.
public struct Schema: Sendable, Hashable, CustomStringConvertible {
  /// A column's name and type.
  public struct Field: Sendable, Hashable {
    /// The column's name.
    public var name: String
    /// The type of its values.
    public var type: DataType

    /// A field of this name and type.
    public init(_ name: String, _ type: DataType) {
      self.name = name
      self.type = type
    }
  }

  /// The columns in order.
  public let fields: [Field]
  private let places: [String: Int]

  /// A schema of `fields`, whose names must differ; `step` names who asks, for the error.
  package init(_ fields: [Field], for step: String) throws(FrameError) {
    var places: [String: Int] = [:]
    for (place, field) in fields.enumerated() {
      guard places.updateValue(place, forKey: field.name) == nil else {
        throw FrameError(
          code: .duplicateColumn, what: "two columns \"\(field.name)\"", place: step,
          mend: "give one of them another name")
      }
    }
    self.fields = fields
    self.places = places
  }

  /// A schema of fields whose names are known to differ.
  init(distinct fields: [Field]) {
    self.fields = fields
    places = Dictionary(
      fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The names in order.
  public var names: [String] { fields.map(\.name) }

  /// The type of a column, or `nil` when there is no such column.
  public subscript(name: String) -> DataType? { places[name].map { fields[$0].type } }

  /// Where a column stands, from 0.
  public func index(of name: String) -> Int? { places[name] }

  /// Where a column stands, or the error that names the nearest one.
  package func place(of name: String, in step: String) throws(FrameError) -> Int {
    guard let place = places[name] else {
      throw .missingColumn(name, in: step, names: names)
    }
    return place
  }

  /// Names with types, one a line.
  public var description: String {
    fields.map { "\($0.name): \($0.type)" }.joined(separator: "\n")
  }
}
