/// Which row of the other frame an as-of join takes.
public enum AsOfDirection: Sendable, Hashable {
  /// The last one whose key is not greater.
  case backward
  /// The first one whose key is not less.
  case forward
  /// The one whose key is nearest; of two equally near ones the earlier.
  case nearest
}

/// What an as-of join may be asked besides its keys.
public struct AsOfOptions: Sendable, Hashable {
  /// Which row is taken.
  public var direction: AsOfDirection
  /// How far apart keys may be: a number, of days for dates, of the column's unit for times; nothing
  /// for any distance.
  public var tolerance: Double?
  /// Whether equal keys match.
  public var allowsEqual: Bool
  /// What is put behind the name of a right column that the left frame has too.
  public var suffix: String

  /// Options; what is not given is as most joins want it.
  public init(
    direction: AsOfDirection = .backward, tolerance: Double? = nil, allowsEqual: Bool = true,
    suffix: String = "_right"
  ) {
    self.direction = direction
    self.tolerance = tolerance
    self.allowsEqual = allowsEqual
    self.suffix = suffix
  }
}

/// Beside each left row the right row whose key is nearest in a direction. Rows of both frames are
/// sorted together by group and key; one walk over them finds the partners.
struct AsOfStep: FrameStep {
  let leftKey: Int
  let rightKey: Int
  let leftGroups: [Int]
  let rightGroups: [Int]
  let rightColumns: [Int]
  let options: AsOfOptions

  func text(_ names: [String]) -> String {
    let by = leftGroups.map { names[$0] }.joined(separator: ", ")
    return "as-of join \(options.direction) on \(names[leftKey])" + (by.isEmpty ? "" : " by \(by)")
  }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let (left, right) = (frames[0], frames[1])
    let partners =
      switch options.direction {
      case .backward: try partners(left, right, isForward: false)
      case .forward: try partners(left, right, isForward: true)
      case .nearest:
        nearer(
          try partners(left, right, isForward: false), try partners(left, right, isForward: true),
          try distances(left, right))
      }
    let isNear = try distances(left, right)
    let rows = Values<UInt32>(count: left.rowCount) { target in
      for row in 0..<left.rowCount {
        let partner = partners[row]
        let isKept =
          partner != RowSelection.missing
          && (options.tolerance.map { isNear(row, Int(partner)) <= $0 } ?? true)
        target[row] = isKept ? partner : RowSelection.missing
      }
    }
    let others = try gathered(
      rightColumns.map { right.columns[$0] },
      RowSelection(rows: rows, mayMiss: true, isScattered: right.rowCount > 1 << 16))
    return DataFrame(schema: schema, columns: left.columns + others, rowCount: left.rowCount)
  }

  /// The partner of each left row in one direction, `missing` for none.
  private func partners(
    _ left: DataFrame, _ right: DataFrame, isForward: Bool
  ) throws(FrameError) -> [UInt32] {
    // Of equal keys the rows that match must have been passed: backward the right ones come first
    // when equal keys match, forward the other way round, as the walk then goes back.
    let rightFirst = isForward != options.allowsEqual
    let frames = rightFirst ? [right, left] : [left, right]
    let firstCount = frames[0].rowCount
    func both(_ leftPlace: Int, _ rightPlace: Int) throws(FrameError) -> ColumnStorage {
      let columns = [left.columns[leftPlace], right.columns[rightPlace]]
      return try concatenated(rightFirst ? columns.reversed() : columns, type: columns[0].type)
    }
    let count = left.rowCount + right.rowCount
    let key = try both(leftKey, rightKey)
    var groups: [ColumnStorage] = []
    for (a, b) in zip(leftGroups, rightGroups) { groups.append(try both(a, b)) }
    let grouping = try Grouping(of: groups, rowCount: count)
    let place = SortPlace(place: 0, isDescending: false, nullsFirst: false)
    var order = [SortColumn(key, place)]
    if !grouping.isWhole {
      let groups = FixedWidthColumn(grouping.codes.map { Int($0) })
      order.insert(SortColumn(.int64(groups), place), at: 0)
    }
    let sorted = try sortedRows(by: order, rowCount: count)
    let codes = grouping.codes
    var found = [UInt32](repeating: RowSelection.missing, count: left.rowCount)
    var last = RowSelection.missing
    var lastGroup = -1
    for step in 0..<count {
      let row = Int(sorted[isForward ? count - 1 - step : step])
      guard key.hasOrder(row) else { continue }
      let group = grouping.isWhole ? 0 : Int(codes[row])
      if group != lastGroup { (last, lastGroup) = (RowSelection.missing, group) }
      let isRight = (row < firstCount) == rightFirst
      let own = row < firstCount ? row : row - firstCount
      if isRight {
        last = UInt32(truncatingIfNeeded: own)
      } else {
        found[own] = last
      }
    }
    return found
  }

  /// How far a left and a right row's keys are apart.
  private func distances(
    _ left: DataFrame, _ right: DataFrame
  ) throws(FrameError) -> (Int, Int) -> Double {
    let (a, b) = (left.columns[leftKey], right.columns[rightKey])
    if case .wide(let a)? = a.wholeNumbers, case .wide(let b)? = b.wholeNumbers {
      return { left, right in
        let (difference, overflow) = a[left].subtractingReportingOverflow(b[right])
        return overflow ? .infinity : Double(difference.magnitude)
      }
    }
    guard let a = a.doubles, let b = b.doubles else { return { _, _ in 0 } }
    return { (a.values[$0] - b.values[$1]).magnitude }
  }

  private func nearer(
    _ before: [UInt32], _ after: [UInt32], _ distance: (Int, Int) -> Double
  ) -> [UInt32] {
    before.indices.map { row in
      if before[row] == RowSelection.missing { return after[row] }
      if after[row] == RowSelection.missing { return before[row] }
      return distance(row, Int(before[row])) <= distance(row, Int(after[row]))
        ? before[row] : after[row]
    }
  }
}

