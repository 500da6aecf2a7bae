extension DataFrame {
  /// The frame as an HTML table: types under names, nulls marked, the middle of long frames left
  /// out, the shape below. Styles are written into the elements, since frontends drop style sheets.
  public var htmlTable: String { TableWindow(self).html }
}

extension TableWindow {
  var html: String {
    let window = self
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
      let shade = column.shades.isEmpty ? nil : column.shades[row]
      html +=
        "<td style=\"\(alignment(of: column));white-space:pre\(ground(shade))\">\(content)</td>"
    }
    return html + "</tr>\n"
  }

  /// A transparent blue: it is seen on light and dark pages.
  private static func ground(_ shade: Double?) -> String {
    guard let shade else { return "" }
    return ";background:rgba(76,120,168,0.\(Int(10 + shade * 55)))"
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
