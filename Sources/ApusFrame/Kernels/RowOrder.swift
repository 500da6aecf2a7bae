/// The order of two rows by all sort keys, value by value: what decides where words tie.
struct RowOrder {
  private let keys: [SortColumn]
  private let values: [PlainColumn]
  /// The texts of the keys that are such.
  private let texts: [HeldTexts?]

  init(_ columns: [SortColumn]) {
    keys = columns
    values = columns.map(\.column.ordered)
    texts = values.map { values in
      if case .texts(let column) = values { HeldTexts(column) } else { nil }
    }
  }

  /// Whether the row has a value in the first key.
  func isPresent(_ row: UInt32) -> Bool {
    keys[0].column.validity.map { $0[Int(row)] } ?? true
  }

  /// Whether a row comes before another; rows of equal keys by their numbers.
  func isLess(_ left: UInt32, _ right: UInt32) -> Bool {
    for place in keys.indices {
      let order = order(place, Int(left), Int(right))
      if order != 0 { return order < 0 }
    }
    return left < right
  }

  private func order(_ place: Int, _ left: Int, _ right: Int) -> Int {
    let key = keys[place]
    if let validity = key.column.validity {
      switch (validity[left], validity[right]) {
      case (false, false): return 0
      case (false, true): return key.nullsFirst ? -1 : 1
      case (true, false): return key.nullsFirst ? 1 : -1
      case (true, true): break
      }
    }
    let order: Int
    switch values[place] {
    case .bits(let column):
      order = (column.values[left] ? 1 : 0) - (column.values[right] ? 1 : 0)
    case .int8(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .int16(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .int32(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .int64(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .uint8(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .uint16(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .uint32(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .uint64(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .int128(let column): order = RowOrder.order(column.values[left], column.values[right])
    case .float32(let column):
      order = RowOrder.order(
        orderedBits(Double(column.values[left])), orderedBits(Double(column.values[right])))
    case .float64(let column):
      order = RowOrder.order(orderedBits(column.values[left]), orderedBits(column.values[right]))
    case .texts:
      guard let reader = texts[place]?.reader else { preconditionFailure("texts are not held") }
      order = reader.order(left, reader, right)
    }
    return key.isDescending ? -order : order
  }

  @inline(__always)
  private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : right < left ? 1 : 0
  }
}
