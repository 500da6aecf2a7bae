import ApusFrame
import Testing

@Suite("Rows chosen, stacked and laid down")
struct RowVerbTests {
  private var frame: DataFrame {
    get throws {
      try DataFrame([
        "k": ["a", "b", "a", "c", "b", "a"], "n": [1, 2, 3, 4, nil, 6],
        "w": [0.0, 1, 0, 2, 0, 7],
      ])
    }
  }

  private func numbers(_ frame: DataFrame) throws -> [Int?] { Array(try frame["n", as: Int.self]) }

  @Test("slices, gathers and strides")
  func slices() throws {
    let frame = try frame
    #expect(try numbers(frame.slice(from: 2, count: 2)) == [3, 4])
    #expect(try numbers(frame.slice(from: 5, count: 9)) == [6])
    #expect(frame.slice(from: 9, count: 1).rowCount == 0)
    #expect(try numbers(frame.gather([0, -1, 0])) == [1, 6, 1])
    #expect(try numbers(frame.every(2, from: 1)) == [2, 4, 6])
    #expect(try numbers(frame.bottom(2, by: "n")) == [6, 4])
    #expect(try numbers(frame.lazy.tail(2).collect()) == [nil, 6])
    #expect(Array(try frame.withRowIndex(from: 1)["index", as: Int.self]) == [1, 2, 3, 4, 5, 6])
    #expect(throws: FrameError.self) { try frame.gather([6]) }
  }

  @Test("unique keeps the first, the last or none")
  func uniques() throws {
    let frame = try frame
    #expect(try numbers(frame.unique(by: ["k"], keep: .first)) == [1, 2, 4])
    #expect(try numbers(frame.unique(by: ["k"], keep: .last)) == [4, nil, 6])
    #expect(try numbers(frame.unique(by: ["k"], keep: .none)) == [4])
  }

  @Test("samples are the same for the same seed, and weights of 0 are never drawn")
  func samples() throws {
    let frame = try frame
    #expect(try frame.sample(3, seed: 5) == frame.sample(3, seed: 5))
    #expect(try frame.sample(fraction: 0.5, seed: 1).rowCount == 3)
    for seed in 0..<20 {
      let drawn = try numbers(frame.sample(3, weights: "w", seed: seed))
      #expect(drawn == [2, 4, 6])
      let again = try numbers(frame.sample(10, replacing: true, weights: "w", seed: seed))
      #expect(again.count == 10 && again.allSatisfy { [2, 4, 6].contains($0) })
    }
    #expect(throws: FrameError.self) { try frame.sample(4, weights: "w") }
    #expect(throws: FrameError.self) { try frame.sample(7) }
    let large = try DataFrame(["n": AnyColumn((0..<10_000).map(Optional.some))])
    let mean = try large.sample(4000, seed: 9).aggregate(mean("n").as("m"))["m", as: Double.self][0]
    #expect(abs((mean ?? 0) - 4999.5) < 150)
  }

  @Test("frames are put below and beside each other")
  func concats() throws {
    let frame = try frame
    let twice = try concat([frame, frame.head(2)])
    #expect(try numbers(twice) == [1, 2, 3, 4, nil, 6, 1, 2])
    let other = try DataFrame(["n": [7], "z": [true]])
    let diagonal = try concat([frame.head(1), other], how: .diagonal)
    #expect(diagonal.columnNames == ["k", "n", "w", "z"])
    #expect(try numbers(diagonal) == [1, 7])
    #expect(Array(try diagonal["z", as: Bool.self]) == [nil, true])
    let beside = try concat([frame.select("k"), frame.select(col("n").as("m"))], how: .horizontal)
    #expect(beside.columnNames == ["k", "m"])
    #expect(throws: FrameError.self) { try concat([frame, other]) }
    #expect(throws: FrameError.self) { try concat([frame, other], how: .horizontal) }
  }

  @Test("a frame lies down and stands up again")
  func transpose() throws {
    let frame = try DataFrame(["name": ["x", "y"], "a": [1, 2], "b": [3.5, nil]])
    let lying = try frame.transposed(header: "name")
    #expect(lying.columnNames == ["column", "x", "y"])
    #expect(Array(try lying["x", as: Double.self]) == [1, 3.5])
    #expect(Array(try lying["y", as: Double.self]) == [2, nil])
    let back = try lying.transposed(names: "name", header: "column")
    #expect(back.columnNames == ["name", "a", "b"])
    #expect(Array(try back["b", as: Double.self]) == [3.5, nil])
  }

