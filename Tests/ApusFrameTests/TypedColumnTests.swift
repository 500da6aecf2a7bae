import ApusFrame
import TestSupport
import Testing

/// The order that keys of a type have, value by value: the twin of what sorts and extremes do.
struct NaiveOrder {
  let type: DataType

  /// Below 0, 0 or above 0; nulls inside lists and structs come last.
  func order(_ left: Scalar, _ right: Scalar) -> Int {
    switch (left, right) {
    case (.null, .null): return 0
    case (.null, _): return 1
    case (_, .null): return -1
    case (.list(let a), .list(let b)):
      guard case .list(let element) = type else { return 0 }
      for (x, y) in zip(a, b) {
        let found = NaiveOrder(type: element).order(x, y)
        if found != 0 { return found }
      }
      return a.count - b.count
    case (.struct(let a), .struct(let b)):
      guard case .struct(let fields) = type else { return 0 }
      for (place, field) in fields.enumerated() {
        let found = NaiveOrder(type: field.type).order(a[place].value, b[place].value)
        if found != 0 { return found }
      }
      return 0
    case (.string(let a), .string(let b)):
      if case .enum(let names) = type {
        return (names.firstIndex(of: a) ?? 0) - (names.firstIndex(of: b) ?? 0)
      }
      return a == b && a.utf8.elementsEqual(b.utf8)
        ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    case (.double(let a), .double(let b)):
      if a.isNaN || b.isNaN { return (a.isNaN ? 1 : 0) - (b.isNaN ? 1 : 0) }
      return compare(a, b)
    case (.bool(let a), .bool(let b)): return (a ? 1 : 0) - (b ? 1 : 0)
    case (.int(let a), .int(let b)): return compare(a, b)
    case (.int, .unsigned): return -1
    case (.unsigned, .int): return 1
    case (.unsigned(let a), .unsigned(let b)): return compare(a, b)
    case (.decimal(let a), .decimal(let b)): return compare(a, b)
    case (.binary(let a), .binary(let b)):
      return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
    case (.date(let a), .date(let b)): return compare(a, b)
    case (.time(let a), .time(let b)): return compare(a, b)
    case (.datetime(let a), .datetime(let b)): return compare(a, b)
    case (.duration(let a), .duration(let b)): return compare(a, b)
    case (.uuid(let a), .uuid(let b)): return compare(a, b)
    default: return 0
    }
  }

  private func compare<Value: Comparable>(_ a: Value, _ b: Value) -> Int {
    a < b ? -1 : b < a ? 1 : 0
  }
}

extension Scalar {
  /// The value as keys see it: one NaN, one zero.
  fileprivate var key: Scalar {
    switch self {
    case .double(let value): value.isNaN ? .string("NaN") : .double(value == 0 ? 0 : value)
    case .list(let values): .list(values.map(\.key))
    case .struct(let fields): .struct(fields.map { Field($0.name, $0.value.key) })
    default: self
    }
  }
}

/// Every type beside row-wise twins, over seeded random columns.
@Suite("Columns of every type beside naive ones")
struct TypedColumnTests {
  static let counts = [0, 1, 64, 65, 700]
  static let longCounts = [40_000]

  private func scalars(_ column: AnyColumn) -> [Scalar] { (0..<column.count).map { column[$0] } }

  private func same(_ left: [Scalar], _ right: [Scalar]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
  }

  private func pair(
    _ type: DataType, _ count: Int, seed: UInt64 = 1
  ) throws -> (DataFrame, [Scalar]) {
    var columns = RandomColumns(seed: seed &+ UInt64(count))
    let key = try columns.column(type, count: count, distinct: Swift.max(count / 5, 1))
    let other = try columns.column(.int64, count: count, distinct: 1000)
    let frame = try DataFrame(columns: [
      AnyColumn(name: "k", key), AnyColumn(name: "n", other),
      AnyColumn(name: "row", AnyColumn((0..<count).map(Optional.some))),
    ])
    return (frame, scalars(key))
  }

  @Test("values come back as they were, and equal themselves", arguments: RandomColumns.types)
  func values(type: DataType) throws {
    for count in TypedColumnTests.counts {
      var columns = RandomColumns(seed: 5)
      let wanted = (0..<count).map { $0 % 7 == 3 ? Scalar.null : columns.value(of: type) }
      let column = try AnyColumn(wanted, type: type)
      #expect(column.type == type)
      #expect(same(scalars(column), wanted))
      #expect(column.nullCount == wanted.count { $0 == .null })
      #expect(try column == AnyColumn(wanted, type: type))
      if count > 0 {
        var other = wanted
        other[count / 2] = wanted[count / 2] == .null ? columns.value(of: type) : .null
        #expect(try column != AnyColumn(other, type: type))
      }
    }
  }

