// Prints the sample charts as JSON lines, each {name, vegaLite, svg, scene}, for the comparison with
// the reference renderer in Tests/Conformance/test_plots.py. With a folder as argument it writes
// their SVG files there too.
import ApusFrame
import ApusPlot
import OrderedJSON

for (name, chart) in try SampleCharts().all() {
  let drawing = try chart.drawn()
  let again = try chart.drawn()
  guard drawing.svg == again.svg, drawing.vegaLite.description == again.vegaLite.description else {
    fatalError("\(name): two looks at one chart differ")
  }
  let object: JSONObject = [
    "name": .string(name), "vegaLite": drawing.vegaLite, "svg": .string(drawing.svg),
    "scene": drawing.sceneJSON,
  ]
  print(JSON.object(object).description)
  if CommandLine.arguments.count > 1 {
    try chart.write("\(CommandLine.arguments[1])/\(name).svg")
  }
}
