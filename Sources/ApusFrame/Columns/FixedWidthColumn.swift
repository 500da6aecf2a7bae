/// Values of one fixed width and their validity: whole numbers, floating-point numbers, days.
public struct FixedWidthColumn<Element: BitwiseCopyable & Sendable>: Sendable {
  package let values: Values<Element>
  package let validity: Bitmap?

  package init(_ values: Values<Element>, validity: Bitmap? = nil) {
    if let validity {
      precondition(
        validity.count == values.count,
        "validity has \(validity.count) bits for \(values.count) rows")
    }
    self.values = values
    self.validity = validity?.unlessAllSet
  }

  /// The column of optional values; `hole` stands where there is none.
  package init(_ elements: [Element?], hole: Element) {
    self.init(
      Values(elements.map { $0 ?? hole }),
      validity: Bitmap(count: elements.count) { elements[$0] != nil })
  }

  /// How many rows there are.
  public var count: Int { values.count }

  /// The value of a row, or `nil` when it is null.
  public subscript(row: Int) -> Element? {
    if let validity, !validity[row] { return nil }
    return values[row]
  }

  package func sliced(_ range: Range<Int>) -> FixedWidthColumn {
    FixedWidthColumn(values.sliced(range), validity: validity?.sliced(range))
  }

  package func gathered(_ rows: Values<UInt32>) -> FixedWidthColumn {
    FixedWidthColumn(values.gathered(rows), validity: validity?.gathered(rows))
  }

  /// Each value turned into another; holes are turned too, and stay holes.
  @inline(__always)
  func mapped<Result>(_ body: (Element) -> Result) -> FixedWidthColumn<Result> {
    let count = count
    return FixedWidthColumn<Result>(
      Values(count: count) { target in
        values.read { source in
          for row in 0..<count { target[row] = body(source[row]) }
        }
      }, validity: validity)
  }
}

/// True, false or null a row: a bit for the value, a bit for its presence.
public struct BooleanColumn: Sendable {
  package let values: Bitmap
  package let validity: Bitmap?

  package init(_ values: Bitmap, validity: Bitmap? = nil) {
    if let validity {
      precondition(
        validity.count == values.count,
        "validity has \(validity.count) bits for \(values.count) rows")
    }
    self.values = values
    self.validity = validity?.unlessAllSet
  }

  package init(_ elements: [Bool?]) {
    self.init(
      Bitmap(count: elements.count) { elements[$0] == true },
      validity: Bitmap(count: elements.count) { elements[$0] != nil })
  }

  /// How many rows there are.
  public var count: Int { values.count }

  /// The value of a row, or `nil` when it is null.
  public subscript(row: Int) -> Bool? {
    if let validity, !validity[row] { return nil }
    return values[row]
  }

  package func sliced(_ range: Range<Int>) -> BooleanColumn {
    BooleanColumn(values.sliced(range), validity: validity?.sliced(range))
  }

  package func gathered(_ rows: Values<UInt32>) -> BooleanColumn {
    BooleanColumn(values.gathered(rows), validity: validity?.gathered(rows))
  }

  /// The rows that are true, neither false nor null.
  var isTrue: Bitmap {
    guard let validity else { return values }
    return values.combined(with: validity, &)
  }

  /// Each value turned into another type's.
  @inline(__always)
  func mapped<Result>(_ body: (Bool) -> Result) -> FixedWidthColumn<Result> {
    let count = count
    return FixedWidthColumn<Result>(
      Values(count: count) { target in
        values.words.read { words in
          for row in 0..<count { target[row] = body(words[row >> 6] >> UInt64(row & 63) & 1 == 1) }
        }
      }, validity: validity)
  }
}