  @Test("filter, gather, slices and concat are those of arrays", arguments: RandomColumns.types)
  func rows(type: DataType) throws {
    for count in TypedColumnTests.counts + TypedColumnTests.longCounts {
      let (frame, wanted) = try pair(type, count)
      let n = try frame["n", as: Int.self]
      let kept = (0..<count).filter { n[$0].map { $0 > 10 } ?? false }
      let filtered = try frame.filter(col("n") > 10)
      #expect(same(scalars(try filtered["k"]), kept.map { wanted[$0] }))
      let order = (0..<count).sorted { a, b in
        switch (n[a], n[b]) {
        case (nil, nil): a < b
        case (nil, _): false
        case (_, nil): true
        case (let x?, let y?): x == y ? a < b : x < y
        }
      }
      let sorted = try frame.sorted(by: "n")
      #expect(same(scalars(try sorted["k"]), order.map { wanted[$0] }))
      let parts = [frame.head(count / 3), frame.tail(count / 2), frame.head(0), filtered]
      let whole = try concatenated(parts.map { $0.columns[0] }, type: type)
      let naive =
        Array(wanted.prefix(count / 3)) + wanted.suffix(count / 2) + kept.map { wanted[$0] }
      #expect(same(scalars(AnyColumn(name: "", whole)), naive))
      let chosen = try frame.select(
        when(col("n") > 10).then(col("k")).otherwise(Expr(.literal(.null))).as("k"))
      let naiveChoice = (0..<count).map { row in
        (n[row].map { $0 > 10 } ?? false) ? wanted[row] : .null
      }
      #expect(same(scalars(try chosen["k"]), naiveChoice))
    }
  }

  @Test("groups and their aggregates are those of a dictionary", arguments: RandomColumns.types)
  func groups(type: DataType) throws {
    for count in TypedColumnTests.counts + TypedColumnTests.longCounts {
      let (frame, wanted) = try pair(type, count, seed: 11)
      var places: [Scalar: Int] = [:]
      var groups: [[Int]] = []
      for row in 0..<count {
        if let place = places[wanted[row].key] {
          groups[place].append(row)
        } else {
          places[wanted[row].key] = groups.count
          groups.append([row])
        }
      }
      let found = try frame.grouped(by: "k").aggregate(
        ApusFrame.count("row").as("size"), first("row").as("first"), last("row").as("last"))
      #expect(found.rowCount == groups.count)
      #expect(same(scalars(try found["k"]), groups.map { wanted[$0[0]] }))
      #expect(Array(try found["size", as: Int.self]) == groups.map(\.count))
      #expect(Array(try found["last", as: Int.self]) == groups.map { $0.last })
      let distinct = try frame.aggregate(countDistinct("k").as("d"))["d", as: Int.self]
      #expect(distinct[0] == places.count - (places[.null] == nil ? 0 : 1))
      let unique = try frame.unique(by: "k")
      #expect(Array(try unique["row", as: Int.self]) == groups.map { $0[0] })
    }
  }

