import ApusFrame
import ApusIO
import Foundation
import Testing

@Suite("CSV")
struct CSVTests {
  private func read(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> DataFrame {
    try DataFrame(csvBytes: Array(text.utf8), named: "data.csv", options: options)
  }

  private func error(_ text: String, _ options: CSVOptions = CSVOptions()) -> String {
    do { return "no error but \(try read(text, options))" } catch { return "\(error)" }
  }

  @Test("types come from every value of a column")
  func types() throws {
    let frame = try read(
      """
      int,double,widened,bool,date,zip,phone,id,mixed,none
      1,1.5,1,true,2024-02-29,0800,+47,12345678901234567890,1,
      -9223372036854775808,1e3,2.5,False,1999-12-31,10115,1,1,x,NA
      ,NaN,,,NA,,,,,
      """)
    #expect(
      frame.schema.fields.map(\.type) == [
        .int64, .float64, .float64, .bool, .date, .string, .string, .string, .string, .string,
      ])
    #expect(Array(try frame["int", as: Int.self]) == [1, .min, nil])
    #expect(Array(try frame["widened", as: Double.self]) == [1, 2.5, nil])
    #expect(Array(try frame["bool", as: Bool.self]) == [true, false, nil])
    #expect(try frame["date", as: CivilDate.self][0]?.description == "2024-02-29")
    #expect(try frame["zip", as: String.self][0] == "0800")
    #expect(try frame["double", as: Double.self][2]?.isNaN == true)
    #expect(try frame["none"].nullCount == 3)
  }

  @Test("a late value widens a long column")
  func lateWidening() throws {
    let text = "n\n" + (0..<5000).map { "\($0)\n" }.joined()
    #expect(try read(text)["n"].type == .int64)
    #expect(try read(text + "0.5\n")["n"].type == .float64)
    #expect(try read(text + "many\n")["n"].type == .string)
  }

  @Test("quotes hold separators, line ends and quotes", arguments: ["\n", "\r\n", "\r"])
  func quotes(end: String) throws {
    let text = "a,b\(end)\"x,\(end)y\",\"say \"\"hi\"\"\"\(end)\"\"\"\",\"\"\(end)"
    let frame = try read(text)
    #expect(Array(try frame["a", as: String.self]) == ["x,\(end)y", "\""])
    #expect(Array(try frame["b", as: String.self]) == ["say \"hi\"", ""])
  }

  @Test("null tokens in quotes are text, and null in columns of numbers")
  func quotedNulls() throws {
    let frame = try read("s,n\n\"NA\",\"1\"\nNA,\"NA\"\n\"\",\"\"\n")
    #expect(Array(try frame["s", as: String.self]) == ["NA", nil, ""])
    #expect(Array(try frame["n", as: Int.self]) == [1, nil, nil])
    let dashes = try read("n\n-\n1\n", CSVOptions(nullTokens: ["-"]))
    #expect(Array(try dashes["n", as: Int.self]) == [nil, 1])
  }

  @Test("the separator is found", arguments: [",", ";", "\t", "|"])
  func separators(separator: String) throws {
    let lines = [["name", "note"], ["a", "\"1,2;3|4\t5\""], ["b", "x"]]
    let frame = try read(lines.map { $0.joined(separator: separator) }.joined(separator: "\n"))
    #expect(frame.columnNames == ["name", "note"])
    #expect(try frame["note", as: String.self][0] == "1,2;3|4\t5")
  }

  @Test("a byte-order mark, empty lines and a missing last line end do not matter")
  func edges() throws {
    let frame = try read("\u{feff}a,b\r\n\r\n1,2\r\n\n3,4")
    #expect(frame.columnNames == ["a", "b"])
    #expect(Array(try frame["b", as: Int.self]) == [2, 4])
    #expect(try read("a\n1\n\n3\n")["a"].nullCount == 1)
    #expect(try read("a,b\n").rowCount == 0)
    #expect(try read("a,b\n").columnNames == ["a", "b"])
    #expect(try read("𝒳,é\n東京,\"👩‍👩‍👧\"\n")["é", as: String.self][0] == "👩‍👩‍👧")
    #expect(try read("a, b\n 1,2 \n")[" b", as: Int.self][0] == 2)
  }

