import ApusFrame
import TestSupport
import Testing

/// Texts that are kept as numbers of a list are what they are as views.
@Suite("Texts kept as numbers of a list")
struct ListedTextsTests {
  /// A frame of texts twice, as views and as numbers, with few or many different ones.
  private func frame(_ seed: UInt64, _ rowCount: Int, distinct: Int) throws -> DataFrame {
    var random = SeededRandom(seed: seed)
    let words = (0..<distinct).map { place in
      place % 5 == 0 ? "a text of more than twelve bytes: \(place)" : place == 1 ? "" : "t\(place)"
    }
    let texts = (0..<rowCount).map { _ -> String? in
      Int.random(in: 0..<9, using: &random) == 0 ? nil : words.randomElement(using: &random)
    }
    let plain = AnyColumn(name: "plain", AnyColumn(texts))
    return try DataFrame(columns: [
      plain, AnyColumn(name: "listed", plain.listed.storage),
      AnyColumn(name: "row", AnyColumn((0..<rowCount).map(Optional.some))),
    ])
  }

  private func isListed(_ column: AnyColumn) -> Bool {
    if case .string(let texts) = column.storage { texts.listed != nil } else { false }
  }

  @Test(
    "in every step", arguments: [(1, 50, 4), (2, 3000, 7), (3, 90_000, 30), (4, 90_000, 40_000)])
  func steps(seed: UInt64, rowCount: Int, distinct: Int) throws {
    let frame = try frame(seed, rowCount, distinct: distinct)
    let (plain, listed) = (try frame["plain"], try frame["listed"])
    #expect(isListed(listed) && !isListed(plain))
    #expect(plain.storage.isSame(as: listed.storage))
    #expect(listed[rowCount / 2] == plain[rowCount / 2])
    let texts = (0..<rowCount).compactMap { row -> String? in
      if case .string(let text) = plain[row] { text } else { nil }
    }
    let some = try #require(texts.first)
    func expectSame(_ body: (String) throws -> DataFrame) throws {
      let (plain, listed) = (try body("plain"), try body("listed"))
      #expect(plain.rowCount == listed.rowCount)
      for (left, right) in zip(plain.columns, listed.columns) {
        #expect(left.isSame(as: right))
      }
    }
    try expectSame { try frame.sorted(by: .ascending($0)).select("row") }
    try expectSame { try frame.sorted(by: .descending($0, nulls: .first), "row").select("row") }
    try expectSame { try frame.grouped(by: $0).aggregate(sum("row").as("s"), count()) }
    try expectSame { try frame.grouped(by: $0, "row").aggregate(count()).select("row", "count") }
    try expectSame { try frame.filter(col($0) == some).select("row") }
    try expectSame { try frame.filter(lit(some) < col($0)).select("row") }
    try expectSame { try frame.filter(col($0).isIn([some, "t2", "no such"])).select("row") }
    try expectSame { name in
      try frame.select(
        col(name).uppercased().as("u"), col(name).contains("t1").as("c"),
        (col(name) + "!").as("j"), col(name).length.as("l"), col(name).isNull.as("n"))
    }
    try expectSame {
      try frame.aggregate(min($0).as("a"), max($0).as("b"), countDistinct($0).as("c"))
    }
    try expectSame { try frame.select($0).unique() }
    try expectSame { try frame.select($0).slice(from: 3, count: rowCount / 2).unique() }
    try expectSame { name in
      let filtered = try frame.filter(col("row") % 3 == 1)
      return try concat([filtered, frame, filtered]).grouped(by: name).aggregate(count())
    }
  }

  @Test("as keys of joins, whatever the other side's are", arguments: [7, 400, 9000])
  func joins(distinct: Int) throws {
    let left = try frame(5, 20_000, distinct: distinct)
    for (seed, rowCount) in [(UInt64(6), 300), (7, 60_000)] where distinct < 9000 || rowCount < 400
    {
      let right = try frame(seed, rowCount, distinct: distinct + 3).unique(by: "plain").sorted(
        by: "row")
      let other = try right.select(
        col("plain").as("plain2"), col("listed").as("listed2"), col("row").as("row2"))
      for how in [JoinKind.inner, .left, .right, .full, .semi, .anti] {
        var answers: [DataFrame] = []
        for (one, two) in [
          ("plain", "plain2"), ("listed", "plain2"), ("plain", "listed2"), ("listed", "listed2"),
        ] {
          let joined = try left.joined(other, leftOn: [one], rightOn: [two], how: how)
          answers.append(
            try how == .semi || how == .anti
              ? joined.select("row") : joined.select("row", "row2"))
        }
        for answer in answers.dropFirst() {
          #expect(answer.rowCount == answers[0].rowCount, "\(how)")
          for (left, right) in zip(answer.columns, answers[0].columns) {
            #expect(left.isSame(as: right), "\(how)")
          }
        }
      }
    }
  }

  @Test("lists are joined when columns are")
  func concatenated() throws {
    let (one, other) = (try frame(8, 5000, distinct: 20), try frame(9, 4000, distinct: 33))
    let both = try concat([one, other, one])
    #expect(isListed(try both["listed"]))
    #expect(try both["listed"].storage.isSame(as: both["plain"].storage))
    let mixed = try concat([one.select("listed"), other.select(col("plain").as("listed"))])
    #expect(try mixed["listed"].storage.isSame(as: concat([one, other])["plain"].storage))
  }
}
