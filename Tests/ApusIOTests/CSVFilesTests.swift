import ApusFrame
import ApusIO
import Foundation
import TestSupport
import Testing

/// Files of many chunks, written and read.
@Suite("CSV files")
struct CSVFilesTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func read(_ text: String) throws -> DataFrame {
    try DataFrame(csvBytes: Array(text.utf8), named: "data.csv")
  }

  /// A frame whose texts need every kind of quoting, and whose numbers are of every size.
  private func frame(rowCount: Int, seed: UInt64) throws -> DataFrame {
    var random = SeededRandom(seed: seed)
    let pieces = ["a", ",", "\"", "\n", "\r\n", " ", "é", "東京", "NA", "-", "more than a few", ""]
    func some<Value>(_ make: (inout SeededRandom) -> Value) -> [Value?] {
      (0..<rowCount).map { _ in
        let value = make(&random)
        return Int.random(in: 0..<10, using: &random) == 0 ? nil : value
      }
    }
    return try DataFrame(columns: [
      AnyColumn(
        name: "text",
        AnyColumn(
          some { random in
            "x"
              + (0..<Int.random(in: 0...3, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
              }.joined()
          })),
      AnyColumn(name: "id", AnyColumn(some { $0.next() % 2 == 0 ? "0800" : "x\($0.next())" })),
      AnyColumn(
        name: "int",
        AnyColumn(some { Int(truncatingIfNeeded: $0.next()) >> Int.random(in: 0...63, using: &$0) })
      ),
      AnyColumn(
        name: "double",
        AnyColumn(
          some { random in
            let value = Double(bitPattern: random.next())
            return value.isFinite ? value + 0.5 : 0.25
          })),
      AnyColumn(name: "bool", AnyColumn(some { $0.next() % 2 == 0 })),
      AnyColumn(
        name: "day",
        AnyColumn(some { CivilDate(daysSinceEpoch: Int32($0.next() % 50_000)) })),
    ])
  }

  @Test("what is written is read back", arguments: [0, 1, 70, 60_000])
  func roundTrip(rowCount: Int) throws {
    let frame = try frame(rowCount: rowCount, seed: UInt64(rowCount))
    let file = path("frame.csv")
    try frame.write(csv: file)
    let types = Dictionary(
      uniqueKeysWithValues: frame.schema.fields.map { ($0.name, $0.type) })
    let found = try DataFrame(csv: file, options: CSVOptions(types: types))
    #expect(found == frame)
    if rowCount > 1 { #expect(try DataFrame(csv: file).schema == frame.schema) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["frame.csv"])
    try frame.head(1).write(csv: file)
    #expect(try DataFrame(csv: file, options: CSVOptions(types: types)) == frame.head(1))
  }

  @Test("a value at the end of a long file widens its column, in whichever chunk it stands")
  func widening() throws {
    let count = 400_000
    let head = "n,late,s\n"
    let body = (0..<count).map { "\($0),\($0 % 7),t\($0 % 13)\n" }.joined()
    let frame = try read(head + body + "0.5,x,y\n")
    #expect(frame.schema.fields.map(\.type) == [.float64, .string, .string])
    #expect(frame.rowCount == count + 1)
    #expect(try frame["n", as: Double.self][count] == 0.5)
    #expect(try frame["late", as: String.self][count - 1] == String((count - 1) % 7))
    let plain = try read(head + body)
    #expect(plain.schema.fields.map(\.type) == [.int64, .int64, .string])
    #expect(try plain.aggregate(sum("n").as("n"))["n", as: Int.self][0] == count * (count - 1) / 2)
  }

  @Test("quotes inside values do not mislead the cut into chunks")
  func strayQuotes() throws {
    let line = "12\" pipe,\"a,\nb\",\(String(repeating: "z", count: 40))\n"
    let count = 60_000
    let frame = try read("a,b,c\n" + String(repeating: line, count: count))
    #expect(frame.rowCount == count)
    let differing = try frame.unique()
    #expect(differing.rowCount == 1)
    #expect(try differing["a", as: String.self][0] == "12\" pipe")
    #expect(try differing["b", as: String.self][0] == "a,\nb")
  }

  @Test("an error in a late chunk names its line")
  func lateErrors() throws {
    let lines = String(repeating: "1,22222222222,333333333333\n", count: 100_000)
    func text(_ content: String) -> String {
      do { return "\(try read(content).rowCount) rows" } catch { return "\(error)" }
    }
    #expect(
      text("a,b,c\n" + lines + "1,2\n" + lines)
        == "2 values where the first line has 3 in data.csv, line 100002; "
        + "fill the line up with empty values, or read it with unevenRecords: .fill")
    #expect(
      text("a,b,c\n" + lines + "1,2,\"3\n" + lines)
        == "a quote is never closed in data.csv, line 100002; "
        + "close it, or double a quote that belongs to the text")
  }

  @Test("a lazy file reads the columns and rows that are asked for")
  func lazy() throws {
    let frame = try frame(rowCount: 50_000, seed: 4).select("int", "bool", "double")
    let file = path("lazy.csv")
    try frame.write(csv: file)
    let lazy = try LazyFrame(csv: file)
    #expect(lazy.schema == frame.schema)
    let asked = try lazy.filter(col("bool") == true).select("int").head(5)
    #expect(
      asked.explain().hasSuffix(
        """
        done:
          select int
            head 5
              scan csv "\(file)": int, bool (2 of 3 columns), rows where bool == true

        """))
    #expect(try asked.collect() == frame.filter(col("bool") == true).select("int").head(5))
    #expect(try lazy.head(70).collect() == frame.head(70))
    #expect(try lazy.aggregate(count()).collect()["count", as: Int.self][0] == 50_000)
  }

  @Test("a strict lazy file says which value does not fit the type that it has")
  func lazyTypes() throws {
    let file = path("odd.csv")
    let rows = (0..<5000).map { $0 == 2000 ? "x\n" : "\($0)\n" }.joined()
    try Data(("n\n" + rows).utf8).write(to: URL(filePath: file))
    let strict = CSVOptions(isStrict: true)
    let error = #expect(throws: FrameError.self) {
      try LazyFrame(csv: file, options: strict).collect()
    }
    #expect(
      error?.description
        == "\"x\" is no Int in \(file), line 2002, column \"n\"; "
        + "read the column as String, or add the value to nullTokens")
    #expect(
      try LazyFrame(csv: file, options: CSVOptions(types: ["n": .string])).collect().rowCount
        == 5000)
  }

  @Test("any bytes are read as a table or are an error with a place")
  func mutations() throws {
    var random = SeededRandom(seed: 99)
    let model = Array("a,b,c\n1,2.5,\"x\"\n-3,NaN,\"y \"\"z\"\"\"\r\n,2024-01-02,é\n".utf8)
    for _ in 0..<20_000 {
      var bytes = model
      for _ in 0...Int.random(in: 0...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default:
          bytes.insert([44, 34, 10, 13, 48][Int.random(in: 0..<5, using: &random)], at: place)
        }
      }
      do {
        let frame = try DataFrame(csvBytes: bytes, named: "data.csv")
        #expect(frame.columns.allSatisfy { $0.count == frame.rowCount })
      } catch {
        #expect(error.place.hasPrefix("data.csv"))
      }
    }
  }
}
