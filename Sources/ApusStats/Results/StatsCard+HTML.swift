extension StatsCard {
  /// The card as HTML; styles are written into the elements, since frontends drop style sheets.
  public var html: String {
    var html = "<div class=\"apus-card\" style=\"overflow-x:auto\">\n"
    html += "<p><strong>\(Self.escaped(title))</strong></p>\n"
    if !facts.isEmpty {
      html += "<table>\n<tbody>\n"
      for fact in facts {
        html +=
          "<tr><th style=\"text-align:left\">\(Self.escaped(fact.name))</th>"
          + "<td style=\"text-align:right\">\(Self.escaped(fact.value))</td></tr>\n"
      }
      html += "</tbody>\n</table>\n"
    }
    for table in tables { html += Self.html(of: table) }
    for note in notes { html += "<p style=\"font-size:90%\">\(Self.escaped(note))</p>\n" }
    return html + "</div>"
  }

  private static func html(of table: Table) -> String {
    func cells(_ row: [String], as tag: String) -> String {
      row.enumerated().map { column, text in
        "<\(tag) style=\"text-align:\(column == 0 ? "left" : "right")\">\(escaped(text))</\(tag)>"
      }.joined()
    }
    var html = "<table>\n<thead>\n<tr>\(cells(table.header, as: "th"))</tr>\n</thead>\n<tbody>\n"
    for row in table.rows { html += "<tr>\(cells(row, as: "td"))</tr>\n" }
    return html + "</tbody>\n</table>\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
    return result
  }
}
