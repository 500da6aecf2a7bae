import ApusFrame
import ApusIO
import Glibc

/// Ends the program with a message.
func complain(_ message: String) -> Never {
  let line = Array((message + "\n").utf8)
  _ = write(STDERR_FILENO, line, line.count)
  exit(1)
}

/// The frame that a file holds, by the ending of its name.
func read(_ path: String, _ options: [String: String] = [:]) throws(FrameError) -> DataFrame {
  let name = path.split(separator: "/").last ?? ""
  if name.contains(".csv") {
    let csv = csvOptions(options)
    if options["lazy"] != nil { return try LazyFrame(csv: path, options: csv).collect() }
    return try DataFrame(csv: path, options: csv)
  }
  if name.contains("json") { return try DataFrame(json: path) }
  if name.contains(".parquet") { return try DataFrame(parquet: path) }
  return try DataFrame(arrow: path, memoryMapped: options["mapped"] != nil)
}

/// Options as `name=value`.
func parsedOptions(_ texts: ArraySlice<String>) -> [String: String] {
  var result: [String: String] = [:]
  for text in texts {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    result[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
  }
  return result
}

private func csvOptions(_ options: [String: String]) -> CSVOptions {
  var result = CSVOptions()
  result.separator = options["separator"]?.first
  result.quote = options["quote"]?.first
  result.escape = options["escape"]?.first
  result.hasHeader = options["header"].map { $0 == "yes" }
  result.comment = options["comment"]
  result.skippedLines = options["skip"].flatMap { Int($0) } ?? 0
  result.decimalSeparator = options["decimal"]?.first ?? "."
  result.thousandsSeparator = options["thousands"]?.first
  switch options["encoding"] {
  case "latin1"?: result.encoding = .latin1
  case "windows1252"?: result.encoding = .windows1252
  case "lossy"?: result.encoding = .lossyUTF8
  default: break
  }
  if options["uneven"] == "fill" { result.unevenRecords = .fill }
  if options["uneven"] == "cut" { result.unevenRecords = .fillAndCut }
  if options["rejects"] != nil { result.rejects = CSVRejects() }
  result.rowIndex = options["index"]
  return result
}

/// Prints a file's columns and rows as JSON lines, or the rejects that reading them leaves.
struct Dump {
  let path: String
  var options: [String: String] = [:]

  func run() throws(FrameError) {
    let frame: DataFrame
    if options["show"] == "rejects" {
      let rejects = CSVRejects()
      var csv = csvOptions(options)
      csv.rejects = rejects
      _ = try DataFrame(csv: path, options: csv)
      frame = try rejects.frame
    } else {
      frame = try read(path, options)
    }
    var line = Array("{".utf8)
    for (place, field) in frame.schema.fields.enumerated() {
      if place > 0 { line.append(UInt8(ascii: ",")) }
      line += Array("\"c\(place)\": \"\(field.type)\"".utf8)
    }
    line += Array("}\n".utf8) + frame.ndjsonBytes
    line.withUnsafeBufferPointer { bytes in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let count = write(STDOUT_FILENO, base + done, bytes.count - done)
        guard count > 0 else { break }
        done += count
      }
    }
  }
}

/// Reads one file and writes another.
struct Conversion {
  let source: String
  let target: String
  private let options: [String: String]

  init(_ source: String, _ target: String, options: ArraySlice<String>) {
    self.source = source
    self.target = target
    self.options = parsedOptions(options)
  }

  func run() throws(FrameError) {
    try write(try read(source))
  }

  private func write(_ frame: DataFrame) throws(FrameError) {
    if target.hasSuffix(".csv") {
      try frame.write(csv: target)
    } else if target.hasSuffix(".ndjson") {
      try frame.write(ndjson: target)
    } else if target.hasSuffix(".json") {
      try frame.write(json: target)
    } else if target.hasSuffix(".parquet") {
      try frame.write(parquet: target, options: parquet)
    } else {
      try frame.write(
        arrow: target,
        options: ArrowOptions(
          compression: options["codec"] == "zstd"
            ? .zstd : options["codec"] == "lz4" ? .lz4 : .none,
          isStream: options["stream"] != nil,
          batchRowCount: options["rows"].flatMap { Int($0) } ?? 1 << 17))
    }
  }

  private var parquet: ParquetOptions {
    var result = ParquetOptions()
    switch options["codec"] {
    case "none"?: result.compression = .none
    case "snappy"?: result.compression = .snappy
    case "gzip"?: result.compression = .gzip()
    case "lz4"?: result.compression = .lz4
    case "brotli"?: result.compression = .brotli()
    default: break
    }
    if options["version"] == "2" { result.pageVersion = .v2 }
    if options["dictionary"] == "no" { result.usesDictionaries = false }
    if let rows = options["rows"].flatMap({ Int($0) }) { result.rowGroupRowCount = rows }
    if let bytes = options["page"].flatMap({ Int($0) }) { result.pageByteCount = bytes }
    return result
  }
}
