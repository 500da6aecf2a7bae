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
func read(_ path: String) throws(FrameError) -> DataFrame {
  let name = path.split(separator: "/").last ?? ""
  if name.contains(".csv") { return try DataFrame(csv: path) }
  if name.contains("json") { return try DataFrame(json: path) }
  if name.contains(".parquet") { return try DataFrame(parquet: path) }
  return try DataFrame(arrow: path)
}

/// Prints a file's columns and rows as JSON lines.
struct Dump {
  let path: String

  func run() throws(FrameError) {
    let frame = try read(path)
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
  private var options: [String: String] = [:]

  init(_ source: String, _ target: String, options: ArraySlice<String>) {
    self.source = source
    self.target = target
    for option in options {
      let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
      self.options[parts[0]] = parts.count == 2 ? parts[1] : ""
    }
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
