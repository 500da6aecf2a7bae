/// SVG written element by element.
struct SVGText {
  private(set) var text: String

  init(width: Double, height: Double) {
    let (width, height) = (PlotNumber.coordinate(width), PlotNumber.coordinate(height))
    text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
      + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" font-size=\"11\">\n"
      + "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>\n"
  }

  /// The whole document.
  var document: String { text + "</svg>" }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String) {
    text +=
      "<line x1=\"\(PlotNumber.coordinate(x1))\" y1=\"\(PlotNumber.coordinate(y1))\" "
      + "x2=\"\(PlotNumber.coordinate(x2))\" y2=\"\(PlotNumber.coordinate(y2))\" "
      + "stroke=\"\(color)\"/>\n"
  }

  mutating func bar(
    x: Double, y: Double, width: Double, height: Double, color: String, hint: String
  ) {
    text +=
      "<rect class=\"bar\" x=\"\(PlotNumber.coordinate(x))\" y=\"\(PlotNumber.coordinate(y))\" "
      + "width=\"\(PlotNumber.coordinate(width))\" height=\"\(PlotNumber.coordinate(height))\" "
      + "fill=\"\(color)\"><title>\(SVGText.escaped(hint))</title></rect>\n"
  }

  mutating func point(x: Double, y: Double, color: String) {
    text +=
      "<circle class=\"point\" cx=\"\(PlotNumber.coordinate(x))\" "
      + "cy=\"\(PlotNumber.coordinate(y))\" r=\"3\" fill=\"\(color)\" fill-opacity=\"0.7\"/>\n"
  }

  mutating func path(_ places: [(x: Double, y: Double)], color: String) {
    let points = places.map { "\(PlotNumber.coordinate($0.x)),\(PlotNumber.coordinate($0.y))" }
    text +=
      "<polyline class=\"line\" points=\"\(points.joined(separator: " "))\" fill=\"none\" "
      + "stroke=\"\(color)\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n"
  }

  mutating func swatch(x: Double, y: Double, color: String) {
    text +=
      "<rect x=\"\(PlotNumber.coordinate(x))\" y=\"\(PlotNumber.coordinate(y))\" width=\"10\" "
      + "height=\"10\" fill=\"\(color)\"/>\n"
  }

  /// A line of text; `attributes` hold its anchor, weight or turn.
  mutating func label(_ content: String, x: Double, y: Double, _ attributes: String = "") {
    text +=
      "<text x=\"\(PlotNumber.coordinate(x))\" y=\"\(PlotNumber.coordinate(y))\" "
      + "fill=\"#333333\"\(attributes.isEmpty ? "" : " " + attributes)>"
      + "\(SVGText.escaped(content))</text>\n"
  }

  /// Text for XML; control characters, which XML forbids, become spaces.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default:
        if scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff {
          result += " "
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// At most `count` characters.
  static func shortened(_ text: String, to count: Int) -> String {
    text.count > count ? text.prefix(count - 1) + "…" : text
  }
}
