/// What a result shows of itself: a title, facts, tables and remarks, as text and as HTML.
public struct StatsCard: Sendable, Equatable, CustomStringConvertible {
  /// A table of texts; the first column is aligned left, the others right.
  public struct Table: Sendable, Equatable {
    /// What stands above the columns.
    public var header: [String]
    /// The rows, each as long as the header.
    public var rows: [[String]]

    /// A table of these rows.
    public init(header: [String], rows: [[String]]) {
      self.header = header
      self.rows = rows
    }
  }

  /// What the result is, such as `Welch's t-test`.
  public var title: String
  /// Names and values, in order.
  public var facts: [(name: String, value: String)]
  /// Tables below the facts.
  public var tables: [Table]
  /// Remarks, such as assumptions that were checked and rows that were left out.
  public var notes: [String]

  /// A card of these parts.
  public init(
    title: String, facts: [(name: String, value: String)] = [], tables: [Table] = [],
    notes: [String] = []
  ) {
    self.title = title
    self.facts = facts
    self.tables = tables
    self.notes = notes
  }

  /// Whether two cards show the same.
  public static func == (one: StatsCard, other: StatsCard) -> Bool {
    one.title == other.title && one.tables == other.tables && one.notes == other.notes
      && one.facts.elementsEqual(other.facts, by: ==)
  }

  /// The card as text.
  public var description: String {
    var lines = [title, String(repeating: "─", count: title.count)]
    let width = facts.map(\.name.count).max() ?? 0
    for fact in facts { lines.append(padded(fact.name, to: width) + "  " + fact.value) }
    for table in tables {
      if lines.count > 2 { lines.append("") }
      lines += Self.lines(of: table)
    }
    if !notes.isEmpty {
      lines.append("")
      lines += notes
    }
    return lines.joined(separator: "\n")
  }

  private static func lines(of table: Table) -> [String] {
    let all = [table.header] + table.rows
    let widths = table.header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + space : space + row[column]
      }.joined(separator: "  ")
    }
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: width - text.count)
  }
}

/// A result that shows itself as a card.
public protocol StatsResult: Sendable, CustomStringConvertible {
  /// What the result shows.
  var card: StatsCard { get }
}

extension StatsResult {
  /// The card as text.
  public var description: String { card.description }
}
