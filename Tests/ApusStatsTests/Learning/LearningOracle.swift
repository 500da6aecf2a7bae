import ApusFrame
import ApusStats
import Foundation
import Testing

/// What scikit-learn and scipy say, by Fixtures/oracle/make_learning.py.
struct LearningOracle {
  let numbers: [String: [Double]]

  init() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/oracle/learning.txt")
    var numbers: [String: [Double]] = [:]
    for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: "\t")
      guard parts.count == 2 else { continue }
      numbers[String(parts[0])] = parts[1].split(separator: " ").compactMap { Double($0) }
    }
    self.numbers = numbers
  }

  subscript(name: String) -> [Double] { numbers[name] ?? [] }

  /// The columns x0 to x3, n0 to n2, y and kind, of which the classes are texts.
  func frame() throws -> DataFrame {
    var columns = ["x0", "x1", "x2", "x3", "n0", "n1", "n2", "y"].map {
      AnyColumn(name: $0, AnyColumn(self[$0]))
    }
    columns.append(AnyColumn(name: "kind", AnyColumn(self["kind"].map { "\(Int($0))" })))
    columns.append(AnyColumn(name: "two", AnyColumn(self["kind"].map { $0 == 1 } as [Bool?])))
    return try DataFrame(columns: columns)
  }
}

let xNames = ["x0", "x1", "x2", "x3"]

/// Checks numbers one by one, to a relative and absolute tolerance.
func expectNear(
  _ found: [Double], _ wanted: [Double], _ tolerance: Double = 1e-9,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == wanted.count && !wanted.isEmpty, sourceLocation: sourceLocation)
  for (one, other) in zip(found, wanted) where abs(one - other) > tolerance * max(1, abs(other)) {
    Issue.record("\(one) is not \(other)", sourceLocation: sourceLocation)
    return
  }
}

extension Matrix {
  /// The numbers row by row.
  var byRows: [Double] { (0..<rowCount).flatMap { row($0) } }
}

extension DataFrame {
  /// The rows at a stride.
  func strided(_ step: Int, from first: Int = 0) throws -> DataFrame {
    taking(Array(stride(from: first, to: rowCount, by: step)))
  }
}
