@_implementationOnly import Glibc

/// Writes a scene as an SVG document that needs nothing else: the same scene, the same bytes. Words
/// and lines follow the page's light or dark scheme.
struct SVGWriter {
  private(set) var text = ""

  static func document(_ scene: Scene) -> String {
    var writer = SVGWriter()
    let (width, height) = (number(scene.width), number(scene.height))
    writer.text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"apus-plot\" role=\"img\" "
      + "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
      + "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"10\">\n"
      + "<title>\(escaped(scene.title))</title>\n<desc>\(escaped(scene.description))</desc>\n"
      + style
      + "<rect class=\"page\" width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>\n"
    for node in scene.nodes { writer.write(node) }
    return writer.text + "</svg>"
  }

  private static let style =
    "<style>\n@media (prefers-color-scheme: dark) {\n"
    + ".apus-plot .page { fill: #181818 }\n.apus-plot .ink { fill: #dddddd }\n"
    + ".apus-plot .faint { fill: #aaaaaa }\n.apus-plot .line-ink { stroke: #bbbbbb }\n"
    + ".apus-plot .axis { stroke: #888888 }\n.apus-plot .grid { stroke: #3a3a3a }\n}\n</style>\n"

  private static func number(_ value: Double) -> String { PlotNumber.coordinate(value) }

  private mutating func write(_ node: SceneNode) {
    switch node {
    case .group(let x, let y, let name, let clip, let nodes):
      guard !nodes.isEmpty else { return }
      let move =
        x == 0 && y == 0
        ? "" : " transform=\"translate(\(SVGWriter.number(x)),\(SVGWriter.number(y)))\""
      text += "<g class=\"\(name)\"\(move)>\n"
      if let clip {
        text +=
          "<svg width=\"\(SVGWriter.number(clip.width))\" "
          + "height=\"\(SVGWriter.number(clip.height))\" overflow=\"hidden\">\n"
      }
      for node in nodes { write(node) }
      if clip != nil { text += "</svg>\n" }
      text += "</g>\n"
    case .rect(let x, let y, let width, let height, let paint, let hint):
      element(
        "rect",
        "x=\"\(SVGWriter.number(x))\" y=\"\(SVGWriter.number(y))\" "
          + "width=\"\(SVGWriter.number(Swift.max(width, 0)))\" "
          + "height=\"\(SVGWriter.number(Swift.max(height, 0)))\"", paint, hint)
    case .symbol(let x, let y, let area, let symbol, let paint, let hint):
      if symbol == .circle {
        let radius = (area / Double.pi).squareRoot()
        element(
          "circle",
          "cx=\"\(SVGWriter.number(x))\" cy=\"\(SVGWriter.number(y))\" "
            + "r=\"\(SVGWriter.number(radius))\"", paint, hint)
      } else {
        element("path", "d=\"\(SVGPath.symbol(symbol, x, y, area))\"", paint, hint)
      }
    case .curve(let points, let baseline, let interpolation, let isSideways, let paint, let hint):
      let path = SVGPath.curve(points, baseline, interpolation, isSideways: isSideways)
      guard !path.isEmpty else { return }
      element("path", "d=\"\(path)\"", paint, hint)
    case .arc(let x, let y, let inner, let outer, let from, let to, let paint, let hint):
      element(
        "path", "d=\"\(SVGPath.arc(x, y, inner, outer, from, to))\" stroke=\"#ffffff\"", paint, hint
      )
    case .rule(let from, let to, let paint, let hint):
      element(
        "line",
        "x1=\"\(SVGWriter.number(from.x))\" y1=\"\(SVGWriter.number(from.y))\" "
          + "x2=\"\(SVGWriter.number(to.x))\" y2=\"\(SVGWriter.number(to.y))\"", paint, hint)
    case .text(let x, let y, let words, let look): write(words, x, y, look)
    }
  }

  private mutating func element(
    _ tag: String, _ attributes: String, _ paint: Paint, _ hint: String?
  ) {
    text += "<\(tag) \(attributes)"
    if let role = paint.role { text += " class=\"\(role == .ink ? "line-ink" : role.rawValue)\"" }
    if let fill = paint.fill { text += " fill=\"\(SVGWriter.escaped(fill))\"" }
    if let stroke = paint.stroke {
      if paint.fill == nil, tag != "line" { text += " fill=\"none\"" }
      text += " stroke=\"\(SVGWriter.escaped(stroke))\""
      if paint.strokeWidth != 1 {
        text += " stroke-width=\"\(SVGWriter.number(paint.strokeWidth))\""
      }
      if !paint.dash.isEmpty {
        text += " stroke-dasharray=\"\(paint.dash.map(SVGWriter.number).joined(separator: ","))\""
      }
    }
    if paint.opacity != 1 { text += " opacity=\"\(SVGWriter.number(paint.opacity))\"" }
    if let hint {
      text += "><title>\(SVGWriter.escaped(hint))</title></\(tag)>\n"
    } else {
      text += "/>\n"
    }
  }

  private mutating func write(_ words: String, _ x: Double, _ y: Double, _ look: TextLook) {
    guard !words.isEmpty else { return }
    // Half the height of capitals below the middle.
    let foot = look.isMiddle ? look.size * 0.35 : 0
    text += "<text"
    if look.angle == 0 {
      text += " x=\"\(SVGWriter.number(x))\" y=\"\(SVGWriter.number(y + foot))\""
    } else {
      text +=
        " transform=\"translate(\(SVGWriter.number(x)),\(SVGWriter.number(y))) "
        + "rotate(\(SVGWriter.number(look.angle)))\" y=\"\(SVGWriter.number(foot))\""
    }
    if let fill = look.fill {
      text += " fill=\"\(SVGWriter.escaped(fill))\""
    } else {
      text += look.isFaint ? " class=\"faint\" fill=\"#666666\"" : " class=\"ink\" fill=\"#333333\""
    }
    if look.size != 10 { text += " font-size=\"\(SVGWriter.number(look.size))\"" }
    if look.isBold { text += " font-weight=\"bold\"" }
    if look.opacity != 1 { text += " opacity=\"\(SVGWriter.number(look.opacity))\"" }
    switch look.anchor {
    case .left: break
    case .center: text += " text-anchor=\"middle\""
    case .right: text += " text-anchor=\"end\""
    }
    text += ">\(SVGWriter.escaped(words))</text>\n"
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
}
