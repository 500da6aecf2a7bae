// Usage: apus-bench-plot TABLE.parquet FOLDER. Then a question a line on standard input; the answer
// is a line of JSON: seconds to the finished SVG, bytes of a notebook cell's output, and numbers
// that altair's answer must have too.
import Apus
import Glibc

func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  print("usage: apus-bench-plot TABLE.parquet FOLDER")
  exit(2)
}
let table = try DataFrame(parquet: arguments[1])

/// A picture, and the frame whose numbers are compared where these are no counts.
typealias Picture = (chart: Chart, drawn: DataFrame?)

let questions: [(name: String, picture: () throws -> Picture)] = [
  ("histogram", { (try table.histogram("x"), nil) }),
  ("density", { (try table.scatter(x: "x", y: "y"), nil) }),
  (
    "line",
    {
      let means = try table.grouped(by: "day").aggregate(mean("y").as("y"))
      return (try means.line(x: "day", y: "y"), means)
    }
  ),
  (
    "lines",
    {
      let means = try table.grouped(by: "day", "kind").aggregate(mean("y").as("y"))
      return (try means.line(x: "day", y: "y", color: "kind"), means)
    }
  ),
  ("bars", { (try table.bar("group", mean: "y"), nil) }),
  ("stacks", { (try table.bar("group", color: "kind"), nil) }),
  ("box", { (try table.box("y", by: "group"), nil) }),
]

/// All rows of data in a specification, wherever they stand.
func rows(of spec: JSON) -> [JSON] {
  if let values = spec["values"]?.array { return values }
  if let list = spec.array { return list.flatMap(rows) }
  return spec.object.map { object in object.flatMap { rows(of: $0.value) } } ?? []
}

/// The numbers that the picture shows under a name.
func shown(_ names: [String], _ chart: Chart) -> [Double] {
  rows(of: chart.vegaLite).compactMap { row in
    for name in names { if let number = row[name]?.double { return number } }
    return nil
  }
}

func check(_ question: String, _ picture: Picture) throws -> [Double] {
  if let drawn = picture.drawn {
    let values = try drawn["y", as: Double.self].compactMap { $0 }
    return [values.reduce(0, +) / Double(values.count), Double(values.count)]
  }
  switch question {
  case "bars":
    let values = shown(["mean"], picture.chart)
    return [values.reduce(0, +) / Double(values.count), Double(values.count)]
  case "box":
    return [shown(["median", "mid_box_y"], picture.chart).min() ?? .nan]
  default:
    let counts = shown(["count", "rows"], picture.chart).filter { $0 > 0 }
    return [counts.reduce(0, +), Double(counts.count)]
  }
}

print("ready")
fflush(nil)

while let line = readLine() {
  guard let question = questions.first(where: { $0.name == line }) else {
    print("{\"error\": \"no question\"}")
    fflush(nil)
    continue
  }
  let start = now()
  let picture = try question.picture()
  try picture.chart.write("\(arguments[2])/ours-\(line).svg")
  let wall = now() - start
  let bundle = picture.chart.displayBundle.representations.values.reduce(0) { sum, content in
    switch content {
    case .text(let text): sum + JSON.string(text).description.utf8.count
    case .json(let json): sum + json.description.utf8.count
    case .bytes(let bytes): sum + bytes.count
    }
  }
  let numbers = try check(line, picture)
  print(
    "{\"q\": \"\(line)\", \"wall\": \(wall), \"bytes\": \(bundle), \"check\": \(numbers)}")
  fflush(nil)
}