  @Test("repeated and empty names are numbered; without header columns are numbered")
  func names() throws {
    #expect(
      try read("x,,x,x_2,x\n1,2,3,4,5\n").columnNames == ["x", "column_2", "x_3", "x_2", "x_4"])
    let plain = try read("1,a\n2,b\n", CSVOptions(hasHeader: false))
    #expect(plain.columnNames == ["column_1", "column_2"])
    #expect(plain.rowCount == 2)
  }

  @Test("chosen types are kept to, errors name file, line and column")
  func chosenTypes() throws {
    let frame = try read("a,b\n1,2\n", CSVOptions(types: ["a": .string, "b": .float64]))
    #expect(frame.schema.fields.map(\.type) == [.string, .float64])
    #expect(
      error("a,b\n\"x\ny\",1\n2,many\n", CSVOptions(types: ["b": .int64]))
        == "\"many\" is no Int in data.csv, line 4, column \"b\"; "
        + "read the column as String, or add the value to nullTokens")
    #expect(
      error("fare\n1\n", CSVOptions(types: ["fair": .int64]))
        == "no column \"fair\" in types: on a frame of fare; did you mean \"fare\"?")
  }

  @Test("malformed files are errors with the line and what to do")
  func malformed() {
    #expect(
      error("a,b\n1,2\n1,2,3\n")
        == "3 values where the first line has 2 in data.csv, line 3; "
        + "put values that contain \",\" in quotes")
    #expect(
      error("a,b\n\"x\ny\",2\n1\n")
        == "1 value where the first line has 2 in data.csv, line 4; "
        + "fill the line up with empty values, or read it with unevenRecords: .fill")
    #expect(
      error("a\n1\n\"x\n\n")
        == "a quote is never closed in data.csv, line 3; "
        + "close it, or double a quote that belongs to the text")
    #expect(
      error("a\n\"x\"y\n")
        == "text follows a closing quote in data.csv, line 2; "
        + "double a quote that belongs to the text")
    #expect(error("").hasPrefix("the file is empty in data.csv"))
    let latin = #expect(throws: FrameError.self) {
      try DataFrame(csvBytes: [97, 10, 0xe9, 10], named: "data.csv")
    }
    #expect(latin?.what == "byte 2 is not UTF-8")
    #expect(latin?.place == "data.csv, line 2")
  }

  @Test("numbers are read to the last digit")
  func digits() throws {
    var state: UInt64 = 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
    var numbers: [Double] = [
      0.1, 1e22, 123_456.789, Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude, -0.0,
      1e-7,
    ]
    for _ in 0..<2000 {
      let number = Double(bitPattern: next())
      if number.isFinite { numbers.append(number) }
      numbers.append((Double(next() % 1_000_000_000_000) / 1e6))
    }
    let frame = try read("x\n" + numbers.map { "\($0)\n" }.joined())
    #expect(try frame["x", as: Double.self].map { $0?.bitPattern } == numbers.map(\.bitPattern))
  }

  @Test("texts of any kind come back as they were written")
  func roundTrip() throws {
    let pieces = ["a", ",", ";", "\"", "\n", "\r\n", " ", "é", "𝒳", "NA", "1", "\t", "|"]
    for seed in 0..<200 {
      var state = UInt64(seed)
      func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
      }
      let rows = (0..<5).map { _ in
        (0..<3).map { _ in (0..<next(6)).map { _ in pieces[next(pieces.count)] }.joined() }
      }
      let lines = ([["a", "b", "c"]] + rows).map { row in
        row.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
          .joined(separator: ",")
      }
      let options = CSVOptions(
        separator: ",", types: ["a": .string, "b": .string, "c": .string])
      let frame = try read(lines.joined(separator: "\n"), options)
      for (column, name) in ["a", "b", "c"].enumerated() {
        #expect(Array(try frame[name, as: String.self]) == rows.map { $0[column] })
      }
    }
  }

  @Test("the penguins are read from their file")
  func penguins() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let frame = try DataFrame(csv: root.appending(path: "notebooks/data/penguins.csv").path)
    #expect(frame.rowCount == 344)
    #expect(
      frame.schema.fields.map(\.type) == [
        .string, .string, .float64, .float64, .int64, .int64, .string, .int64,
      ])
    let summary = try frame.grouped(by: "species").aggregate(count(), mean("body_mass_g").as("g"))
      .sorted(by: .descending("g"))
    #expect(
      Array(try summary["species", as: String.self]) == ["Gentoo", "Chinstrap", "Adelie"])
    #expect(try frame["sex"].nullCount == 11)
  }

  @Test("a file that is not there is named")
  func missingFile() {
    let error = #expect(throws: FrameError.self) { try DataFrame(csv: "nowhere/x.csv") }
    #expect(error?.what == "cannot read \"nowhere/x.csv\": No such file or directory")
    #expect(error?.mend?.hasPrefix("paths are those of /") == true)
    let folder = #expect(throws: FrameError.self) { try DataFrame(csv: "/") }
    #expect(folder?.what == "cannot read \"/\": Is a directory")
  }
}
