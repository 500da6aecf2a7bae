import ApusFrame
import Testing

@Suite("Patterns and conditional aggregates")
struct ConditionTests {
  static let patterns: [(String, [Bool?])] = [
    ("%", [true, true, true, true, nil]), ("", [true, false, false, false, nil]),
    ("a%", [false, true, true, false, nil]), ("%a", [false, true, false, false, nil]),
    ("a%b%a", [false, true, false, false, nil]), ("_b_", [false, false, false, false, nil]),
    ("a_b%", [false, true, true, false, nil]), ("a%\\%", [false, false, true, false, nil]),
    ("_", [false, false, false, true, nil]), ("%é%", [false, false, false, true, nil]),
    ("__", [false, false, false, false, nil]), ("%ca", [false, true, false, false, nil]),
  ]

  @Test("like takes % for any text and _ for one scalar", arguments: patterns)
  func like(pattern: String, wanted: [Bool?]) throws {
    let frame = try DataFrame(["t": ["", "acb, ca", "a-b 50%", "é", nil]])
    let found = try frame.select(col("t").like(pattern).as("m"))
    #expect(Array(try found["m", as: Bool.self]) == wanted)
  }

  @Test("like agrees with a naive search on random texts")
  func likeProperty() throws {
    var random = Seeded(state: 7)
    let letters = Array("ab%_")
    func text(_ count: Int, from: Int) -> String {
      String((0..<count).map { _ in letters[random.next(from)] })
    }
    let texts = (0..<300).map { _ in text(random.next(9), from: 2) }
    let frame = try DataFrame(["t": AnyColumn(texts.map(Optional.some))])
    for _ in 0..<200 {
      let pattern = text(random.next(7), from: 4)
      let found = Array(try frame.select(col("t").like(pattern).as("m"))["m", as: Bool.self])
      let wanted = texts.map { naive(Array($0)[...], Array(pattern)[...]) }
      #expect(found == wanted, "\(pattern)")
    }
  }

  private func naive(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let next = pattern.first else { return text.isEmpty }
    if next == "%" {
      return (text.startIndex...text.endIndex).contains { naive(text[$0...], pattern.dropFirst()) }
    }
    guard let first = text.first, next == "_" || next == first else { return false }
    return naive(text.dropFirst(), pattern.dropFirst())
  }

  struct Seeded {
    var state: UInt64
    mutating func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  @Test("an aggregate counts the rows only in which its condition is true")
  func conditional() throws {
    let frame = try DataFrame([
      "g": ["a", "a", "a", "b", "b"], "x": [1, 2, 3, 4, nil],
      "c": [true, nil, true, false, false],
    ])
    let isChosen = col("c")
    let found = try frame.grouped(by: "g").aggregate(
      sum("x").where(isChosen).as("sum"), count().where(isChosen).as("rows"),
      min("x").where(isChosen).as("least"), first("x").where(!isChosen).as("first"),
      last("x").where(isChosen).as("last"),
      (sum("x").where(isChosen) / sum("x")).as("share"))
    #expect(Array(try found["sum", as: Int.self]) == [4, 0])
    #expect(Array(try found["rows", as: Int.self]) == [2, 0])
    #expect(Array(try found["least", as: Int.self]) == [1, nil])
    #expect(Array(try found["first", as: Int.self]) == [nil, 4])
    #expect(Array(try found["last", as: Int.self]) == [3, nil])
    #expect(Array(try found["share", as: Double.self]) == [4.0 / 6, 0])
    #expect(throws: FrameError.self) { try frame.aggregate(first("x").where(col("x"))) }
    #expect(throws: FrameError.self) { try frame.aggregate(sum("x").where(col("x"))) }
  }
}
