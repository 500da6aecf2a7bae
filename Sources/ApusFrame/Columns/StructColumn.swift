/// Several columns under names as one: what a row of a struct column holds.
public struct StructColumn: Sendable {
  /// The names of the fields.
  package let names: [String]
  /// The fields' columns, each as long as this one. Where a row is null they hold anything.
  package let fields: [ColumnStorage]
  /// How many rows there are.
  public let count: Int
  package let validity: Bitmap?

  package init(names: [String], fields: [ColumnStorage], count: Int, validity: Bitmap? = nil) {
    precondition(names.count == fields.count, "\(names.count) names for \(fields.count) fields")
    for field in fields {
      precondition(field.count == count, "a field has \(field.count) rows of \(count)")
    }
    self.names = names
    self.fields = fields
    self.count = count
    self.validity = validity?.unlessAllSet
  }

  package var type: DataType {
    .struct(zip(names, fields).map { Schema.Field($0, $1.type) })
  }

  /// The column of a field; null where the struct is.
  package func field(_ name: String) -> ColumnStorage? {
    names.firstIndex(of: name).map { field(at: $0) }
  }

  /// The column of a field; null where the struct is.
  package func field(at place: Int) -> ColumnStorage {
    guard validity != nil else { return fields[place] }
    return fields[place].withValidity(Bitmap.both(fields[place].validity, validity))
  }

  package func sliced(_ range: Range<Int>) -> StructColumn {
    StructColumn(
      names: names, fields: fields.map { $0.sliced(range) }, count: range.count,
      validity: validity?.sliced(range))
  }

  /// The rows at `rows`, in that order; `missing` gives null.
  package func gathered(_ rows: Values<UInt32>) -> StructColumn {
    // Fields under a missing row hold anything: the first row's, if there is one.
    let present =
      count == 0
      ? nil
      : rows.map { row -> UInt32 in row == RowSelection.missing ? 0 : row }
    return StructColumn(
      names: names,
      fields: fields.map { field in
        present.map(field.gathered)
          ?? .repeating(.null, type: field.type, count: rows.count)
      },
      count: rows.count,
      validity: validity.map { $0.gatheredOrClear(rows) } ?? Bitmap.found(rows))
  }

  /// The values of a row.
  func scalar(at row: Int) -> Scalar {
    if let validity, !validity[row] { return .null }
    return .struct(zip(names, fields).map { Scalar.Field($0, $1.scalar(at: row)) })
  }
}
