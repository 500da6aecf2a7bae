extension DataFrame {
  /// The rows as values of a Swift type: properties take the values of the columns of their names,
  /// those that may be null are optional. Columns that no property names are left out.
  ///
  ///     struct Flight: Codable { var carrier: String; var dep_delay: Double? }
  ///     let rows = try flights.rows(as: Flight.self)
  public func rows<Row: Decodable>(as type: Row.Type) throws(FrameError) -> [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(rowCount)
    let places = Dictionary(
      columnNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for row in 0..<rowCount {
      do {
        let decoder = RowDecoder(frame: self, places: places, row: row)
        rows.append(try Row(from: decoder))
      } catch let error as FrameError {
        throw error
      } catch {
        throw FrameError(
          code: .badValue, what: "no \(Row.self) from row \(row): \(error)", place: "rows(as:)",
          mend: "look at its init(from:)")
      }
    }
    return rows
  }

  /// A frame with a row for each value: a column for each property, in their order.
  ///
  ///     let frame = try DataFrame([Flight(carrier: "AA", dep_delay: 3.5)])
  public init<Row: Encodable>(_ rows: [Row]) throws(FrameError) {
    var names: [String] = []
    var columns: [String: (values: [Scalar], type: DataType?)] = [:]
    for (row, value) in rows.enumerated() {
      let encoder: ScalarEncoder
      do {
        encoder = try ScalarEncoder.encoding(value, at: [])
      } catch {
        throw FrameError(
          code: .badValue, what: "row \(row) does not encode: \(error)", place: "DataFrame(_:)",
          mend: "look at its encode(to:)")
      }
      guard case .fields(let box) = encoder.found else {
        throw FrameError(
          code: .typeMismatch, what: "\(Row.self) has no properties", place: "DataFrame(_:)",
          mend: "give structs, or columns by name")
      }
      for name in box.names {
        guard let found = box.values[name] else { continue }
        if columns[name] == nil {
          names.append(name)
          columns[name] = (Array(repeating: .null, count: row), nil)
        }
        let known = columns[name]?.type
        columns[name]?.values.append(found.scalar)
        columns[name]?.type = ScalarEncoder.common([known, found.type])
      }
      for name in names where columns[name]?.values.count == row {
        columns[name]?.values.append(.null)
      }
    }
    var made: [AnyColumn] = []
    for name in names {
      guard let column = columns[name] else { continue }
      made.append(
        AnyColumn(name: name, try AnyColumn(column.values, type: column.type ?? .string)))
    }
    try self.init(columns: made)
  }

  /// The rows as tuples of the named columns, in the types that are asked for.
  ///
  ///     for (city, fare) in try rides.tuples(("city", String.self), ("fare", Double.self)) { … }
  public func tuples<each Value: ColumnElement>(
    _ columns: repeat (String, (each Value).Type)
  ) throws(FrameError) -> [(repeat (each Value)?)] {
    let typed = (repeat try self[(each columns).0, as: (each columns).1])
    return (0..<rowCount).map { row in (repeat (each typed)[row]) }
  }
}

/// A row of a frame as what a type decodes itself from.
private struct RowDecoder: Decoder {
  let frame: DataFrame
  let places: [String: Int]
  let row: Int
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(
      FieldContainer(
        names: frame.columnNames, place: "row \(row)", codingPath: [],
        value: { name in places[name].map { frame.columns[$0].scalar(at: row) } }))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw noStruct }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw noStruct }

  private var noStruct: FrameError {
    FrameError(
      code: .typeMismatch, what: "a row is read as a type without properties", place: "rows(as:)",
      mend: "give a struct, or ask for a column: frame[\"name\", as: Double.self]")
  }
}
