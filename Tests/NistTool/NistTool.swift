import ApusFrame
import ApusStats
import Foundation

/// Prints what ApusStats computes of NIST's Statistical Reference Datasets, a line a number: family,
/// set, quantity, place, value. scripts/nist turns them into digits.
///
///     nist-tool FOLDER
@main
struct NistTool {
  let folder: String

  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      throw StatsError(code: .badOption, what: "no folder", place: "nist-tool FOLDER")
    }
    let tool = NistTool(folder: CommandLine.arguments[1])
    try tool.univariate()
    try tool.anova()
    try tool.linear()
    try tool.nonlinear()
  }

  private func file(_ name: String) throws -> StrdFile { try StrdFile("\(folder)/\(name).dat") }

  private func put(_ family: String, _ name: String, _ quantity: String, _ values: [Double]) {
    for (place, value) in values.enumerated() {
      print(family, name, quantity, place, value, separator: "\t")
    }
  }

  private func univariate() throws {
    let names = [
      "PiDigits", "Lottery", "Lew", "Mavro", "Michelso", "NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4",
    ]
    for name in names {
      let sample = try file(name).sample
      put("univariate", name, "mean", [PreciseSums.mean(sample).high])
      put("univariate", name, "sd", [PreciseSums.standardDeviation(sample)])
      put("univariate", name, "r1", [PreciseSums.autocorrelation(sample, lag: 1)])
    }
  }

  private func anova() throws {
    let names = [
      "SiRstv", "AtmWtAg", "SmLs01", "SmLs02", "SmLs03", "SmLs04", "SmLs05", "SmLs06", "SmLs07",
      "SmLs08", "SmLs09",
    ]
    for name in names {
      var groups: [String: [Double]] = [:]
      for row in try file(name).table { groups[row[0], default: []].append(Double(row[1]) ?? .nan) }
      let samples = groups.keys.sorted().compactMap { groups[$0] }
      let (between, within) = PreciseSums.groupSquares(samples)
      let count = samples.reduce(0) { $0 + $1.count }
      let above = between.high / Double(samples.count - 1)
      put("anova", name, "f", [above / (within.high / Double(count - samples.count))])
    }
  }

  private func linear() throws {
    let polynomials = [
      "Norris": 1, "Pontius": 2, "Filip": 10, "Wampler1": 5, "Wampler2": 5, "Wampler3": 5,
      "Wampler4": 5, "Wampler5": 5,
    ]
    for name in [
      "Norris", "Pontius", "NoInt1", "NoInt2", "Filip", "Longley", "Wampler1", "Wampler2",
      "Wampler3", "Wampler4", "Wampler5",
    ] {
      let table = try file(name).table.map { $0.compactMap(Double.init) }
      var columns = [AnyColumn(name: "y", AnyColumn(table.map { $0[0] }))]
      for place in 1..<table[0].count {
        columns.append(AnyColumn(name: "x\(place)", AnyColumn(table.map { $0[place] })))
      }
      let frame = try DataFrame(columns: columns)
      var terms = frame.columnNames.dropFirst().map { $0 }
      if name.hasPrefix("NoInt") { terms.append("-1") }
      if let degree = polynomials[name], degree > 1 {
        terms += (2...degree).map { "I(x1^\($0))" }
      }
      let model = try OLS(
        "y ~ \(terms.joined(separator: " + ").replacing("+ -1", with: "- 1"))", data: frame)
      put("linear", name, "b", model.coefficients.map(\.estimate))
      put("linear", name, "se", model.coefficients.map(\.standardError))
    }
  }

  private func nonlinear() throws {
    for (name, model) in nonlinearModels.sorted(by: { $0.key < $1.key }) {
      let file = try file(name)
      let table = file.table
      var response = table.map { Decimal128.exact($0[0]) }
      var columns = [AnyColumn(name: "y", AnyColumn(response))]
      if name == "Nelson" {
        let logs = response.map { $0.map { Foundation.log($0.double) } }
        columns = [AnyColumn(name: "y", AnyColumn(logs))]
        response = []
      }
      for place in 1..<table[0].count {
        let values = table.map { Decimal128.exact($0[place]) }
        columns.append(AnyColumn(name: "x\(place)", AnyColumn(values)))
      }
      let frame = try DataFrame(columns: columns)
      let predictors = Array(frame.columnNames.dropFirst())
      for which in 0..<2 {
        do {
          let fit = try NonlinearLeastSquares(
            "y", on: predictors, data: frame, startValues: file.start(which), model: model)
          put("nonlinear", name, "b\(which + 1)", fit.coefficients.map(\.estimate))
          put("nonlinear", name, "se\(which + 1)", fit.coefficients.map(\.standardError))
        } catch {
          FileHandle.standardError.write(Data("\(name), start \(which + 1): \(error)\n".utf8))
        }
      }
    }
  }
}
