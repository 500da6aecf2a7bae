// Usage: apus-bench-frame FOLDER ROWS NULLS groups|joins, rows as 1e6, nulls in percent. Then a
// question a line on standard input; the answer is a line of JSON. Tables come from Parquet.
import Apus
import Glibc

func now(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let rows = Double(arguments[2]) else {
  print("usage: apus-bench-frame FOLDER ROWS NULLS groups|joins")
  exit(2)
}
let (folder, size, nulls, family) = (arguments[1], arguments[2], arguments[3], arguments[4])
let table = "\(folder)/G1_\(size)_1e2_\(nulls)_0"

func scientific(_ value: Double) -> String {
  var exponent = 0
  var rest = value
  while rest >= 10 {
    rest /= 10
    exponent += 1
  }
  return "\(Int(rest))e\(exponent)"
}

func joinTable(_ name: String) throws -> DataFrame {
  try DataFrame(parquet: "\(folder)/J1_\(size)_\(name)_0_0.parquet")
}

func readQuestions() -> [Question] {
  [
    Question("csv_read", sums("v1", "v3")) { try DataFrame(csv: "\(table).csv") },
    Question("parquet_read", sums("v1", "v3")) { try DataFrame(parquet: "\(table).parquet") },
  ]
}

let questions: [Question]
if family == "joins" {
  questions = joinQuestions(
    try joinTable("NA"), small: try joinTable(scientific(Swift.max(10, rows / 1e6))),
    medium: try joinTable(scientific(rows / 1e3)), big: try joinTable(size))
} else {
  let x = try DataFrame(parquet: "\(table).parquet")
  questions = readQuestions() + groupQuestions(x) + rowQuestions(x)
}
print("ready")
fflush(nil)

while let line = readLine() {
  guard let question = questions.first(where: { $0.name == line }) else {
    print("{\"error\": \"no question\"}")
    fflush(nil)
    continue
  }
  let (wall, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
  let answer = try question.answer()
  let (wallEnd, processorEnd) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
  let numbers = try question.check(answer)
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  print(
    "{\"q\": \"\(line)\", \"wall\": \(wallEnd - wall), \"cpu\": \(processorEnd - processor), "
      + "\"rows\": \(answer.rowCount), \"checksum\": \(numbers), \"maxrss\": \(usage.ru_maxrss)}")
  fflush(nil)
}
