// Usage: apus-bench-frame FOLDER ROWS NULLS, rows as 1e6, nulls in percent. Then a question a line
// on standard input; the answer is a line of JSON.
import Apus
import Glibc

func now(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let rows = Double(arguments[2]) else {
  print("usage: apus-bench-frame FOLDER ROWS NULLS")
  exit(2)
}
let (folder, size, nulls) = (arguments[1], arguments[2], arguments[3])
let table = "\(folder)/G1_\(size)_1e2_\(nulls)_0.csv"

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
  try DataFrame(csv: "\(folder)/J1_\(size)_\(name)_0_0.csv")
}

var questions: [Question] = [
  Question("csv_read", sums("v1", "v3")) { try DataFrame(csv: table) },
  Question("parquet_read", sums("v1", "v3")) {
    try DataFrame(parquet: "\(folder)/G1_\(size)_1e2_\(nulls)_0.parquet")
  },
]
let x = try DataFrame(csv: table)
questions += groupQuestions(x) + rowQuestions(x)
if nulls == "0" {
  questions += joinQuestions(
    try joinTable("NA"), small: try joinTable(scientific(Swift.max(10, rows / 1e6))),
    medium: try joinTable(scientific(rows / 1e3)), big: try joinTable(size))
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
