/// What is done with the values of each list.
package enum ListFunction: Sendable, Hashable {
  case length
  /// The value at a place from 0; below 0, from the end.
  case get(Int)
  case contains(Scalar)
  case joined(String)
  case aggregate(AggregateFunction)
  case slice(from: Int, count: Int?)
  case sorted(descending: Bool)
  case unique, reversed

  /// The type of the result for lists of `element`, or nothing when there is none.
  func type(of element: DataType) -> DataType? {
    switch self {
    case .length: return .int64
    case .get: return element
    case .contains(let value):
      guard value != .null else { return .bool }
      return ColumnStorage.of([value], type: element) == nil ? nil : .bool
    case .joined: return element.isTextual ? .string : nil
    case .slice, .sorted, .unique, .reversed: return .list(element)
    case .aggregate(let function):
      switch function {
      case .min, .max, .first, .last: return element
      case .count, .countDistinct: return .int64
      case .any, .all: return element == .bool ? .bool : nil
      case .sum:
        guard element.isNumeric || element == .bool || element.isDuration else { return nil }
        return DataType.sum(of: element)
      case .mean, .median:
        guard element.isNumeric || element == .bool || element.isTemporal else { return nil }
        return DataType.statistic(of: element)
      case .std, .variance: return element.isNumeric ? .float64 : nil
      default: return nil
      }
    }
  }

  var text: String {
    switch self {
    case .length: "list.length"
    case .get(let place): "list.get(\(place))"
    case .contains(let value): "list.contains(\(value.shown))"
    case .joined(let separator): "list.joined(\"\(separator)\")"
    case .aggregate(let function): "list.\(function)"
    case .slice(let from, let count):
      "list.slice(from: \(from)\(count.map { ", count: \($0)" } ?? ""))"
    case .sorted(let descends): "list.sorted(descending: \(descends))"
    case .unique: "list.unique"
    case .reversed: "list.reversed"
    }
  }
}

extension ExprEvaluator {
  /// What a function makes of the values of each list; null for a null list.
  func computed(_ function: ListFunction, _ lists: ListColumn) throws(FrameError) -> ColumnStorage {
    let lists = lists.compacted
    let count = lists.count
    switch function {
    case .length:
      return .int64(
        FixedWidthColumn(
          Values(count: count) { target in
            for row in 0..<count { target[row] = lists.range(row).count }
          }, validity: lists.validity))
    case .get(let place):
      return lists.child.gatheredOrNull(
        Values(count: count) { target in
          for row in 0..<count {
            let range = lists.range(row)
            let value = place < 0 ? range.upperBound + place : range.lowerBound + place
            target[row] =
              range.contains(value) ? UInt32(truncatingIfNeeded: value) : RowSelection.missing
          }
        })
    case .contains(let value): return .bool(containment(of: value, in: lists))
    case .joined(let separator): return .string(joined(lists, separator))
    case .slice(let from, let wanted):
      return .list(
        lists.picking { range in
          // Places before the list count, and hold nothing.
          let first = from < 0 ? range.count + from : from
          let (end, overflow) = first.addingReportingOverflow(Swift.max(wanted ?? .max, 0))
          let kept = Swift.max(first, 0)..<Swift.max(first, 0, overflow ? .max : end)
          return range.dropFirst(kept.lowerBound).prefix(kept.count).map { $0 }
        })
    case .reversed: return .list(lists.picking { $0.reversed() })
    case .sorted(let descends):
      let place = SortPlace(place: 0, isDescending: descends, nullsFirst: false)
      let order = RowOrder([SortColumn(lists.child, place)])
      return .list(
        lists.picking { range in
          range.sorted {
            order.isLess(UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $1))
          }
        })
    case .unique:
      let keys = try KeyRows([lists.child])
      return .list(
        lists.picking { range in
          var kept: [Int] = []
          for value in range where !kept.contains(where: { keys.isEqual($0, to: keys, value) }) {
            kept.append(value)
          }
          return kept
        })
    case .aggregate(let function):
      // The child's rows are grouped by their list, those without values included.
      let rows = Values<UInt32>(count: lists.child.count) { target in
        for row in 0..<count {
          for value in lists.range(row) { target[value] = UInt32(truncatingIfNeeded: row) }
        }
      }
      let grouping = Grouping(codes: rows, firstRows: Values(repeating: 0, count: count))
      var inputs = [lists.child]
      switch function {
      case .first: return try computed(.get(0), lists)
      case .last: return try computed(.get(-1), lists)
      case .std, .variance, .median:
        if !lists.child.type.isTemporal {
          inputs = [.float64(lists.child.doubles ?? FixedWidthColumn(Values([])))]
        }
      default: break
      }
      let found = try aggregated(function, inputs, by: grouping, label: step)
      return found.withValidity(Bitmap.both(found.validity, lists.validity))
    }
  }

  private func containment(of value: Scalar, in lists: ListColumn) -> BooleanColumn {
    let count = lists.count
    let hits: Bitmap
    if value == .null {
      hits =
        lists.child.validity?.inverted
        ?? Bitmap(repeating: false, count: lists.child.count)
    } else {
      hits = membership(of: lists.child, in: [value]).isTrue
    }
    return BooleanColumn(
      Bitmap(count: count) { row in lists.range(row).contains { hits[$0] } },
      validity: lists.validity)
  }

  private func joined(_ lists: ListColumn, _ separator: String) -> StringColumn {
    guard case .texts(let texts) = lists.child.asTexts.plain else {
      preconditionFailure("joined lists of \(lists.child.type)")
    }
    var builder = StringColumnBuilder(rowCount: lists.count)
    let between = Array(separator.utf8)
    texts.read { reader in
      for row in 0..<lists.count {
        var bytes: [UInt8] = []
        var isFirst = true
        for value in lists.range(row) where texts.validity?[value] ?? true {
          if !isFirst { bytes.append(contentsOf: between) }
          bytes.append(contentsOf: reader.bytes(value))
          isFirst = false
        }
        bytes.withUnsafeBufferPointer { builder.set($0, at: row) }
      }
    }
    return builder.finish(validity: lists.validity)
  }
}

