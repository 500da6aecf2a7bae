internal import OrderedJSON

/// A page of HTML with the picture in it, and the specification for whoever wants to draw it anew.
enum ChartPage {
  static func html(_ drawing: Drawing) -> String {
    // The end of a script may not stand in its text.
    let specification = drawing.vegaLite.description.replacing("</", with: "<\\/")
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>"
      + SVGWriter.escaped(drawing.scene.title)
      + "</title>\n<style>@media (prefers-color-scheme: dark) { body { background: #181818 } }"
      + "</style>\n</head>\n<body>\n" + drawing.svg
      + "\n<script type=\"application/vnd.vegalite.v5+json\">" + specification
      + "</script>\n</body>\n</html>\n"
  }
}
