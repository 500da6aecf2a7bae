import ApusFrame
import ApusIO
import Foundation
import Synchronization
import Testing

/// Values that do not fit the types that a part of the file has: wider columns, errors or rejects;
/// and several files as one.
@Suite("CSV values that do not fit")
struct CSVWideningTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ name: String, _ text: String) throws -> String {
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// Rows whose late value, beyond what the types are guessed from, is another.
  private func rows(_ late: String, count: Int = 5000) -> String {
    "n,k\n" + (0..<count).map { "\($0 == 2000 ? late : "\($0)"),\($0 % 3)\n" }.joined()
  }

  @Test("a lazy file's columns become wider, and the steps behind are typed anew")
  func lazy() throws {
    let halves = try LazyFrame(csv: try write("halves.csv", rows("0.5")))
    #expect(halves.schema["n"] == .int64)
    let whole = try halves.collect()
    #expect(whole.schema["n"] == .float64)
    #expect(try whole["n", as: Double.self][2000] == 0.5)
    let query = try halves.filter(col("k") == 2).with(col("n") * 2, as: "m").sorted(by: "m")
      .grouped(by: "k").aggregate(sum("m").as("m"), count())
    let expected = (0..<5000).filter { $0 % 3 == 2 && $0 != 2000 }.reduce(0) { $0 + $1 * 2 } + 1
    #expect(try query.collect()["m", as: Double.self][0] == Double(expected))
    #expect(try halves.select("k").collect().schema["k"] == .int64)
    #expect(try halves.head(10).collect().rowCount == 10)

    let texts = try LazyFrame(csv: try write("texts.csv", rows("0800")))
    #expect(try texts.collect()["n", as: String.self][2000] == "0800")
    #expect(try texts.tail(1).collect()["n", as: String.self][0] == "4999")
    let joined = try texts.joined(halves.unique(by: "k"), on: "k").collect()
    #expect(joined.schema["n"] == .string)
    #expect(try concat([texts, texts]).collect().rowCount == 10_000)
    let error = #expect(throws: FrameError.self) { try texts.filter(col("n") > 5).collect() }
    #expect(error?.code == .typeMismatch)
    #expect(error?.mend?.contains("texts.csv, line 2002, column \"n\"") == true)
  }