extension ListColumn {
  /// The column with, for each list, the values that `choose` names out of its range.
  fileprivate func picking(_ choose: (Range<Int>) -> [Int]) -> ListColumn {
    var starts = [0]
    var picked: [UInt32] = []
    for row in 0..<count {
      picked.append(contentsOf: choose(range(row)).map { UInt32(truncatingIfNeeded: $0) })
      starts.append(picked.count)
    }
    return ListColumn(
      offsets: Values(starts), child: child.gathered(Values(picked)), validity: validity)
  }
}

extension ColumnStorage {
  /// The rows at `rows`; null where one is `missing`.
  func gatheredOrNull(_ rows: Values<UInt32>) -> ColumnStorage {
    if type.isNested { return gathered(rows) }
    guard count > 0 else { return .repeating(.null, type: type, count: rows.count) }
    let found = gathered(rows.map { $0 == RowSelection.missing ? 0 : $0 })
    return found.withValidity(Bitmap.both(found.validity, Bitmap.found(rows)))
  }

  /// Categories as their texts; other columns as they are.
  var asTexts: ColumnStorage {
    switch self {
    case .categorical(let column), .enum(let column): .string(column.texts)
    default: self
    }
  }
}

/// What can be asked of lists: `col("scores").list.mean()`.
public struct ListExpr: Sendable {
  let lists: Expr

  private func call(_ function: ListFunction) -> Expr { Expr(.call(.list(function), [lists])) }

  /// How many values the list has, nulls included.
  public var length: Expr { call(.length) }
  /// The value at a place from 0; below 0, from the end. Null where there is none.
  public func get(_ place: Int) -> Expr { call(.get(place)) }
  /// The first value.
  public func first() -> Expr { get(0) }
  /// The last value.
  public func last() -> Expr { get(-1) }
  /// Whether the list has a value.
  public func contains(_ value: some ScalarConvertible) -> Expr { call(.contains(value.scalar)) }
  /// The texts put together, with a separator between; nulls are left out.
  public func joined(_ separator: String) -> Expr { call(.joined(separator)) }
  /// The sum of the values; 0 without any.
  public func sum() -> Expr { call(.aggregate(.sum)) }
  /// The mean of the values.
  public func mean() -> Expr { call(.aggregate(.mean)) }
  /// The median of the values.
  public func median() -> Expr { call(.aggregate(.median)) }
  /// The least value.
  public func min() -> Expr { call(.aggregate(.min)) }
  /// The greatest value.
  public func max() -> Expr { call(.aggregate(.max)) }
  /// The standard deviation of the values (n − 1).
  public func std() -> Expr { call(.aggregate(.std)) }
  /// How many different values there are, nulls left out.
  public func countDistinct() -> Expr { call(.aggregate(.countDistinct)) }
  /// Whether a value is true.
  public func any() -> Expr { call(.aggregate(.any)) }
  /// Whether no value is false.
  public func all() -> Expr { call(.aggregate(.all)) }
  /// The values from a place on, counted from 0 or, below 0, from the end.
  public func slice(from: Int, count: Int? = nil) -> Expr { call(.slice(from: from, count: count)) }
  /// The values in order, nulls last.
  public func sorted(descending: Bool = false) -> Expr { call(.sorted(descending: descending)) }
  /// The values of which none before is equal.
  public func unique() -> Expr { call(.unique) }
  /// The values from the last to the first.
  public func reversed() -> Expr { call(.reversed) }
}

extension Expr {
  /// What can be asked of lists.
  public var list: ListExpr { ListExpr(lists: self) }
  /// A field of a struct; null where the struct is.
  public func field(_ name: String) -> Expr { Expr(.call(.field(name), [self])) }
}
