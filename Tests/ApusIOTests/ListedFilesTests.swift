import ApusFrame
import ApusIO
import Foundation
import TestSupport
import Testing

/// Files of few different texts, which are kept as numbers of a list, and large CSV files, which are
/// read a window at a time.
@Suite("Texts of few different values in files, and large CSV files")
struct ListedFilesTests {
  private func isListed(_ column: AnyColumn) -> Bool {
    if case .string(let texts) = column.storage { texts.listed != nil } else { false }
  }

  private func expectSame(_ found: DataFrame, _ frame: DataFrame) throws {
    #expect(found.schema == frame.schema)
    #expect(found.rowCount == frame.rowCount)
    for name in frame.columnNames {
      #expect(try found[name] == frame[name], "column \(name)")
    }
  }

  /// Texts of few different values, of many, and of few at the start and many behind.
  private func texts(_ rowCount: Int, seed: UInt64) throws -> DataFrame {
    var random = SeededRandom(seed: seed)
    func column(_ name: String, _ value: (Int, inout SeededRandom) -> String?) -> AnyColumn {
      AnyColumn(name: name, AnyColumn((0..<rowCount).map { value($0, &random) }))
    }
    return try DataFrame(columns: [
      column("few") { _, random in "g\(Int.random(in: 0..<40, using: &random))" },
      column("long") { row, random in
        row % 11 == 3 ? nil : "a long text, number \(Int.random(in: 0..<9, using: &random))"
      },
      column("many") { row, _ in "n\(row)" },
      column("later") { row, _ in row % 50_000 < 9000 ? "same" : "x\(row)" },
      column("nothing") { row, _ in row == 7 ? "a" : nil },
    ])
  }

  @Test("Parquet", arguments: [100, 3000, 120_000])
  func parquet(rowCount: Int) throws {
    let frame = try texts(rowCount, seed: 3)
    let options = ParquetOptions(rowGroupRowCount: rowCount / 3 + 1)
    let bytes = try frame.parquetBytes(options: options)
    let found = try DataFrame(parquetBytes: bytes, named: "texts.parquet")
    try expectSame(found, frame)
    if rowCount >= 3000 {
      let areListed = try ["few", "long", "many"].map { isListed(try found[$0]) }
      #expect(areListed == [true, true, false])
    }
    let again = try DataFrame(
      parquetBytes: found.parquetBytes(options: options), named: "again.parquet")
    try expectSame(again, frame)
    let some = try LazyFrame(parquetBytes: bytes, named: "texts.parquet")
      .filter(col("few") == "g7").collect()
    try expectSame(some, frame.filter(col("few") == "g7"))
  }

  @Test("CSV", arguments: [100, 9000, 150_000])
  func csv(rowCount: Int) throws {
    let frame = try texts(rowCount, seed: 4)
    let found = try DataFrame(csvBytes: frame.csvBytes, named: "texts.csv")
    try expectSame(found, frame)
    if rowCount >= 9000 {
      let areListed = try ["few", "long", "many", "later"].map { isListed(try found[$0]) }
      #expect(areListed == [true, true, false, rowCount == 9000])
    }
  }

  @Test("groups of a list come in the order of their first rows")
  func order() throws {
    let frame = try texts(100_000, seed: 5)
    let found = try DataFrame(csvBytes: frame.csvBytes, named: "texts.csv")
    for name in ["few", "long"] {
      try expectSame(
        try found.grouped(by: name).aggregate(count()),
        try frame.grouped(by: name).aggregate(count()))
    }
  }

  /// What a large file is made unusual by.
  enum Oddity: CaseIterable {
    case none, quotes, carriageReturns, notASCII, wider, blankLines, noLastLineEnd
  }

  /// The lines of a file of more than 32 MiB.
  private func lines(_ oddity: Oddity) -> [UInt8] {
    let rowCount = 1_250_000
    var text: [UInt8] = Array("key,number,real,note\n".utf8)
    text.reserveCapacity(48 << 20)
    let end = oddity == .carriageReturns ? "\r\n" : "\n"
    for row in 0..<rowCount {
      var note = row % 3 == 0 ? "" : "some note \(row % 17)"
      if row == 700_000 {
        switch oddity {
        case .quotes: note = "\"two\nlines, and \"\"quotes\"\"\""
        case .notASCII: note = "æøå 漢字"
        case .blankLines: note += "\n\n"
        case .none, .carriageReturns, .wider, .noLastLineEnd: break
        }
      }
      let number = oddity == .wider && row == 1_000_000 ? "none at all" : "\(row * 7)"
      text += "key\(row % 100),\(number),\(row % 1000).25,\(note)".utf8
      if row < rowCount - 1 || oddity != .noLastLineEnd { text += end.utf8 }
    }
    return text
  }

  private func withFile(_ text: [UInt8], _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "large-\(UUID().uuidString).csv"
    try Data(text).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test("a large CSV file is read as its bytes are", arguments: Oddity.allCases)
  func large(oddity: Oddity) throws {
    let text = lines(oddity)
    #expect(text.count > 33 << 20)
    try withFile(text) { path in
      let wanted = try DataFrame(csvBytes: text, named: "bytes.csv")
      #expect(wanted.rowCount == 1_250_000)
      try expectSame(try DataFrame(csv: path), wanted)
      let query = try LazyFrame(csv: path).grouped(by: "key").aggregate(sum("real").as("s"))
      try expectSame(
        try query.collect(), wanted.grouped(by: "key").aggregate(sum("real").as("s")))
    }
  }

  @Test("errors in a large file name the line")
  func errors() throws {
    var text = lines(.none)
    text += "a record,that is,too,long,by one\n".utf8
    text += "key1,1,2,3\n".utf8
    try withFile(text) { path in
      let error = try #require(throws: FrameError.self) { try DataFrame(csv: path) }
      #expect(error.place == "\(path), line 1250002")
      let strict = CSVOptions(types: ["note": .int64])
      let other = try #require(throws: FrameError.self) {
        try DataFrame(csv: path, options: strict)
      }
      #expect(other.place.hasPrefix("\(path), line"))
    }
  }

  @Test("a CSV file may be a pipe, which is read once")
  func pipe() throws {
    let path = NSTemporaryDirectory() + "pipe-\(UUID().uuidString).csv"
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let frame = try texts(100, seed: 6)
    let bytes = Data(frame.csvBytes)
    Thread.detachNewThread {
      FileHandle(forWritingAtPath: path)?.write(bytes)
    }
    try expectSame(try DataFrame(csv: path), frame)
  }
}
