internal import OrderedJSON

extension Notebook {
  /// The notebook as a page of HTML that stands alone.
  package func page(title: String) -> String {
    var body = ""
    for (index, cell) in cells.enumerated() { body += cell.html(index: index) }
    return HTMLPage.text(title: title, body: body)
  }
}

extension Cell {
  /// The cell as HTML.
  package func html(index: Int) -> String {
    let name = "<section class=\"cell \(kind.rawValue)\" id=\"cell-\(index + 1)\">\n"
    switch kind {
    case .markdown: return name + HTMLText.markdown(source) + "</section>\n"
    case .raw: return name + "<pre>\(HTMLText.escaped(source))</pre>\n</section>\n"
    case .code:
      let isHidden = metadata["jupyter"]?["source_hidden"]?.bool ?? hasTag("hide-input")
      let count = executionCount.map(String.init) ?? " "
      let input =
        isHidden || source.isEmpty
        ? ""
        : "<div class=\"input\"><span class=\"count\">[\(count)]</span>"
          + "<pre><code>\(HTMLText.escaped(source))</code></pre></div>\n"
      let shown = outputs.map(\.html).joined()
      return name + input + (shown.isEmpty ? "" : "<div class=\"outputs\">\n\(shown)</div>\n")
        + "</section>\n"
    }
  }
}

/// The frame of our pages.
package enum HTMLPage {
  /// A whole page. Where `forbidsScripts`, nothing within it can run.
  package static func text(title: String, body: String, forbidsScripts: Bool = false) -> String {
    let policy =
      forbidsScripts
      ? "<meta http-equiv=\"Content-Security-Policy\" "
        + "content=\"default-src 'none'; img-src data: https:; style-src 'unsafe-inline'; "
        + "font-src data:\">\n" : ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      \(policy)<meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(HTMLText.escaped(title))</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      \(body)</body>
      </html>

      """
  }

  private static let style = """
    :root { color-scheme: light dark; }
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
    pre, code { font: 13px/1.45 ui-monospace, monospace; }
    pre { margin: 0; padding: .5rem .75rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
    .input { display: flex; background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 4px; }
    .input pre { flex: 1; }
    .count { font: 12px/1.45 ui-monospace, monospace; opacity: .6; padding: .6rem 0 0 .6rem; }
    .cell { margin: 1rem 0; }
    .outputs { padding-left: 1rem; overflow-x: auto; }
    .outputs img, .outputs svg { max-width: 100%; height: auto; }
    .stderr { background: color-mix(in srgb, #d97706 12%, transparent); }
    .error { background: color-mix(in srgb, #dc2626 12%, transparent); }
    table { border-collapse: collapse; }
    th, td { padding: .2rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); text-align: left; }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
    .ok { color: #15803d; } .failed { color: #dc2626; } .quiet { opacity: .65; }
    .ansi-bold { font-weight: bold; } .ansi-red { color: #dc2626; } .ansi-green { color: #15803d; }
    .ansi-yellow { color: #a16207; } .ansi-blue { color: #2563eb; } .ansi-magenta { color: #a21caf; }
    .ansi-cyan { color: #0e7490; } .ansi-white { opacity: .8; }
    """
}