extension ColumnStorage {
  /// Whether the row has a value that is not NaN: only such are less or greater than others.
  func hasOrder(_ row: Int) -> Bool {
    if let validity, !validity[row] { return false }
    switch self {
    case .float64(let column): return !column.values[row].isNaN
    case .float32(let column): return !column.values[row].isNaN
    default: return true
    }
  }
}

extension DataType {
  /// Whether two values are so far apart.
  var hasDistance: Bool {
    if isNumeric { return true }
    switch self {
    case .date, .time, .datetime, .duration: return true
    default: return false
    }
  }
}

extension LogicalPlan {
  /// Beside each row the row of another plan whose key is nearest.
  package func asOfJoin(
    _ other: LogicalPlan, leftOn: String, rightOn: String, leftBy: [String], rightBy: [String],
    options: AsOfOptions
  ) throws(FrameError) -> LogicalPlan {
    let label = "joinedAsOf(…)"
    let right = "joinedAsOf(…), right side"
    guard leftBy.count == rightBy.count else {
      throw FrameError(
        code: .shapeMismatch, what: "\(leftBy.count) left and \(rightBy.count) right groups",
        place: label, mend: "name as many columns on both sides")
    }
    var leftPlaces = [try schema.place(of: leftOn, in: label)]
    var rightPlaces = [try other.schema.place(of: rightOn, in: right)]
    for name in leftBy { leftPlaces.append(try schema.place(of: name, in: label)) }
    for name in rightBy { rightPlaces.append(try other.schema.place(of: name, in: right)) }
    for (a, b) in zip(leftPlaces, rightPlaces) {
      let (left, right) = (schema.fields[a], other.schema.fields[b])
      guard left.type == right.type else {
        throw FrameError(
          code: .typeMismatch,
          what: "the keys \"\(left.name)\" of \(left.type) and \"\(right.name)\" of \(right.type)",
          place: label, mend: "keys are compared in one type: cast one of them")
      }
    }
    let keyType = schema.fields[leftPlaces[0]].type
    if options.tolerance != nil || options.direction == .nearest {
      guard keyType.hasDistance else {
        throw FrameError(
          code: .typeMismatch, what: "a distance of \(keyType)", place: label,
          mend: "numbers and days have one; leave the tolerance out, and ask for a direction")
      }
    }
    var fields = schema.fields
    var columns: [Int] = []
    for (place, field) in other.schema.fields.enumerated() {
      if rightPlaces.dropFirst().contains(place) { continue }
      if place == rightPlaces[0], leftOn == rightOn { continue }
      columns.append(place)
      let isTaken = schema.index(of: field.name) != nil
      fields.append(Schema.Field(isTaken ? field.name + options.suffix : field.name, field.type))
    }
    let step = AsOfStep(
      leftKey: leftPlaces[0], rightKey: rightPlaces[0], leftGroups: Array(leftPlaces.dropFirst()),
      rightGroups: Array(rightPlaces.dropFirst()), rightColumns: columns, options: options)
    return self.step(
      step, beside: [other], schema: try Schema(fields, for: label), label: label)
  }
}
