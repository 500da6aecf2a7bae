/// Several models side by side: estimates with stars, standard errors below, facts on the fits.
public struct ModelTable: StatsResult {
  /// The names above the columns.
  public let names: [String]
  /// The design's columns, in the order in which the models bring them.
  public let coefficients: [String]
  private let cells: [[Coefficient?]]
  private let facts: [(name: String, values: [String])]

  /// A table of models; `names` are `(1)`, `(2)`, … unless they are given.
  public init(_ models: [any FittedModel], names: [String]? = nil) throws(StatsError) {
    if let names, names.count != models.count {
      throw StatsError(
        code: .shapeMismatch, what: "\(names.count) names for \(models.count) models",
        place: "ModelTable(…)", mend: "give each model a name")
    }
    self.names = names ?? models.indices.map { "(\($0 + 1))" }
    var columns: [String] = []
    for name in models.flatMap({ $0.coefficients.map(\.name) }) where !columns.contains(name) {
      columns.append(name)
    }
    coefficients = columns
    cells = columns.map { name in
      models.map { model in model.coefficients.first { $0.name == name } }
    }
    var rows: [(name: String, values: [String])] = [
      ("model", models.map(\.modelName)), ("response", models.map(\.response)),
      ("rows", models.map { "\($0.rowCount)" }),
    ]
    var factNames: [String] = []
    for name in models.flatMap({ $0.fitFacts.map(\.name) }) where !factNames.contains(name) {
      factNames.append(name)
    }
    for name in factNames {
      rows.append(
        (
          name,
          models.map { model in
            model.fitFacts.first { $0.name == name }.map { NumberText.short($0.value, digits: 5) }
              ?? ""
          }
        ))
    }
    facts = rows
  }

  private static func stars(_ p: Double) -> String {
    p < 0.001 ? "***" : p < 0.01 ? "**" : p < 0.05 ? "*" : ""
  }

  /// The rows as texts: an estimate, below it the error, then the facts.
  private var lines: [[String]] {
    var lines: [[String]] = []
    for (name, row) in zip(coefficients, cells) {
      lines.append(
        [name]
          + row.map { cell in
            cell.map { NumberText.short($0.estimate) + Self.stars($0.pValue) } ?? ""
          })
      lines.append(
        [""] + row.map { $0.map { "(\(NumberText.short($0.standardError, digits: 3)))" } ?? "" })
    }
    return lines + facts.map { [$0.name] + $0.values }
  }

  private static let note = "* p < 0.05, ** p < 0.01, *** p < 0.001; standard errors in parentheses"

  /// The table as a card.
  public var card: StatsCard {
    StatsCard(
      title: "Models", tables: [.init(header: [""] + names, rows: lines)], notes: [Self.note])
  }

  /// The table as Markdown.
  public var markdown: String {
    func line(_ cells: [String]) -> String {
      let escaped = cells.map { cell in
        String(cell.flatMap { "|*_`\\".contains($0) ? ["\\", $0] : [$0] })
      }
      return "| " + escaped.joined(separator: " | ") + " |"
    }
    let rule = "|---" + String(repeating: "|---:", count: names.count) + "|"
    let escaped = Self.note.flatMap { $0 == "*" ? ["\\", $0] : [$0] }
    return ([line([""] + names), rule] + lines.map(line)).joined(separator: "\n") + "\n\n"
      + String(escaped)
  }

  /// The table as LaTeX, for a document with the package booktabs.
  public var latex: String {
    func escaped(_ text: String) -> String {
      var result = ""
      for sign in text {
        switch sign {
        case "&", "%", "$", "#", "_", "{", "}": result += "\\\(sign)"
        case "~": result += "\\textasciitilde{}"
        case "^": result += "\\textasciicircum{}"
        case "\\": result += "\\textbackslash{}"
        case "²": result += "$^2$"
        case "<": result += "$<$"
        default: result.append(sign)
        }
      }
      return result
    }
    func line(_ cells: [String]) -> String {
      cells.map(escaped).joined(separator: " & ") + " \\\\"
    }
    let count = coefficients.count * 2
    let all = lines
    return
      (["\\begin{tabular}{l\(String(repeating: "r", count: names.count))}", "\\toprule"]
      + [line([""] + names), "\\midrule"] + all.prefix(count).map(line) + ["\\midrule"]
      + all.dropFirst(count).map(line) + ["\\bottomrule", "\\end{tabular}"])
      .joined(separator: "\n")
  }

  /// The table as HTML.
  public var html: String { card.html }
}

/// Several models side by side.
public func compare(
  _ models: any FittedModel..., names: [String]? = nil
) throws(StatsError) -> ModelTable {
  try ModelTable(models, names: names)
}
