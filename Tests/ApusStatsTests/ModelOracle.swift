import ApusFrame
import ApusStats
import Foundation
import Testing

/// Numbers of other programs for models, made by the scripts in Fixtures/oracle.
struct ModelOracle {
  let content: [String: Any]

  init(_ name: String) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/\(name).json")
    let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    content = try #require(parsed as? [String: Any])
  }

  init(content: [String: Any]) { self.content = content }

  /// The part of a name.
  func part(_ name: String) throws -> ModelOracle {
    ModelOracle(content: try #require(content[name] as? [String: Any]))
  }

  func parts(_ name: String) throws -> [ModelOracle] {
    try #require(content[name] as? [[String: Any]]).map { ModelOracle(content: $0) }
  }

  func number(_ name: String) throws -> Double {
    try #require((content[name] as? NSNumber)?.doubleValue)
  }

  func numbers(_ name: String) throws -> [Double] {
    try #require(content[name] as? [NSNumber]).map(\.doubleValue)
  }

  func texts(_ name: String) throws -> [String] { try #require(content[name] as? [String]) }
  func text(_ name: String) throws -> String { try #require(content[name] as? String) }

  /// The columns of a part as a frame; numbers and texts, null where there is none.
  func frame(_ name: String) throws -> DataFrame {
    let columns = try #require(content[name] as? [String: [Any]])
    return try DataFrame(
      columns: columns.keys.sorted().map { key in
        let values = columns[key] ?? []
        if values.contains(where: { $0 is String }) {
          return AnyColumn(name: key, AnyColumn(values.map { $0 as? String }))
        }
        return AnyColumn(name: key, AnyColumn(values.map { ($0 as? NSNumber)?.doubleValue }))
      })
  }
}

/// Holds numbers against others with a relative tolerance, and an absolute one near 0.
func expectClose(
  _ found: [Double], _ wanted: [Double], rtol: Double = 1e-9, atol: Double = 1e-12,
  _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == wanted.count, "\(what)", sourceLocation: sourceLocation)
  for (place, pair) in zip(found, wanted).enumerated() {
    #expect(
      abs(pair.0 - pair.1) <= atol + rtol * abs(pair.1),
      "\(what)[\(place)]: \(pair.0), wanted \(pair.1)", sourceLocation: sourceLocation)
  }
}

/// The error of a call, as text.
func errorText(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

extension FittedModel {
  /// The coefficients in the order of another program's names, as they are written here; as they
  /// stand when the names do not agree.
  func coefficients(inOrder names: [String]) -> [Coefficient] {
    let written = names.map { name in
      name.replacingOccurrences(of: "'", with: "\"").replacingOccurrences(of: "np.", with: "")
        .replacingOccurrences(of: " ** ", with: "^").replacingOccurrences(of: ".0]", with: "]")
    }
    let found = written.compactMap { name in coefficients.first { $0.name == name } }
    return found.count == coefficients.count ? found : coefficients
  }
}
