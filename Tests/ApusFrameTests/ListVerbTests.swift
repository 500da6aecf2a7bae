import ApusFrame
import TestSupport
import Testing

@Suite("Lists made and taken apart, beside polars and row by row")
struct ListVerbTests {
  private let oracle: VerbOracle

  init() throws { oracle = try VerbOracle.load() }

  private var lists: DataFrame {
    get throws {
      try DataFrame([
        "k": AnyColumn(oracle.lists.a.indices.map(Optional.some)),
        "a": AnyColumn(oracle.lists.a.map { scalar($0, Scalar.int) }, type: .list(.int64)),
        "b": AnyColumn(oracle.lists.b.map { scalar($0, Scalar.string) }, type: .list(.string)),
      ])
    }
  }

  @Test("exploded lists")
  func explode() throws {
    let frame = try lists
    let kept = try frame.explode("a", "b")
    #expect(kept.columnNames == ["k", "a", "b"])
    #expect(Array(try kept["k", as: Int.self]) == oracle.kept.k)
    #expect(Array(try kept["a", as: Int.self]) == oracle.kept.a)
    #expect(Array(try kept["b", as: String.self]) == oracle.kept.b)
    let dropped = try frame.select("k", "a").explode("a", keepsEmpty: false)
    #expect(Array(try dropped["k", as: Int.self]) == oracle.dropped.k)
    #expect(Array(try dropped["a", as: Int.self]) == oracle.dropped.a)
  }

  @Test("lists of every type are exploded and collected again", arguments: RandomColumns.types)
  func thereAndBack(type: DataType) throws {
    var random = RandomColumns(seed: 3)
    let column = try random.column(.list(type), count: 300, nullShare: 0.1)
    let frame = try DataFrame(columns: [
      AnyColumn(name: "row", AnyColumn((0..<300).map(Optional.some))), AnyColumn(name: "l", column),
    ])
    let rows = try frame.explode("l", keepsEmpty: false)
    var naive: [(Int, Scalar)] = []
    for row in 0..<300 {
      guard case .list(let values) = column[row] else { continue }
      naive += values.map { (row, $0) }
    }
    #expect(Array(try rows["row", as: Int.self]) == naive.map(\.0))
    let values = try rows["l"]
    #expect(naive.indices.allSatisfy { values[$0].isSame(as: naive[$0].1) })
    let back = try rows.grouped(by: "row").aggregate(list("l").as("l"))
    #expect(try back == frame.filter(col("l").list.length > 0))
    let lazy = try frame.lazy.explode("l").filter(col("row") > 100).select("l")
    #expect(try lazy.collect() == lazy.collectAsAsked())
  }

  @Test("lists of unequal length and columns of no lists are errors")
  func wrong() throws {
    let frame = try DataFrame([
      "a": AnyColumn([.list([1, 2]), .list([])], type: .list(.int64)),
      "b": AnyColumn([.list([1]), .null], type: .list(.int64)), "n": [1, 2],
    ])
    #expect(throws: FrameError.self) { try frame.explode("a", "b") }
    #expect(throws: FrameError.self) { try frame.lazy.explode("n") }
    #expect(throws: FrameError.self) { try frame.explode("a", "a") }
    #expect(throws: FrameError.self) { try frame.unnest("a") }
    do {
      _ = try frame.lazy.explode("aa")
      Issue.record("a name that is not there was taken")
    } catch {
      #expect(error.description.contains("did you mean \"a\"?"))
    }
  }

  @Test("structs become columns, in their place")
  func unnest() throws {
    var random = RandomColumns(seed: 9)
    let type = DataType.struct([Schema.Field("x", .int64), Schema.Field("y", .list(.string))])
    let column = try random.column(type, count: 200)
    let frame = try DataFrame(columns: [
      AnyColumn(name: "a", AnyColumn((0..<200).map(Optional.some))), AnyColumn(name: "s", column),
      AnyColumn(name: "z", AnyColumn((0..<200).map(Optional.some))),
    ])
    let found = try frame.unnest("s")
    #expect(found.columnNames == ["a", "x", "y", "z"])
    for row in 0..<200 {
      guard case .struct(let fields) = column[row] else {
        #expect(try found["x"][row] == .null && found["y"][row] == .null)
        continue
      }
      #expect(try found["x"][row] == fields[0].value && found["y"][row] == fields[1].value)
    }
    let named = try frame.lazy.unnest("s", separator: ".").collect()
    #expect(named.columnNames == ["a", "s.x", "s.y", "z"])
    #expect(throws: FrameError.self) { try frame.rename("a", to: "x").unnest("s") }
    #expect(try frame.lazy.unnest("s").select("x").explain().contains("scan") == false)
  }

  @Test("aggregates that are lists, and first and last values")
  func aggregates() throws {
    let frame = try DataFrame([
      "k": AnyColumn(oracle.grouped.k.map(Optional.some)), "v": AnyColumn(oracle.grouped.v),
    ])
    let found = try frame.grouped(by: "k").aggregate(
      list("v").as("all"), list("v").where(col("v") > 0).as("some"),
      largest("v", 3).as("largest"), smallest("v", 2).as("smallest"),
      first("v", skippingNulls: true).as("first"), last("v", skippingNulls: true).as("last"),
      list("v").list.length.as("n"))
    func cells(_ lists: [[Int?]]) -> [Scalar] { lists.map { scalar($0, Scalar.int) } }
    func column(_ name: String) throws -> [Scalar] {
      let column = try found[name]
      return (0..<found.rowCount).map { column[$0] }
    }
    #expect(try column("all") == cells(oracle.listed.all))
    #expect(try column("some") == cells(oracle.listed.some))
    #expect(try column("largest") == cells(oracle.listed.largest))
    #expect(try column("smallest") == cells(oracle.listed.smallest))
    #expect(Array(try found["first", as: Int.self]) == oracle.listed.first)
    #expect(Array(try found["last", as: Int.self]) == oracle.listed.last)
    #expect(Array(try found["n", as: Int.self]) == oracle.listed.all.map(\.count))
    // Of no rows there is one list, an empty one.
    let none = try frame.head(0).aggregate(list("v").as("l"), largest("v", 2).as("m"))
    #expect(try none["l"][0] == .list([]) && none["m"][0] == .list([]))
    let ordered = try frame.with(list("v").over("k", order: .descending("v")), as: "l")
    let every = try frame.with(largest("v", 100).over("k"), as: "l")
    let heads = try ordered.with(col("l").list.slice(from: 0, count: 2), as: "l")
    #expect(try heads["l"] == every.with(col("l").list.slice(from: 0, count: 2), as: "l")["l"])
  }

  @Test("texts and lists are cut as polars cuts them")
  func slices() throws {
    let texts = try DataFrame(["s": AnyColumn(oracle.texts)])
    let lists = try DataFrame([
      "l": AnyColumn(
        [.list([1, 2]), .list([1, 2, 3]), .list([]), .list([7, 8, 9, 10]), .null],
        type: .list(.int64))
    ])
    for (place, cut) in oracle.cuts.enumerated() {
      let (from, count) = (try #require(cut[0]), cut[1])
      let found = try texts.select(col("s").slice(from: from, count: count).as("p"))
      #expect(Array(try found["p", as: String.self]) == oracle.sliced[place], "\(cut)")
      let parts = try lists.select(col("l").list.slice(from: from, count: count).as("p"))["p"]
      let wanted = oracle.sliced_lists[place].map { scalar($0, Scalar.int) }
      #expect((0..<parts.count).map { parts[$0] } == wanted, "\(cut)")
    }
  }
}
