import ApusFrame
import Testing

@Suite("Joins")
struct JoinTests {
  static let shapes: [(left: Int, right: Int, distinct: Int)] = [
    (0, 5, 2), (5, 0, 2), (60, 65, 12), (1000, 300, 400), (70_000, 50, 60),
    (50_000, 140_000, 130_000),
  ]
  static let keys = EngineTests.keys

  /// Pairs of rows, -1 for none, in the order that joins promise.
  private func naive(
    _ left: DataFrame, _ right: DataFrame, _ keys: [String], _ kind: JoinKind, nullsEqual: Bool
  ) throws -> [[Int]] {
    let leftColumns = try keys.map { try left[$0] }
    let rightColumns = try keys.map { try right[$0] }
    var rows: [NaiveKey: [Int]] = [:]
    for row in 0..<right.rowCount {
      let key = NaiveKey(right, rightColumns, row)
      if nullsEqual || !key.hasNull { rows[key, default: []].append(row) }
    }
    var pairs: [[Int]] = []
    var matched: Set<Int> = []
    for row in 0..<left.rowCount {
      let found = rows[NaiveKey(left, leftColumns, row)] ?? []
      matched.formUnion(found)
      switch kind {
      case .semi: if !found.isEmpty { pairs.append([row]) }
      case .anti: if found.isEmpty { pairs.append([row]) }
      case .inner: pairs += found.map { [row, $0] }
      case .left, .full: pairs += found.isEmpty ? [[row, -1]] : found.map { [row, $0] }
      case .right, .cross: break
      }
    }
    if kind == .full {
      pairs += (0..<right.rowCount).filter { !matched.contains($0) }.map { [-1, $0] }
    }
    if kind == .right {
      pairs = try naive(right, left, keys, .left, nullsEqual: nullsEqual).map { [$0[1], $0[0]] }
    }
    return pairs
  }

  @Test("pairs are those of a dictionary, in order", arguments: shapes)
  func pairs(shape: (left: Int, right: Int, distinct: Int)) throws {
    var frames = RandomFrames(seed: 3)
    for nullShare in [0, 0.02] {
      let left = try frames.frame(
        rowCount: shape.left, distinct: shape.distinct, nullShare: nullShare)
      let right = try frames.frame(
        rowCount: shape.right, distinct: shape.distinct, nullShare: nullShare)
      for keys in JoinTests.keys where shape.left < 2000 || keys != ["kBool"] && keys != ["kDouble"]
      {
        if shape.left >= 2000, keys.count == 1, keys[0] != "kText", nullShare > 0 { continue }
        for kind in [JoinKind.inner, .left, .right, .full, .semi, .anti] {
          let nullsEqual = shape.left < 2000 && kind == .left
          let wanted = try naive(left, right, keys, kind, nullsEqual: nullsEqual)
          let found = try left.joined(
            right, leftOn: keys, rightOn: keys, how: kind,
            options: JoinOptions(nullsEqual: nullsEqual))
          try check(found, wanted, left, right, keys, kind)
        }
      }
    }
  }

  private func check(
    _ found: DataFrame, _ wanted: [[Int]], _ left: DataFrame, _ right: DataFrame,
    _ keys: [String], _ kind: JoinKind
  ) throws {
    #expect(found.rowCount == wanted.count, "\(kind) on \(keys)")
    guard found.rowCount == wanted.count else { return }
    let leftRows = Array(try found["row", as: Int.self]).map { $0 ?? -1 }
    #expect(leftRows == wanted.map { $0[0] }, "\(kind) on \(keys)")
    guard kind != .semi, kind != .anti else { return }
    let rightRows = Array(try found["row_right", as: Int.self]).map { $0 ?? -1 }
    #expect(rightRows == wanted.map { $0[1] }, "\(kind) on \(keys)")
    // Other columns came along with their rows.
    for name in ["x", "n"] {
      let (a, b) = (try found[name], try left[name])
      let (c, d) = (try found[name + "_right"], try right[name])
      let agrees = wanted.indices.allSatisfy { place in
        let (row, other) = (wanted[place][0], wanted[place][1])
        return a[place] == (row < 0 ? .null : b[row]) && c[place] == (other < 0 ? .null : d[other])
      }
      #expect(agrees, "\(name) after \(kind) on \(keys)")
    }
    for key in keys {
      let (a, b, c) = (try found[key], try left[key], try right[key])
      let agrees = wanted.indices.allSatisfy { place in
        let (row, other) = (wanted[place][0], wanted[place][1])
        let wants = kind == .right || row < 0 ? c[other] : b[row]
        if case .double(let x) = wants, x.isNaN, case .double(let y) = a[place] { return y.isNaN }
        return a[place] == wants
      }
      #expect(agrees, "key \(key) after \(kind) on \(keys)")
    }
  }

  private let people = (
    left: try? DataFrame(["id": [1, 2, nil, 2], "name": ["a", "b", "c", "d"]]),
    right: try? DataFrame(["key": [2, 3, nil], "name": ["x", "y", "z"]])
  )

  @Test("names, suffixes and the indicator")
  func shape() throws {
    let (left, right) = (try #require(people.left), try #require(people.right))
    let found = try left.joined(
      right, leftOn: ["id"], rightOn: ["key"], how: .full,
      options: JoinOptions(suffix: "2", indicator: "from"))
    #expect(
      found.textTable == """
        6 rows × 4 columns
          id  name    name2   from
         Int  String  String  String
        ────  ──────  ──────  ──────────
           1  a       null    left_only
           2  b       x       both
        null  c       null    left_only
           2  d       x       both
           3  null    y       right_only
        null  null    z       right_only
        """)
    let crossed = try left.joined(right, how: .cross)
    #expect(crossed.rowCount == 12)
    #expect(crossed.columnNames == ["id", "name", "key", "name_right"])
    #expect(try crossed["name_right", as: String.self][4] == "y")
  }

  @Test("validation names a key that occurs twice")
  func validation() throws {
    let (left, right) = (try #require(people.left), try #require(people.right))
    func text(_ validation: JoinValidation) -> String {
      do {
        let found = try left.joined(
          right, leftOn: ["id"], rightOn: ["key"], validate: validation)
        return "\(found.rowCount) rows"
      } catch { return "\(error)" }
    }
    #expect(text(.manyToOne) == "2 rows")
    let twice =
      "the left frame has several rows of id = 2 in joined(…); "
      + "drop them with unique(…), or ask for another validation"
    #expect(text(.oneToMany) == twice)
    #expect(text(.oneToOne) == twice)
  }

  @Test("wrong keys are errors before data is touched")
  func errors() throws {
    let (left, right) = (try #require(people.left), try #require(people.right))
    func text(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "no error"
    }
    #expect(
      text { _ = try left.joined(right, on: "id") }
        == "no column \"id\" in joined(…), right side on a frame of key, name")
    #expect(
      text { _ = try left.joined(right, leftOn: ["name"], rightOn: ["key"]) }
        == "the keys \"name\" of String and \"key\" of Int in joined(…); "
        + "keys are compared in one type: cast one of them")
    #expect(
      text { _ = try left.joined(right) }
        == "0 left and 0 right keys in joined(…); name as many keys on both sides, at least one")
  }
}
