internal import CellSyntax
internal import OrderedJSON

/// What a module is made of: one cell, or several that were queued together.
struct UnitSource: Sendable, Equatable {
  /// A cell of the unit.
  struct Part: Sendable, Equatable {
    var code: String
    var showsResult: Bool
    /// As in `RewrittenCell.qualifiers`.
    var qualifiers: [String: String]
    /// Statements after the cell that give up what it replaced.
    var releases: [String]
  }

  /// The lines before the first cell.
  var preamble: [String]
  var parts: [Part]

  /// The name under which the value of part `index`'s last expression is kept.
  static func resultName(_ index: Int) -> String {
    index == 0 ? CellRewriter.resultName : "\(CellRewriter.resultName)\(index)"
  }

  /// Where a part's text stands, for the compiler: a folder of its own, so that every cell's file
  /// has the same name.
  static func file(_ index: Int) -> String { "\(index)/Cell" }

  /// The part that `file` names, or `nil` if it is none.
  static func index(ofFile file: String) -> Int? {
    let parts = file.split(separator: "/")
    guard parts.count >= 2, parts.last == "Cell" else { return nil }
    return Int(parts[parts.count - 2])
  }

  func rewritten(_ index: Int) -> RewrittenCell {
    let part = parts[index]
    return CellRewriter.rewrite(
      part.code, showsResult: part.showsResult, resultName: Self.resultName(index)
    ) { part.qualifiers[$0] }
  }

  /// The text of the module. Cells after the first wait until they are asked for.
  var text: String { text(of: parts.indices.map(rewritten)) }

  /// The text of the module with `cells` in place of its own.
  func text(of cells: [RewrittenCell]) -> String {
    var text = preamble.map { $0 + "\n" }.joined()
    for (index, cell) in cells.enumerated() {
      if index > 0 { text += "__apus_next();\n" }
      text += "#sourceLocation(file: \"\(Self.file(index))\", line: 1)\n\(cell.body)\n"
      text += "#sourceLocation()\n"
      text += parts[index].releases.map { $0 + "\n" }.joined()
      if cell.isAsync { text += "await __apus_end()\n" }
    }
    return text
  }
}

extension UnitSource {
  var json: JSON {
    [
      "preamble": .array(preamble.map { .string($0) }),
      "parts": .array(
        parts.map { part in
          [
            "code": .string(part.code), "shows_result": .bool(part.showsResult),
            "qualifiers": .object(
              JSONObject(
                part.qualifiers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "releases": .array(part.releases.map { .string($0) }),
          ]
        }),
    ]
  }

  /// What `json` wrote; `nil` if it is something else.
  init?(_ json: JSON?) {
    guard let json, let preamble = json["preamble"]?.array, let parts = json["parts"]?.array
    else { return nil }
    self.preamble = preamble.compactMap(\.string)
    self.parts = []
    for part in parts {
      guard let code = part["code"]?.string, let showsResult = part["shows_result"]?.bool,
        let qualifiers = part["qualifiers"]?.object, let releases = part["releases"]?.array
      else { return nil }
      self.parts.append(
        Part(
          code: code, showsResult: showsResult,
          qualifiers: Dictionary(
            qualifiers.compactMap { key, value in value.string.map { (key, $0) } },
            uniquingKeysWith: { first, _ in first }),
          releases: releases.compactMap(\.string)))
    }
  }
}
