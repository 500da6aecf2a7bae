extension DataFrame {
  /// The frame as an HTML table: types under names, nulls marked, the middle of long frames left
  /// out, the shape below. Styles are written into the elements, since frontends drop style sheets.
  public var htmlTable: String {
    let window = TableWindow(self)
    var html = "<div class=\"apus-frame\" style=\"overflow-x:auto\">\n<table>\n<thead>\n<tr>"
    for (place, column) in window.columns.enumerated() {
      if place == window.columnGap { html += "<th>…</th>" }
      html +=
        "<th style=\"\(TableHTML.alignment(of: column))\">\(TableHTML.escaped(column.name))"
        + "<br><span style=\"\(TableHTML.typeStyle)\">\(column.type)</span></th>"
    }
    html += "</tr>\n</thead>\n<tbody>\n"
    for row in 0..<window.rowCount {
      if row == window.rowGap { html += TableHTML.gapRow(of: window) }
      html += TableHTML.row(row, of: window)
    }
    return html + "</tbody>\n</table>\n<p class=\"apus-shape\">\(window.shape)</p>\n</div>"
  }
}

enum TableHTML {
  static let typeStyle = "font-weight:normal;font-size:85%;opacity:0.65"
  static let nullMark =
    "<span class=\"apus-null\" style=\"opacity:0.5;font-style:italic\">null</span>"

  static func alignment(of column: TableWindow.ShownColumn) -> String {
    "text-align:\(column.isRightAligned ? "right" : "left")"
  }

  static func row(_ row: Int, of window: TableWindow) -> String {
    var html = "<tr>"
    for (place, column) in window.columns.enumerated() {
      if place == window.columnGap { html += "<td>…</td>" }
      let content = column.cells[row].map(escaped) ?? nullMark
      html += "<td style=\"\(alignment(of: column));white-space:pre\">\(content)</td>"
    }
    return html + "</tr>\n"
  }

  static func gapRow(of window: TableWindow) -> String {
    let count = window.columns.count + (window.columnGap == nil ? 0 : 1)
    return "<tr>" + String(repeating: "<td style=\"text-align:center\">…</td>", count: count)
      + "</tr>\n"
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // JupyterLab typesets what stands between dollar signs.
      case "$": result += "&#36;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