  @Test("strict options and given types make such a value an error")
  func strict() throws {
    let path = try write("odd.csv", rows("x"))
    for options in [CSVOptions(isStrict: true), CSVOptions(types: ["n": .int64])] {
      for read in [
        { try DataFrame(csv: path, options: options) },
        { try LazyFrame(csv: path, options: options).collect() },
      ] {
        let error = #expect(throws: FrameError.self) { try read() }
        #expect(
          error?.description.hasPrefix("\"x\" is no Int in \(path), line 2002, column \"n\"")
            == true)
      }
    }
    #expect(try DataFrame(csv: path)["n", as: String.self][2000] == "x")
  }

  @Test("rejects tell line, column, text and reason; their values are null, their records left out")
  func rejects() throws {
    let rejects = CSVRejects()
    let text =
      "n,d,s\n1,2024-01-01 08:00,a\nx,2024-01-02 08:00,b\n3\n\"4\n\",?,\"c\"d\n5,,e\n6,7,8,9\n"
    let path = try write("bad.csv", text + "7,2024-01-03 08:00,f\n")
    let options = CSVOptions(
      types: ["n": .int64, "d": .datetime(.microseconds)], rejects: rejects)
    let frame = try DataFrame(csv: path, options: options)
    #expect(Array(try frame["n", as: Int.self]) == [1, nil, 5, 7])
    #expect(Array(try frame["s", as: String.self]) == ["a", "b", "e", "f"])
    let found = try rejects.frame
    #expect(Array(try found["line", as: Int.self]) == [3, 4, 5, 8])
    #expect(Array(try found["column", as: String.self]) == ["n", nil, nil, nil])
    #expect(Array(try found["text", as: String.self]) == ["x", "3", "\"4\n\",?,\"c\"d", "6,7,8,9"])
    #expect(
      Array(try found["reason", as: String.self]) == [
        "no Int", "1 value where the first line has 3", "text follows a closing quote",
        "4 values where the first line has 3",
      ])
    #expect(try found["path", as: String.self][0] == path)
    #expect(rejects.count == 4)
    _ = try DataFrame(csv: path, options: options)
    #expect(rejects.count == 4)

    let few = CSVRejects(limit: 2)
    let late = try write("late.csv", rows("x") + "y,1\nz,2\n\"open,3\n8,1\n")
    let lazy = try LazyFrame(csv: late, options: CSVOptions(rejects: few)).collect()
    #expect(lazy.schema["n"] == .int64)
    #expect(lazy.rowCount == 5003)
    #expect(few.count == 4)
    #expect(Array(try few.frame["line", as: Int.self]) == [2002, 5002])
    let times = CSVRejects()
    let moments = (0..<3000).map { $0 == 1500 ? "soon\n" : "2024-01-02 08:00:00\n" }.joined()
    let days = try DataFrame(
      csv: try write("times.csv", "t\n" + moments), options: CSVOptions(rejects: times))
    #expect(days.schema["t"] == .datetime(.microseconds))
    #expect(Array(try times.frame["line", as: Int.self]) == [1502])
    #expect(Array(try times.frame["text", as: String.self]) == ["soon"])
  }

  @Test("several files are one frame, of the types that all of them need")
  func files() throws {
    _ = try write("part-1.csv", "a,b\n1,x\n2,y\n")
    _ = try write("part-2.csv", "b;a\nz;2.5\n")
    _ = try write("part-3.csv", "a,b\n,\n")
    _ = try write("part-4.csv", "a,b\n7,w\n")
    let pattern = folder.path + "/part-*.csv"
    let options = CSVOptions(rowIndex: "row", pathColumn: "path")
    #expect(throws: FrameError.self) { try DataFrame(csv: pattern) }
    _ = try write("part-2.csv", "b,a\nz,2.5\n")
    let frame = try DataFrame(csv: pattern, options: options)
    #expect(Array(try frame["a", as: Double.self]) == [1, 2, 2.5, nil, 7])
    #expect(Array(try frame["b", as: String.self]) == ["x", "y", "z", nil, "w"])
    #expect(Array(try frame["row", as: Int.self]) == [0, 1, 2, 3, 4])
    #expect(try frame["path", as: String.self][2]?.hasSuffix("part-2.csv") == true)
    let lazy = try LazyFrame(csv: pattern, options: options)
    #expect(try lazy.collect() == frame)
    #expect(try lazy.select("path", "a").head(3).collect() == frame.select("path", "a").head(3))
    #expect(try lazy.aggregate(count()).collect()["count", as: Int.self][0] == 5)
    _ = try write("part-5.csv", "a,c\n1,2\n")
    let error = #expect(throws: FrameError.self) { try DataFrame(csv: pattern) }
    #expect(error?.what.hasPrefix("its columns are not those of") == true)
  }

  @Test("reading tells how far it has come")
  func progress() throws {
    let frame = try DataFrame(csvBytes: Array(rows("1", count: 300_000).utf8), named: "rows.csv")
    let names = ["rows.csv", "rows.ndjson", "rows.parquet", "rows.arrow"]
    let paths = names.map { folder.appending(path: $0).path }
    try frame.write(csv: paths[0])
    try frame.write(ndjson: paths[1])
    try frame.write(parquet: paths[2], options: ParquetOptions(rowGroupRowCount: 50_000))
    try frame.write(arrow: paths[3], options: ArrowOptions(batchRowCount: 50_000))
    for (number, path) in paths.enumerated() {
      let told = Mutex<[ReadProgress.State]>([])
      let progress = ReadProgress(every: .zero) { state in told.withLock { $0.append(state) } }
      let found =
        switch number {
        case 0: try DataFrame(csv: path, progress: progress)
        case 1: try DataFrame(json: path, progress: progress)
        case 2: try LazyFrame(parquet: path, progress: progress).collect()
        default: try DataFrame(arrow: path, progress: progress)
        }
      #expect(found == frame)
      let states = told.withLock { $0 }
      #expect(states.count > 2, "\(path)")
      #expect(states.allSatisfy { $0.bytesDone <= $0.byteCount && $0.rowsDone <= 300_000 })
      #expect(states.first?.fraction ?? 1 < 0.9, "\(path)")
      #expect(progress.state.rowsDone == 300_000)
      #expect(progress.state.fraction == 1)
    }
  }

  @Test("a mapped Arrow file is what a read one is, after the file's name is gone too")
  func mapping() throws {
    let frame = try DataFrame(csvBytes: Array(rows("1", count: 100_000).utf8), named: "rows.csv")
    let path = folder.appending(path: "mapped.arrow").path
    for batch in [1 << 17, 1000] {
      for stream in [false, true] {
        try frame.write(arrow: path, options: ArrowOptions(isStream: stream, batchRowCount: batch))
        let mapped = try DataFrame(arrow: path, memoryMapped: true)
        let lazy = try LazyFrame(arrow: path, memoryMapped: true).filter(col("n") < 5)
        #expect(try lazy.collect().rowCount == 6)
        try FileManager.default.removeItem(atPath: path)
        #expect(mapped == frame)
      }
    }
    try frame.write(arrow: path, options: ArrowOptions(compression: .zstd))
    #expect(try DataFrame(arrow: path, memoryMapped: true) == frame)
    #expect(throws: FrameError.self) { try DataFrame(arrow: folder.path, memoryMapped: true) }
  }

  @Test("a list of JSON objects is one text")
  func jsonList() throws {
    let frame = try DataFrame(["a": [1, nil], "b": ["x", "y"]])
    #expect(
      String(decoding: frame.jsonBytes, as: UTF8.self)
        == "[{\"a\":1,\"b\":\"x\"},\n{\"a\":null,\"b\":\"y\"}]\n")
    #expect(try DataFrame(jsonBytes: frame.jsonBytes, named: "list.json") == frame)
  }
}
