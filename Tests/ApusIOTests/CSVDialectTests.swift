import ApusFrame
import ApusIO
import Testing

/// Quotes, separators, headers, comments, encodings and numbers that are not as most files have them.
@Suite("CSV dialects")
struct CSVDialectTests {
  private func read(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> DataFrame {
    try DataFrame(csvBytes: Array(text.utf8), named: "data.csv", options: options)
  }

  private func error(_ text: String, _ options: CSVOptions = CSVOptions()) -> String {
    do { return "no error but \(try read(text, options))" } catch { return "\(error)" }
  }

  @Test("a first record of values is data, one of names is not")
  func header() throws {
    func names(_ text: String) throws -> [String] { try read(text).columnNames }
    #expect(try names("1,2.5\n3,4\n") == ["column_1", "column_2"])
    #expect(try read("1,2.5\n3,4\n").rowCount == 2)
    #expect(try names("2024-01-02;true\n2024-01-03;false\n") == ["column_1", "column_2"])
    #expect(try names("a,2\n3,4\n") == ["a", "2"])
    #expect(try names("Norway,2\nSweden,4\n") == ["Norway", "2"])
    #expect(try names("1990,1991,1992\n1,2,3\n") == ["1990", "1991", "1992"])
    #expect(try names("0,1,2\n7,8,9\n") == ["0", "1", "2"])
    #expect(try names("1,2\nx,y\n") == ["1", "2"])
    #expect(try names("1,\n2,3\n") == ["1", "column_2"])
    #expect(try names("1,2\n") == ["1", "2"])
    #expect(try read("1,2\n3,4\n", CSVOptions(hasHeader: true)).columnNames == ["1", "2"])
    #expect(try read("a,b\n", CSVOptions(hasHeader: false)).rowCount == 1)
  }

  @Test("the quote is found, and an escape is obeyed")
  func quotes() throws {
    let single = try read("a;b\n'x;y';1\n'it''s';2\n")
    #expect(Array(try single["a", as: String.self]) == ["x;y", "it's"])
    #expect(try read("a,b\n'tis,1\nx,2\n")["a", as: String.self][0] == "'tis")
    let escaped = try read(
      #"a,b"# + "\n" + #""x\"y,",1"# + "\n" + #""\\",2"# + "\n" + #""n\o",3"# + "\n",
      CSVOptions(escape: "\\"))
    #expect(Array(try escaped["a", as: String.self]) == [#"x"y,"#, #"\"#, "no"])
    #expect(Array(try escaped["b", as: Int.self]) == [1, 2, 3])
  }

  @Test("the separator is that of the middle and the end too")
  func separators() throws {
    let head = (0..<60).map { "\($0),5;\($0),25\n" }.joined()
    let rest = (0..<200_000).map { "\($0);0,5\n" }.joined()
    let frame = try read("a;b\n" + head + rest, CSVOptions(decimalSeparator: ","))
    #expect(frame.schema.fields.map(\.type) == [.float64, .float64])
    #expect(frame.rowCount == 200_060)
    #expect(try frame["a", as: Double.self][1] == 1.5)
  }

  @Test("lines at the start and comments are passed over, and lines keep their numbers")
  func comments() throws {
    let text = "made by; a program\n\n# names\na,b\n# \"one\n1,2\n#\n3,4\n# end"
    let options = CSVOptions(skippedLines: 1, comment: "#")
    let frame = try read(text, options)
    #expect(frame.columnNames == ["a", "b"])
    #expect(Array(try frame["b", as: Int.self]) == [2, 4])
    var typed = options
    typed.types = ["b": .int64]
    #expect(
      error("x\n# c\r\na,b\r\n1,2\r\n# c\r\n3,?\r\n", typed)
        .hasPrefix("\"?\" is no Int in data.csv, line 6, column \"b\""))
    let lines = (0..<100_000).map { "\($0),x\n# comment, of \($0)\n" }.joined()
    let long = try read("n,s\n" + lines, options.with { $0.skippedLines = 0 })
    #expect(long.rowCount == 100_000)
    #expect(try long.aggregate(sum("n").as("n"))["n", as: Int.self][0] == 4_999_950_000)
    #expect(error("a\n1\n", CSVOptions(comment: "")).hasPrefix("the comment's sign is empty"))
    #expect(
      try read("a\n1\n", CSVOptions(comment: "a much longer sign than the text")).rowCount == 1)
  }

  @Test("decimal commas and digits in groups are numbers; other commas are not")
  func numbers() throws {
    let options = CSVOptions(separator: ";", decimalSeparator: ",", thousandsSeparator: ".")
    let frame = try read(
      """
      price;count;code;part;big;odd
      1.234,50;1.000;1.5;0,5;-12.345.678;1,2,3
      -0,25;12;0800;NA;1e3;4
      """, options)
    #expect(
      frame.schema.fields.map(\.type) == [
        .float64, .int64, .string, .float64, .float64, .string,
      ])
    #expect(Array(try frame["price", as: Double.self]) == [1234.5, -0.25])
    #expect(Array(try frame["count", as: Int.self]) == [1000, 12])
    #expect(Array(try frame["code", as: String.self]) == ["1.5", "0800"])
    #expect(Array(try frame["big", as: Double.self]) == [-12_345_678, 1000])
    let quoted = try read(
      "n,m\n\"1,234\",1\n\"12,34\",2\n", CSVOptions(separator: ",", thousandsSeparator: ","))
    #expect(quoted.schema.fields.map(\.type) == [.string, .int64])
    let typed = try read(
      "n;m\n1.234,5;1'0\n", options.with { $0.types = ["n": .decimal(precision: 9, scale: 2)] })
    #expect(try typed["n"][0] == .decimal(Decimal128(coefficient: 123_450, scale: 2)))
    let narrow = try read("n\n1.234\n", options.with { $0.types = ["n": .int16] })
    #expect(try narrow["n"][0] == .int(1234))
    #expect(
      error("n\n1\n", CSVOptions(decimalSeparator: ",", thousandsSeparator: ","))
        .hasPrefix("the decimal and the thousands separator are the same in CSVOptions"))
  }

  @Test("encodings are turned into UTF-8")
  func encodings() throws {
    func read(_ bytes: [UInt8], _ encoding: CSVOptions.Encoding) throws -> [String?] {
      let frame = try DataFrame(
        csvBytes: bytes, named: "data.csv", options: CSVOptions(hasHeader: true, encoding: encoding)
      )
      return Array(try frame["a", as: String.self])
    }
    let head = Array("a\n".utf8)
    #expect(try read(head + [0xe9, 0x80, 10], .windows1252) == ["é€"])
    #expect(try read(head + [0xe9, 0x80, 10], .latin1) == ["é\u{80}"])
    #expect(try read(head + [0x81, 10], .windows1252) == ["\u{81}"])
    #expect(try read(head + [0xe9, 10], .lossyUTF8) == ["\u{fffd}"])
    #expect(try read([0xef, 0xbb, 0xbf] + head + Array("é\n".utf8), .latin1) == ["é"])
    let text = "a\n東京🙂\n"
    var (little, big): ([UInt8], [UInt8]) = ([0xff, 0xfe], [0xfe, 0xff])
    for unit in text.utf16 {
      little += [UInt8(unit & 255), UInt8(unit >> 8)]
      big += [UInt8(unit >> 8), UInt8(unit & 255)]
    }
    #expect(try read(little, .utf8) == ["東京🙂"])
    #expect(try read(big, .utf8) == ["東京🙂"])
    let half = #expect(throws: FrameError.self) { try read([0xff, 0xfe, 0x61], .utf8) }
    #expect(half?.what == "half of a character of UTF-16")
    let alone = #expect(throws: FrameError.self) { try read([0xff, 0xfe, 0x00, 0xd8], .utf8) }
    #expect(alone?.what == "half of a surrogate pair")
  }

  @Test("columns are chosen, renamed and typed, and have null tokens of their own")
  func columns() throws {
    let text = "a,b,c\n1,-,x\n-,2,-\n"
    let frame = try read(
      text,
      CSVOptions(
        renamed: ["b": "amount"], columns: ["c", "amount"], columnNullTokens: ["amount": ["-"]],
        types: ["amount": .float32], rowIndex: "row", pathColumn: "file"))
    #expect(frame.columnNames == ["row", "c", "amount", "file"])
    #expect(frame.schema.fields.map(\.type) == [.int64, .string, .float32, .string])
    #expect(Array(try frame["row", as: Int.self]) == [0, 1])
    #expect(Array(try frame["c", as: String.self]) == ["x", "-"])
    #expect(try frame["amount"].nullCount == 1)
    #expect(try frame["file", as: String.self][1] == "data.csv")
    let named = try read("1,2\n3,4\n", CSVOptions(names: ["x", "y"]))
    #expect(named.columnNames == ["x", "y"])
    #expect(named.rowCount == 2)
    #expect(
      error(text, CSVOptions(columns: ["d"])).hasPrefix("no column \"d\" in columns: on a frame"))
    #expect(error(text, CSVOptions(names: ["x"])).hasPrefix("1 names for 3 columns in data.csv"))
    #expect(
      error(text, CSVOptions(rowIndex: "a")).hasPrefix("two columns \"a\" in data.csv"))
    #expect(try read(text, CSVOptions(rowLimit: 1)).rowCount == 1)
    #expect(error(text, CSVOptions(rowLimit: -1)).hasPrefix("rowLimit is -1 in CSVOptions"))
  }

  @Test("records of another length are filled up and cut when that is asked for")
  func uneven() throws {
    let text = "a,b,c\n1,x,2\n3\n4,\"y\",5,6,7\n"
    let options = CSVOptions(unevenRecords: .fillAndCut)
    let frame = try read(text, options)
    #expect(Array(try frame["a", as: Int.self]) == [1, 3, 4])
    #expect(Array(try frame["b", as: String.self]) == ["x", nil, "y"])
    #expect(Array(try frame["c", as: Int.self]) == [2, nil, 5])
    let strict = try read(text, options.with { $0.nullTokens = [] })
    #expect(Array(try strict["b", as: String.self]) == ["x", nil, "y"])
    #expect(
      error(text, CSVOptions(unevenRecords: .fill))
        .hasPrefix("5 values where the first line has 3 in data.csv, line 4"))
  }
}

extension CSVOptions {
  /// The options with a change.
  func with(_ change: (inout CSVOptions) -> Void) -> CSVOptions {
    var options = self
    change(&options)
    return options
  }
}