  @Test("least, greatest, first and last of groups", arguments: RandomColumns.types)
  func extremes(type: DataType) throws {
    for count in TypedColumnTests.counts {
      let (frame, wanted) = try pair(type, count, seed: 13)
      let order = NaiveOrder(type: type)
      let whole = try frame.with(col("n") % 7, as: "g")
      let found = try whole.grouped(by: "g").aggregate(
        min("k").as("least"), max("k").as("most"), first("k").as("first"), last("k").as("last"),
        ApusFrame.count("k").as("present"))
      let g = try whole["g", as: Int.self]
      var keys: [Int?] = []
      for row in 0..<count where !keys.contains(g[row]) { keys.append(g[row]) }
      let groups = keys.map { key in (0..<count).filter { g[$0] == key } }
      for (name, body) in [
        (
          "least",
          { (rows: [Scalar]) in
            // NaN is the least only where there is nothing else.
            rows.filter { !$0.isNaN }.min { order.order($0, $1) < 0 } ?? rows.first ?? .null
          }
        ),
        (
          "most",
          { rows in
            rows.filter { !$0.isNaN }.max { order.order($0, $1) < 0 } ?? rows.first ?? .null
          }
        ),
      ] {
        let naive = groups.map { rows in body(rows.map { wanted[$0] }.filter { $0 != .null }) }
        let values = scalars(try found[name])
        #expect(
          values.count == naive.count
            && zip(values, naive).allSatisfy {
              $0.isSame(as: $1) || order.order($0, $1) == 0 && $0 != .null && $1 != .null
            }, "\(name) of \(type)")
      }
      #expect(same(scalars(try found["first"]), groups.map { wanted[$0[0]] }))
      #expect(same(scalars(try found["last"]), groups.map { wanted[$0[$0.count - 1]] }))
    }
  }

  @Test("sorts are stable and in the order of the type", arguments: RandomColumns.types)
  func sorts(type: DataType) throws {
    for count in TypedColumnTests.counts + TypedColumnTests.longCounts {
      let (frame, wanted) = try pair(type, count, seed: 17)
      let order = NaiveOrder(type: type)
      for (descends, nulls) in [
        (false, SortKey.Nulls.last), (true, .last), (false, .first), (true, .first),
      ] {
        let key: SortKey =
          descends ? .descending("k", nulls: nulls) : .ascending("k", nulls: nulls)
        let naive = (0..<count).sorted { a, b in
          let (x, y) = (wanted[a], wanted[b])
          if x == .null || y == .null {
            if x == y { return a < b }
            return (x == .null) == (nulls == .first)
          }
          let found = order.order(x, y)
          return found == 0 ? a < b : descends ? found > 0 : found < 0
        }
        let found = try frame.sorted(by: key)["row", as: Int.self]
        #expect(Array(found) == naive, "\(type) \(descends) \(nulls) \(count)")
        let top = try frame.top(4, by: key)["row", as: Int.self]
        #expect(Array(top) == Array(naive.prefix(4)))
      }
    }
  }

  @Test("joins match equal keys, and null only when asked", arguments: RandomColumns.types)
  func joins(type: DataType) throws {
    for (leftCount, rightCount) in [(0, 5), (5, 0), (65, 40), (900, 300)] {
      var columns = RandomColumns(seed: 23)
      let pool = (0..<60).map { _ in columns.value(of: type) } + [Scalar.null]
      var random = SeededRandom(seed: 29)
      func side(_ count: Int) throws -> ([Scalar], DataFrame) {
        let keys = (0..<count).map { _ in pool.randomElement(using: &random) ?? .null }
        return (
          keys,
          try DataFrame(columns: [
            AnyColumn(name: "k", try AnyColumn(keys, type: type)),
            AnyColumn(name: "row", AnyColumn((0..<count).map(Optional.some))),
          ])
        )
      }
      let (left, leftFrame) = try side(leftCount)
      let (right, rightFrame) = try side(rightCount)
      for nullsEqual in [false, true] {
        var wanted: [[Int?]] = []
        for row in 0..<leftCount {
          let matches = (0..<rightCount).filter {
            left[row].key == right[$0].key && (nullsEqual || left[row] != .null)
          }
          for match in matches { wanted.append([row, match]) }
          if matches.isEmpty { wanted.append([row, nil]) }
        }
        let options = JoinOptions(nullsEqual: nullsEqual)
        let found = try leftFrame.joined(rightFrame, on: "k", how: .left, options: options)
        let rows = zip(
          try found["row", as: Int.self], try found["row_right", as: Int.self]
        ).map { [$0, $1] }
        #expect(rows == wanted, "\(type) \(leftCount) \(nullsEqual)")
        #expect(same(scalars(try found["k"]), wanted.map { left[$0[0] ?? 0] }))
        let full = try leftFrame.joined(rightFrame, on: "k", how: .full, options: options)
        let matched = Set(wanted.compactMap { $0[1] })
        #expect(full.rowCount == wanted.count + rightCount - matched.count)
        let tail = (0..<rightCount).filter { !matched.contains($0) }.map { right[$0] }
        #expect(same(scalars(try full.tail(tail.count)["k"]), tail))
      }
    }
  }

  @Test("tables show every type", arguments: RandomColumns.types)
  func tables(type: DataType) throws {
    let (frame, _) = try pair(type, 65)
    let text = frame.textTable
    #expect(text.contains("65 rows × 3 columns"))
    #expect(frame.htmlTable.contains("<table>"))
  }
}

extension Scalar {
  fileprivate var isNaN: Bool { if case .double(let value) = self { value.isNaN } else { false } }
}
