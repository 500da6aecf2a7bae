/// Which group each row belongs to. Groups are numbered in the order of their first rows; null is
/// a key like another, and so is NaN; −0 is 0.
package struct Grouping: Sendable {
  /// The group of each row.
  let codes: Values<UInt32>
  /// The first row of each group.
  let firstRows: Values<UInt32>

  /// How many groups there are.
  var groupCount: Int { firstRows.count }

  /// The groups of rows that agree in all of `keys`; without keys all rows are one group, which is
  /// there even when no row is.
  init(of keys: [ColumnStorage], rowCount: Int) {
    guard var grouping = keys.first.map(Grouping.init(of:)) else {
      codes = Values(repeating: 0, count: rowCount)
      firstRows = Values(repeating: 0, count: 1)
      return
    }
    for key in keys.dropFirst() { grouping = grouping.refined(by: Grouping(of: key)) }
    self = grouping
  }

  /// The groups of rows that agree in one column.
  init(of column: ColumnStorage) {
    switch column {
    case .bool(let values):
      self.init(values.count, values.validity) { values.values[$0] ? 1 : 0 }
    case .int64(let values):
      self = values.values.read { source in
        Grouping(values.count, values.validity) { UInt64(bitPattern: Int64(source[$0])) }
      }
    case .float64(let values):
      self = values.values.read { source in
        Grouping(values.count, values.validity) { groupBits(source[$0]) }
      }
    case .date(let values):
      self = values.values.read { source in
        Grouping(values.count, values.validity) {
          UInt64(truncatingIfNeeded: source[$0].daysSinceEpoch)
        }
      }
    case .string(let values):
      self = values.read { texts in
        var table = TextTable()
        return Grouping(codedBy: values.count, values.validity) { table.code(of: $0, in: texts) }
      }
    }
  }

  /// Groups of rows that agree here and in `other`.
  private func refined(by other: Grouping) -> Grouping {
    let width = UInt64(other.groupCount)
    return codes.read { left in
      other.codes.read { right in
        // Both factors are below 2^32, so the pair's number fits.
        Grouping(codes.count, nil) { UInt64(left[$0]) &* width &+ UInt64(right[$0]) }
      }
    }
  }

  @inline(__always)
  private init(_ count: Int, _ validity: Bitmap?, key: (Int) -> UInt64) {
    var table = KeyTable()
    self.init(codedBy: count, validity) { table.code(of: key($0)) }
  }

  /// Gives groups to the codes of the rows that are present, and one to the nulls.
  @inline(__always)
  private init(codedBy count: Int, _ validity: Bitmap?, code: (Int) -> UInt32) {
    var firstRows: [UInt32] = []
    var nullGroup: UInt32?
    // A code counts the values before it; the null's group shifts those that come after it.
    var shiftFrom = UInt32.max
    codes = Values(count: count) { target in
      for row in 0..<count {
        if let validity, !validity[row] {
          if nullGroup == nil {
            nullGroup = UInt32(firstRows.count)
            shiftFrom = UInt32(firstRows.count)
            firstRows.append(UInt32(row))
          }
          target[row] = nullGroup ?? 0
          continue
        }
        let code = code(row)
        let group = code >= shiftFrom ? code + 1 : code
        if Int(group) == firstRows.count { firstRows.append(UInt32(row)) }
        target[row] = group
      }
    }
    self.firstRows = Values(firstRows)
  }
}

/// The bits that stand for a number in a group-by: one pattern for NaN, one for 0 and −0.
@inline(__always)
private func groupBits(_ value: Double) -> UInt64 {
  if value == 0 { return 0 }
  return value.isNaN ? Double.nan.bitPattern : value.bitPattern
}
