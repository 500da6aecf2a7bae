/// Any number of values a row: all values in one column, and where each row's start.
public struct ListColumn: Sendable {
  /// Where each row's values start in `child`, and the end: one more than there are rows, never
  /// falling. They need not start at 0.
  package let offsets: Values<Int>
  /// The values of all rows, row behind row.
  package let child: ColumnStorage
  package let validity: Bitmap?

  package init(offsets: Values<Int>, child: ColumnStorage, validity: Bitmap? = nil) {
    precondition(offsets.count > 0, "a list column has one offset more than rows")
    if let validity {
      precondition(
        validity.count == offsets.count - 1,
        "validity has \(validity.count) bits for \(offsets.count - 1) rows")
    }
    self.offsets = offsets
    self.child = child
    self.validity = validity?.unlessAllSet
  }

  /// How many rows there are.
  public var count: Int { offsets.count - 1 }

  /// Which values of `child` belong to a row.
  package func range(_ row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

  package func sliced(_ rows: Range<Int>) -> ListColumn {
    ListColumn(
      offsets: offsets.sliced(rows.lowerBound..<(rows.upperBound + 1)), child: child,
      validity: validity?.sliced(rows))
  }

  /// The rows at `rows`, in that order; `missing` gives null.
  package func gathered(_ rows: Values<UInt32>) -> ListColumn {
    let count = rows.count
    let present = validity
    func range(_ place: Int) -> Range<Int> {
      let row = rows[place]
      guard row != RowSelection.missing, present?[Int(row)] ?? true else { return 0..<0 }
      return self.range(Int(row))
    }
    let starts = Values<Int>(count: count + 1) { target in
      target[0] = 0
      for place in 0..<count { target[place + 1] = target[place] + range(place).count }
    }
    let total = starts[count]
    precondition(total < Int(UInt32.max), "lists of more than \(UInt32.max - 1) values")
    let picked = Values<UInt32>(count: total) { target in
      var next = 0
      for place in 0..<count {
        for value in range(place) {
          target[next] = UInt32(truncatingIfNeeded: value)
          next += 1
        }
      }
    }
    return ListColumn(
      offsets: starts, child: child.gathered(picked),
      validity: validity.map { $0.gatheredOrClear(rows) } ?? Bitmap.found(rows))
  }

  /// The column with offsets that start at 0 and a child that holds nothing else, holes empty.
  package var compacted: ListColumn {
    let start = offsets[0]
    let end = offsets[count]
    if validity == nil {
      guard start > 0 || end < child.count else { return self }
      return ListColumn(
        offsets: offsets.map { $0 - start }, child: child.sliced(start..<end), validity: nil)
    }
    return gathered(
      Values(count: count) { target in
        for row in 0..<count { target[row] = UInt32(truncatingIfNeeded: row) }
      })
  }

  /// The values of a row.
  func scalar(at row: Int) -> Scalar {
    if let validity, !validity[row] { return .null }
    return .list(range(row).map(child.scalar))
  }

  /// For each value of the compacted child the row that it belongs to: what `explode` repeats the
  /// other columns by. A row without values, and a null one, has one entry when `keepsEmpty`.
  package func rowOfEachValue(keepsEmpty: Bool) -> (rows: Values<UInt32>, values: Values<UInt32>) {
    var rows: [UInt32] = []
    var values: [UInt32] = []
    for row in 0..<count {
      let range = validity?[row] ?? true ? range(row) : 0..<0
      if range.isEmpty, keepsEmpty {
        rows.append(UInt32(row))
        values.append(RowSelection.missing)
      }
      for value in range {
        rows.append(UInt32(row))
        values.append(UInt32(value))
      }
    }
    return (Values(rows), Values(values))
  }
}

extension Bitmap {
  /// The bits at `rows`; 0 where a row is `missing`.
  func gatheredOrClear(_ rows: Values<UInt32>) -> Bitmap {
    Bitmap(count: rows.count) { place in
      let row = rows[place]
      return row != RowSelection.missing && self[Int(row)]
    }
  }

  /// Which rows are not `missing`; nothing when all are there.
  static func found(_ rows: Values<UInt32>) -> Bitmap? {
    Bitmap(count: rows.count) { rows[$0] != RowSelection.missing }.unlessAllSet
  }
}
