/// Turns values of one type into another.
struct Casts {
  let step: String
  /// Which row of the frame is the first here, for errors.
  let firstRow: Int
  /// Whether a value without a counterpart is an error; else it becomes null.
  let isStrict: Bool

  /// Whether values of a type have counterparts in another.
  static func exist(from type: DataType, to other: DataType) -> Bool {
    switch (type, other) {
    case (.date, .bool), (.bool, .date), (.date, .float64), (.float64, .date): false
    default: true
    }
  }

  /// The column's values as another type.
  func cast(_ column: ColumnStorage, to type: DataType) throws(FrameError) -> ColumnStorage {
    switch (column, type) {
    case (.bool(let values), .int64): return .int64(values.mapped { $0 ? 1 : 0 })
    case (.bool(let values), .float64): return .float64(values.mapped { $0 ? 1 : 0 })
    case (.int64(let values), .float64): return .float64(values.mapped(Double.init))
    case (.int64(let values), .bool):
      return .bool(ApusFrame.tested(.column(values), .constant(0), values.count) { $0 != $1 })
    case (.float64(let values), .bool):
      return .bool(ApusFrame.tested(.column(values), .constant(0), values.count) { $0 != $1 })
    case (.float64, .int64):
      return .int64(
        try converted(column, hole: 0) { scalar in
          guard case .double(let value) = scalar else { return nil }
          return Int(exactly: value.rounded(.towardZero))
        })
    case (.date(let values), .int64): return .int64(values.mapped { Int($0.daysSinceEpoch) })
    case (.int64, .date):
      return .date(
        try converted(column, hole: CivilDate(daysSinceEpoch: 0)) { scalar in
          guard case .int(let value) = scalar else { return nil }
          return Int32(exactly: value).map(CivilDate.init(daysSinceEpoch:))
        })
    case (.string, .int64):
      return .int64(try converted(column, hole: 0) { Casts.text($0).flatMap { Int($0) } })
    case (.string, .float64):
      return .float64(try converted(column, hole: 0) { Casts.text($0).flatMap { Double($0) } })
    case (.string, .date):
      return .date(
        try converted(column, hole: CivilDate(daysSinceEpoch: 0)) {
          Casts.text($0).flatMap { CivilDate($0) }
        })
    case (.string, .bool):
      let values = try converted(column, hole: UInt8(0)) { scalar in
        Casts.text(scalar).flatMap { Bool($0.lowercased()) }.map { $0 ? UInt8(1) : 0 }
      }
      return .bool(
        BooleanColumn(
          Bitmap(count: values.count) { values.values[$0] == 1 }, validity: values.validity))
    case (_, .string): return texts(column)
    default: return column
    }
  }

  private static func text(_ scalar: Scalar) -> String? {
    if case .string(let text) = scalar { text } else { nil }
  }

  private func converted<Element>(
    _ column: ColumnStorage, hole: Element, _ body: (Scalar) -> Element?
  ) throws(FrameError) -> FixedWidthColumn<Element> {
    var found: [Element?] = []
    found.reserveCapacity(column.count)
    for row in 0..<column.count {
      let scalar = column.scalar(at: row)
      let value = scalar == .null ? nil : body(scalar)
      if value == nil, scalar != .null, isStrict {
        throw FrameError(
          code: .badValue, what: "\(scalar.shown) is no \(Element.self)",
          place: "row \(firstRow + row), \(step)", mend: "castOrNull(to:) makes it null")
      }
      found.append(value)
    }
    return FixedWidthColumn(found, hole: hole)
  }

  private func texts(_ column: ColumnStorage) -> ColumnStorage {
    if case .string = column { return column }
    var builder = StringColumnBuilder(rowCount: column.count)
    for row in 0..<column.count {
      let scalar = column.scalar(at: row)
      guard scalar != .null else { continue }
      var text = scalar.shown
      text.withUTF8 { builder.set($0, at: row) }
    }
    return .string(builder.finish(validity: column.validity))
  }
}
