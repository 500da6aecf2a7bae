/// The order of two rows by all sort keys, value by value: what decides where words tie.
struct RowOrder {
  private enum Part {
    case words(Values<UInt64>)
    case texts(StringColumn)
  }

  private struct Key {
    let part: Part
    let column: SortColumn
  }

  private let keys: [Key]

  init(_ columns: [SortColumn]) {
    keys = columns.map { column in
      switch column.column {
      case .bool(let values):
        Key(part: .words(values.mapped { $0 ? 1 : 0 }.values), column: column)
      case .int64(let values):
        Key(
          part: .words(values.values.map { UInt64(bitPattern: Int64($0)) ^ 1 << 63 }),
          column: column)
      case .date(let values):
        Key(
          part: .words(
            values.values.map { UInt64(bitPattern: Int64($0.daysSinceEpoch)) ^ 1 << 63 }),
          column: column)
      case .float64(let values):
        Key(part: .words(values.values.map(orderedBits)), column: column)
      case .string(let values): Key(part: .texts(values), column: column)
      }
    }
  }

  /// Whether the row has a value in the first key.
  func isPresent(_ row: UInt32) -> Bool {
    keys[0].column.column.validity.map { $0[Int(row)] } ?? true
  }

  /// Whether a row comes before another; rows of equal keys by their numbers.
  func isLess(_ left: UInt32, _ right: UInt32) -> Bool {
    for key in keys {
      let order = RowOrder.order(key, Int(left), Int(right))
      if order != 0 { return order < 0 }
    }
    return left < right
  }

  private static func order(_ key: Key, _ left: Int, _ right: Int) -> Int {
    if let validity = key.column.column.validity {
      switch (validity[left], validity[right]) {
      case (false, false): return 0
      case (false, true): return key.column.nullsFirst ? -1 : 1
      case (true, false): return key.column.nullsFirst ? 1 : -1
      case (true, true): break
      }
    }
    let order: Int
    switch key.part {
    case .words(let words):
      order = words[left] < words[right] ? -1 : words[left] > words[right] ? 1 : 0
    case .texts(let column): order = column.read { $0.order(left, $0, right) }
    }
    return key.column.isDescending ? -order : order
  }
}
