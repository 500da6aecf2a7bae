// Usage: apus-bench-tpch FOLDER. Then a query a line on standard input, as q5; the answer is a line
// of JSON with the rows. `explain q5` prints what is done for it.
import Apus
import Glibc

func now(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func text(_ value: Scalar) -> String {
  switch value {
  case .null: "null"
  case .int(let number): "\(number)"
  case .unsigned(let number): "\(number)"
  case .double(let number): number.isFinite ? "\(number)" : "null"
  case .bool(let bit): "\(bit)"
  case .string(let string): quoted(string)
  case .date(let day): quoted(day.description)
  case .decimal, .binary, .time, .datetime, .duration, .uuid, .list, .struct:
    fatalError("no query of TPC-H answers with \(value)")
  }
}

func quoted(_ string: String) -> String {
  let escaped = string.unicodeScalars.map { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    default: String(Character(scalar))
    }
  }
  return "\"\(escaped.joined())\""
}

guard CommandLine.arguments.count == 2 else {
  print("usage: apus-bench-tpch FOLDER")
  exit(2)
}
let tables = try Tables(CommandLine.arguments[1])
let queries = queries1to8 + queries9to15 + queries16to22
print("ready")
fflush(nil)

while let line = readLine() {
  let words = line.split(separator: " ")
  guard let number = words.last.flatMap({ Int($0.dropFirst()) }), (1...22).contains(number) else {
    print("{\"error\": \"no query\"}")
    fflush(nil)
    continue
  }
  if words.count == 2 {
    print(try queries[number - 1](tables).explain())
    fflush(nil)
    continue
  }
  let (wall, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
  let answer = try queries[number - 1](tables).collect()
  let (wallEnd, processorEnd) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
  let columns = try answer.columnNames.map { try answer[$0] }
  let rows = (0..<answer.rowCount).map { row in
    "[\(columns.map { text($0[row]) }.joined(separator: ", "))]"
  }
  print(
    "{\"q\": \"q\(number)\", \"wall\": \(wallEnd - wall), "
      + "\"cpu\": \(processorEnd - processor), \"rows\": [\(rows.joined(separator: ", "))]}")
  fflush(nil)
}
