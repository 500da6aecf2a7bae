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
  if path.hasSuffix(".csv") { return try DataFrame(csv: path) }
  return try DataFrame(parquet: path)
}

/// Prints a file's columns: a JSON line each, its values as texts.
struct Dump {
  let path: String

  func run() throws(FrameError) {
    let frame = try read(path)
    print("{\"rows\": \(frame.rowCount)}")
    for name in frame.columnNames {
      let column = try frame[name]
      let values = (0..<column.count).map { Dump.text(column[$0]) }
      print(
        "{\"name\": \(Dump.quoted(name)), \"type\": \(Dump.quoted(column.type.description)), "
          + "\"values\": [\(values.joined(separator: ", "))]}")
    }
  }

  /// A value as JSON.
  static func text(_ value: Scalar) -> String {
    switch value {
    case .null: "null"
    case .bool(let bit): bit ? "true" : "false"
    case .int(let number): quoted(String(number))
    case .double(let number): quoted(number.description)
    case .string(let text): quoted(text)
    case .date(let day): quoted(day.description)
    case .unsigned, .decimal, .binary, .time, .datetime, .duration, .uuid, .list, .struct:
      quoted(value.description)
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Reads one file and writes another.
struct Conversion {
  let source: String
  let target: String

  init(_ source: String, _ target: String, options: ArraySlice<String>) {
    self.source = source
    self.target = target
  }

  func run() throws(FrameError) {
    let frame = try read(source)
    try frame.write(csv: target)
  }
}
