/// One side of an operation: a column, or one value for all rows.
enum Operand<Element: BitwiseCopyable & Sendable>: Sendable {
  case column(FixedWidthColumn<Element>)
  case constant(Element)

  /// Which rows have a value; nothing means all.
  var validity: Bitmap? {
    switch self {
    case .column(let column): column.validity
    case .constant: nil
    }
  }

  /// What stands in a row, a hole's content included.
  func value(_ row: Int) -> Element {
    switch self {
    case .column(let column): column.values[row]
    case .constant(let value): value
    }
  }

  @inline(__always)
  func mapped<Result>(_ body: (Element) -> Result) -> Operand<Result> {
    switch self {
    case .column(let column): .column(column.mapped(body))
    case .constant(let value): .constant(body(value))
    }
  }
}

/// `body` of both sides in each row; null where either is.
@inline(__always)
func zipped<Left, Right, Result>(
  _ left: Operand<Left>, _ right: Operand<Right>, _ count: Int, _ body: (Left, Right) -> Result
) -> FixedWidthColumn<Result> {
  let values = Values<Result>(count: count) { target in
    switch (left, right) {
    case (.column(let left), .column(let right)):
      left.values.read { left in
        right.values.read { right in
          for row in 0..<count { target[row] = body(left[row], right[row]) }
        }
      }
    case (.column(let left), .constant(let right)):
      left.values.read { left in
        for row in 0..<count { target[row] = body(left[row], right) }
      }
    case (.constant(let left), .column(let right)):
      right.values.read { right in
        for row in 0..<count { target[row] = body(left, right[row]) }
      }
    case (.constant(let left), .constant(let right)):
      for row in 0..<count { target[row] = body(left, right) }
    }
  }
  return FixedWidthColumn(values, validity: Bitmap.both(left.validity, right.validity))
}

/// Whether `body` holds for both sides in each row; null where either is.
@inline(__always)
func tested<Left, Right>(
  _ left: Operand<Left>, _ right: Operand<Right>, _ count: Int, _ body: (Left, Right) -> Bool
) -> BooleanColumn {
  let bits: Bitmap
  // Plain pointers, no closures around the loop: only then it becomes vector code.
  switch (left, right) {
  case (.column(let left), .column(let right)):
    let (a, b) = (left.values.read { $0 }, right.values.read { $0 })
    bits = Bitmap(count: count) { body(a[$0], b[$0]) }
  case (.column(let left), .constant(let right)):
    let a = left.values.read { $0 }
    bits = Bitmap(count: count) { body(a[$0], right) }
  case (.constant(let left), .column(let right)):
    let b = right.values.read { $0 }
    bits = Bitmap(count: count) { body(left, b[$0]) }
  case (.constant(let left), .constant(let right)):
    bits = Bitmap(repeating: body(left, right), count: count)
  }
  return withExtendedLifetime((left, right)) {
    BooleanColumn(bits, validity: Bitmap.both(left.validity, right.validity))
  }
}

/// The rows whose bit is 1, in order.
func rowNumbers(of bits: Bitmap) -> Values<UInt32> {
  Values(count: bits.setCount) { target in
    var next = 0
    forEachPresent(bits.count, bits) { row in
      target[next] = UInt32(truncatingIfNeeded: row)
      next &+= 1
    }
  }
}
