import ApusFrame
import Foundation
import Testing

/// What polars makes of odd keys, by Fixtures/oracle/make_frame_keys.py.
private struct OddKeys: Decodable {
  struct Number: Decodable {
    let value: Double?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = nil
      } else if let text = try? container.decode(String.self) {
        // JSON has no numbers for these.
        value = text == "NaN" ? .nan : .infinity
      } else {
        value = try container.decode(Double.self)
      }
    }
  }

  struct Table: Decodable {
    var x: [Number]
    var s: [String?]
    var row: [Int]

    var frame: DataFrame {
      get throws {
        try DataFrame([
          "x": AnyColumn(x.map(\.value)), "s": AnyColumn(s),
          "row": AnyColumn(row.map(Optional.some)),
        ])
      }
    }
  }

  struct Groups: Decodable {
    var first: [Int]
    var count: [Int]
  }

  var left: Table
  var right: Table
  var groups: [String: Groups]
  var joins: [String: [[Int?]]]
  var sorts: [String: [Int]]

  static func load() throws -> OddKeys {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/frame_keys.json")
    return try JSONDecoder().decode(OddKeys.self, from: Data(contentsOf: path))
  }
}

@Suite("Null, NaN and −0 in keys, beside polars")
struct OddKeyTests {
  private let oracle: OddKeys
  private let left: DataFrame
  private let right: DataFrame

  init() throws {
    oracle = try OddKeys.load()
    left = try oracle.left.frame
    right = try oracle.right.frame
  }

  private func rows(_ frame: DataFrame, _ name: String) throws -> [Int?] {
    Array(try frame[name, as: Int.self])
  }

  @Test("null and NaN are groups of their own, and −0 is 0")
  func groups() throws {
    #expect(oracle.groups.count == 3)
    for (keys, wanted) in oracle.groups {
      let names = keys.split(separator: ",").map(String.init)
      let grouped =
        names.count == 1
        ? try left.grouped(by: names[0]) : try left.grouped(by: names[0], names[1])
      let found = try grouped.aggregate(first("row").as("first"), count())
      #expect(try rows(found, "first") == wanted.first, "by \(keys)")
      #expect(try rows(found, "count") == wanted.count, "by \(keys)")
    }
  }

  @Test("NaN matches NaN, −0 matches 0, and null matches null only when that is asked for")
  func joins() throws {
    let kinds: [String: JoinKind] = [
      "inner": .inner, "left": .left, "semi": .semi, "anti": .anti, "full": .full,
    ]
    #expect(oracle.joins.count == 30)
    for (name, wanted) in oracle.joins {
      let parts = name.split(separator: " ").map(String.init)
      let keys = parts[0].split(separator: ",").map(String.init)
      let found = try left.joined(
        right, leftOn: keys, rightOn: keys, how: try #require(kinds[parts[1]]),
        options: JoinOptions(nullsEqual: parts[2] == "True"))
      #expect(try rows(found, "row") == wanted[0], "\(name)")
      if wanted.count > 1 { #expect(try rows(found, "row_right") == wanted[1], "\(name)") }
    }
  }

  @Test("NaN is the greatest number, and nulls come where they are wanted")
  func sorts() throws {
    #expect(oracle.sorts.count == 4)
    for (name, wanted) in oracle.sorts {
      let parts = name.split(separator: " ")
      let nulls: SortKey.Nulls = parts[1] == "True" ? .last : .first
      let key: SortKey =
        parts[0] == "True" ? .descending("x", nulls: nulls) : .ascending("x", nulls: nulls)
      let found = try left.sorted(by: key, .ascending("s", nulls: nulls))
      #expect(try rows(found, "row") == wanted, "\(name)")
    }
  }
}
