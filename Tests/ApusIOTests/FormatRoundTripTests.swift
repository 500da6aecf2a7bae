import ApusFrame
import ApusIO
import TestSupport
import Testing

/// What is written is read back: random frames of every type, in every format, codec and layout.
@Suite("Formats, written and read")
struct FormatRoundTripTests {
  private func frame(_ seed: UInt64, _ rowCount: Int, nullShare: Double = 0.2) throws -> DataFrame {
    var random = RandomColumns(seed: seed)
    return try random.frame(rowCount: rowCount, nullShare: nullShare)
  }

  private func expectSame(_ found: DataFrame, _ frame: DataFrame) {
    #expect(found.schema == frame.schema)
    for name in frame.columnNames {
      guard let left = try? found[name], let right = try? frame[name] else { continue }
      #expect(left == right, "column \(name) of \(right.type)")
    }
  }

  @Test(
    "Parquet of every codec",
    arguments: [
      ParquetOptions.Compression.none, .snappy, .gzip(), .zstd(), .lz4, .brotli(),
    ], [ParquetOptions.PageVersion.v1, .v2])
  func parquet(
    compression: ParquetOptions.Compression, version: ParquetOptions.PageVersion
  ) throws {
    for (seed, rowCount) in [0, 1, 64, 65, 700].enumerated() {
      let frame = try frame(UInt64(seed), rowCount)
      let options = ParquetOptions(
        compression: compression, rowGroupRowCount: 300, pageByteCount: 512, pageVersion: version)
      let bytes = try frame.parquetBytes(options: options)
      expectSame(try DataFrame(parquetBytes: bytes, named: "frame.parquet"), frame)
    }
  }

  @Test("Parquet with and without dictionaries", arguments: [true, false], [0.0, 0.5, 1.0])
  func dictionaries(usesDictionaries: Bool, nullShare: Double) throws {
    let frame = try frame(7, 3000, nullShare: nullShare)
    let options = ParquetOptions(
      compression: .none, usesDictionaries: usesDictionaries, hasStatistics: usesDictionaries)
    let bytes = try frame.parquetBytes(options: options)
    expectSame(try DataFrame(parquetBytes: bytes, named: "frame.parquet"), frame)
  }

  @Test(
    "Arrow of every codec, as file and stream",
    arguments: [ArrowOptions.Compression.none, .lz4, .zstd], [true, false])
  func arrow(compression: ArrowOptions.Compression, isStream: Bool) throws {
    for (seed, rowCount) in [0, 1, 64, 65, 700].enumerated() {
      let frame = try frame(UInt64(seed + 20), rowCount)
      let options = ArrowOptions(
        compression: compression, isStream: isStream, batchRowCount: 300)
      let bytes = try frame.arrowBytes(options: options)
      expectSame(try DataFrame(arrowBytes: bytes, named: "frame.arrow"), frame)
    }
  }

  @Test("JSON keeps what JSON knows", arguments: [1, 70, 2000])
  func json(rowCount: Int) throws {
    var random = RandomColumns(seed: UInt64(rowCount))
    let frame = try random.frame(
      rowCount: rowCount, nullShare: 0.1,
      types: [.bool, .int64, .string, .list(.int64), .list(.string), .list(.list(.bool))])
    let found = try DataFrame(jsonBytes: frame.ndjsonBytes, named: "frame.ndjson")
    for name in frame.columnNames {
      let (left, right) = (try found[name], try frame[name])
      // A column of nulls, or of empty lists, does not say what it would hold.
      if left.type == right.type { #expect(left == right, "column \(name)") }
    }
  }

  @Test("a predicate that statistics rule out reads nothing, and no row is lost")
  func pruning() throws {
    let count = 20_000
    let numbers = (0..<count).map { Int?.some($0) }
    let halves = (0..<count).map { row -> Double? in row % 7 == 0 ? .nan : Double(row) / 2 }
    let keys = (0..<count).map { row -> String? in "key \(row / 10)" }
    let bits = (0..<count).map { row -> Bool? in row % 3 == 0 ? nil : row > 9000 }
    let frame = try DataFrame(columns: [
      AnyColumn(name: "n", AnyColumn(numbers)), AnyColumn(name: "x", AnyColumn(halves)),
      AnyColumn(name: "s", AnyColumn(keys)), AnyColumn(name: "b", AnyColumn(bits)),
    ])
    let bytes = try frame.parquetBytes(
      options: ParquetOptions(rowGroupRowCount: 3000, pageByteCount: 800))
    let lazy = try LazyFrame(parquetBytes: bytes, named: "pages.parquet")
    let predicates: [Expr] = [
      col("n") == 12_345, col("n") > 19_990, col("n") < 3 || col("n") >= 19_999,
      col("n").isIn(5, 6000, 19_000), col("s") == "key 777", col("x") > 9990, col("x") != 4,
      col("b") == true && col("n") < 9100, col("b").isNull && col("n") > 19_000,
      col("n") > 50_000, col("n") != 7, 8999 < col("n") && col("n") <= 9001,
    ]
    for predicate in predicates {
      let found = try lazy.filter(predicate).collect()
      #expect(found == (try frame.filter(predicate)), "\(predicate)")
      let some = try lazy.filter(predicate).select("s", "x").collect()
      #expect(some == (try frame.filter(predicate).select("s", "x")), "\(predicate)")
    }
    #expect(try lazy.head(4500).collect() == frame.head(4500))
  }
}
