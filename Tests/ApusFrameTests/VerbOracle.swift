import ApusFrame
import Foundation

/// What polars and numpy make of verbs, by Fixtures/oracle/make_verbs.py.
struct VerbOracle: Decodable {
  struct Lists: Decodable {
    var a: [[Int?]?]
    var b: [[String?]?]
  }
  struct Kept: Decodable {
    var k: [Int]
    var a: [Int?]
    var b: [String?]
  }
  struct Dropped: Decodable {
    var k: [Int]
    var a: [Int?]
  }
  struct Grouped: Decodable {
    var k: [String]
    var v: [Int?]
  }
  struct Listed: Decodable {
    var all, some, largest, smallest: [[Int?]]
    var first, last: [Int?]
  }
  struct Wide: Decodable {
    var a, c: [Int?]
    var b: [Double?]
    var p, q: [Bool?]
  }
  struct Across: Decodable {
    var sum, mean, min, max: [Double?]
    var any, all: [Bool?]
  }
  struct Business: Decodable {
    var forward, backward: [String]
    var `is`: [Bool]
    var count: [Int]
  }
  /// A window: the group's name, if there is one, its label in seconds, and its rows.
  struct Window: Decodable, Hashable {
    var group: String?
    var label: Int
    var rows: [Int]

    init(group: String?, label: Int, rows: [Int]) {
      (self.group, self.label, self.rows) = (group, label, rows)
    }

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      group = parts.count == 3 ? try parts.decode(String.self) : nil
      label = try parts.decode(Int.self)
      rows = try parts.decode([Int].self)
    }
  }
  struct Few: Decodable {
    var t: [Int]
    var shop: [String]
    var v: [Int?]
  }

  var lists: Lists
  var kept: Kept
  var dropped: Dropped
  var grouped: Grouped
  var listed: Listed
  var texts: [String?]
  var cuts: [[Int?]]
  var sliced: [[String?]]
  var sliced_lists: [[[Int]?]]
  var wide: Wide
  var across: Across
  var membership: [Bool?]
  var business_starts: [String]
  var business_counts: [Int]
  var business: [String: Business]
  var spring, autumn: [Int]
  var shops: [String]
  var windows, fine: [String: [Window]]
  var x: [Double?]
  var rolled: [String: [String: [Double?]]]
  var monthly_rolled: [Double?]
  var few, upsampled: Few

  static func load() throws -> VerbOracle {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/verbs.json")
    return try JSONDecoder().decode(VerbOracle.self, from: Data(contentsOf: path))
  }
}

/// A list, or null, as a frame keeps it.
func scalar<Value>(_ list: [Value?]?, _ value: (Value) -> Scalar) -> Scalar {
  list.map { .list($0.map { $0.map(value) ?? .null }) } ?? .null
}
