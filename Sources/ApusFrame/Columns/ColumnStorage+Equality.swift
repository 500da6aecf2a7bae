extension ColumnStorage {
  /// Whether type, nulls and values agree; NaN equals itself here, and −0 equals 0.
  package func isSame(as other: ColumnStorage) -> Bool {
    guard type == other.type, count == other.count, hasSameNulls(as: other) else { return false }
    switch (self, other) {
    case (.categorical(let left), .categorical(let right)):
      return PlainColumn.texts(left.texts).isSame(as: .texts(right.texts), present: validity)
    case (.list(let left), .list(let right)): return left.isSame(as: right)
    case (.struct(let left), .struct(let right)):
      return left.fields.indices.allSatisfy { left.field(at: $0).isSame(as: right.field(at: $0)) }
    default: return plain.isSame(as: other.plain, present: validity)
    }
  }

  private func hasSameNulls(as other: ColumnStorage) -> Bool {
    switch (validity, other.validity) {
    case (nil, nil): return true
    case (let left?, let right?): return left.combined(with: right, ^).setCount == 0
    case (_?, nil), (nil, _?): return false
    }
  }
}

extension ListColumn {
  /// Whether the lists of two columns with the same nulls agree.
  fileprivate func isSame(as other: ListColumn) -> Bool {
    let (left, right) = (compacted, other.compacted)
    for row in 0..<count where left.range(row) != right.range(row) { return false }
    return left.child.isSame(as: right.child)
  }
}

extension PlainColumn {
  /// Whether the values of the rows that are present agree with those of a column of the same type.
  fileprivate func isSame(as other: PlainColumn, present: Bitmap?) -> Bool {
    switch (self, other) {
    case (.bits(let left), .bits(let right)):
      let differing = left.values.combined(with: right.values, ^)
      return (present.map { differing.combined(with: $0, &) } ?? differing).setCount == 0
    case (.int8(let left), .int8(let right)):
      return same(left, right, present, ==)
    case (.int16(let left), .int16(let right)):
      return same(left, right, present, ==)
    case (.int32(let left), .int32(let right)):
      return same(left, right, present, ==)
    case (.int64(let left), .int64(let right)):
      return same(left, right, present, ==)
    case (.uint8(let left), .uint8(let right)):
      return same(left, right, present, ==)
    case (.uint16(let left), .uint16(let right)):
      return same(left, right, present, ==)
    case (.uint32(let left), .uint32(let right)):
      return same(left, right, present, ==)
    case (.uint64(let left), .uint64(let right)):
      return same(left, right, present, ==)
    case (.int128(let left), .int128(let right)):
      return same(left, right, present, ==)
    case (.float32(let left), .float32(let right)):
      return same(left, right, present) { $0 == $1 || $0.isNaN && $1.isNaN }
    case (.float64(let left), .float64(let right)):
      return same(left, right, present) { $0 == $1 || $0.isNaN && $1.isNaN }
    case (.texts(let left), .texts(let right)):
      return left.read { left in
        right.read { right in
          var agrees = true
          forEachPresent(self.count, present) { row in
            agrees = agrees && left.isEqual(row, to: right, row)
          }
          return agrees
        }
      }
    default: return false
    }
  }

  private func same<Element>(
    _ left: FixedWidthColumn<Element>, _ right: FixedWidthColumn<Element>, _ present: Bitmap?,
    _ isSame: (Element, Element) -> Bool
  ) -> Bool {
    left.values.read { a in
      right.values.read { b in
        var agrees = true
        forEachPresent(left.count, present) { row in agrees = agrees && isSame(a[row], b[row]) }
        return agrees
      }
    }
  }

  var count: Int {
    switch self {
    case .bits(let column): column.count
    case .int8(let column): column.count
    case .int16(let column): column.count
    case .int32(let column): column.count
    case .int64(let column): column.count
    case .uint8(let column): column.count
    case .uint16(let column): column.count
    case .uint32(let column): column.count
    case .uint64(let column): column.count
    case .int128(let column): column.count
    case .float32(let column): column.count
    case .float64(let column): column.count
    case .texts(let column): column.count
    }
  }
}