  @Test("pairs for which a condition holds are those of two loops", arguments: [0, 1, 2, 3, 4])
  func inequality(seed: Int) throws {
    var frames = RandomFrames(seed: UInt64(seed))
    let left = try frames.frame(rowCount: 90, distinct: 12)
    let right = try frames.frame(rowCount: 70, distinct: 12)
    let conditions: [Expr] = [
      col("n") < col("n_right"), col("x") >= col("x_right") && col("kInt") != col("kInt_right"),
      col("kInt") == col("kInt_right") && col("n") > col("n_right"),
      col("kDay") <= col("kDay_right") && col("kText") == col("kText_right"),
      col("n") + col("n_right") > 500, col("kText") > col("kText_right"),
    ]
    for condition in conditions {
      let found = try left.joined(right, where: condition)
      let wanted = try left.joined(right, how: .cross).filter(condition)
      #expect(found == wanted, "\(condition)")
      let lazy = try left.lazy.joined(right.lazy, where: condition).collect()
      #expect(lazy == wanted, "\(condition)")
    }
  }

  @Test("counts of values, a glimpse and a profile")
  func looks() throws {
    let frame = try frame
    let counts = try frame.valueCounts("k", normalized: true)
    #expect(Array(try counts["k", as: String.self]) == ["a", "b", "c"])
    #expect(Array(try counts["count", as: Int.self]) == [3, 2, 1])
    #expect(Array(try counts["share", as: Double.self]) == [0.5, 2.0 / 6, 1.0 / 6])
    #expect(
      frame.glimpse() == """
        6 rows, 3 columns
        k  String  "a", "b", "a", "c", "b", "a"
        n  Int     1, 2, 3, 4, null, 6
        w  Double  0.0, 1.0, 0.0, 2.0, 0.0, 7.0
        """)
    let profile = try frame.profile()
    #expect(profile.columns.map(\.distinctCount) == [3, 5, 4])
    #expect(profile.columns.map(\.nullCount) == [0, 1, 0])
    #expect(profile.columns[1].quantiles == [1, 2, 3, 4, 6])
    #expect(profile.columns[2].histogram.reduce(0, +) == 6)
    #expect(profile.correlations.count == 1)
    #expect(profile.html.contains("<svg") && profile.html.contains("17 %") == false)
    #expect(try DataFrame(["a": AnyColumn([Int?]())]).profile().columns[0].histogram == [])
  }

  @Test("numbers are shown as their formats say")
  func formats() throws {
    let frame = try DataFrame([
      "n": [1_234_567, -5, nil], "share": [0.125, 1, -0.00001], "price": [1234.5, -0.5, 0],
      "x": [0.0, 5, 10],
    ])
    let shown = try frame.formatted([
      "n": .thousands, "share": .percent(digits: 1), "price": .currency("€"), "x": .gradient,
    ])
    #expect(
      shown.textTable == """
        3 rows × 4 columns
                n    share      price       x
              Int   Double     Double  Double
        ─────────  ───────  ─────────  ──────
        1,234,567   12.5 %  €1,234.50     0.0
               −5  100.0 %     −€0.50     5.0
             null    0.0 %      €0.00    10.0
        """)
    #expect(shown.htmlTable.contains("background:rgba(76,120,168,0.65)"))
    #expect(throws: FrameError.self) { try frame.formatted(["y": .percent]) }
  }

  @Test("upsampling makes rows for the days that are missing")
  func upsample() throws {
    let days = ["2024-01-30", "2024-02-02", "2024-01-31"].map { CivilDate($0) }
    let frame = try DataFrame(["day": AnyColumn(days), "n": [1, 2, 3]])
    let found = try frame.upsample("day", every: .days(1))
    #expect(found.columnNames == ["day", "n"])
    #expect(try numbers(found) == [1, 3, nil, 2])
    let filled = try found.with(col("n").fillNull(.forward), as: "n")
    #expect(try numbers(filled) == [1, 3, 3, 2])
    let moved = try frame.select(col("day").adding(.months(1)).as("d"))
    #expect(Array(try moved["d", as: CivilDate.self])[0]?.description == "2024-02-29")
  }
}
