// Usage: apus-bench-stats FOLDER. Then a question a line on standard input; the answer is a line of
// JSON: the time of the work itself, and numbers that tell how good the fit is. The data are what
// make_data.py wrote.
import Apus
import Glibc

func now(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

guard CommandLine.arguments.count == 2 else {
  print("usage: apus-bench-stats FOLDER")
  exit(2)
}
let data = BenchData(folder: CommandLine.arguments[1])
print("ready")
fflush(nil)

while let line = readLine() {
  guard let question = questions.first(where: { $0.name == line }) else {
    print("{\"error\": \"no question\"}")
    fflush(nil)
    continue
  }
  let work = try question.prepare(data)
  let (wall, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
  let quality = try work()
  let (wallEnd, processorEnd) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
  let numbers = try quality()
  print(
    "{\"q\": \"\(line)\", \"wall\": \(wallEnd - wall), \"cpu\": \(processorEnd - processor), "
      + "\"quality\": \(numbers)}")
  fflush(nil)
}
