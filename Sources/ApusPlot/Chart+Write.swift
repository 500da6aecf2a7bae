public import ApusFrame
internal import Glibc
internal import OrderedJSON

/// Makes files of other forms, by the ending of their names: where a library is needed for them.
package enum ChartFiles {
  /// Bytes of a scene as SVG, for an ending such as `png`; nil where the ending is not known.
  package typealias Maker = @Sendable (Drawing) throws(FrameError) -> [UInt8]

  /// What is made without any library.
  static func bytes(_ drawing: Drawing, _ ending: String) -> [UInt8]? {
    switch ending {
    case "svg": return Array((drawing.svg + "\n").utf8)
    case "json", "vl": return JSONWriter(indent: 1).bytes(of: drawing.vegaLite) + [10]
    case "html": return Array(html(drawing).utf8)
    default: return nil
    }
  }

  /// A page with the picture in it, and the specification for whoever wants to draw it anew.
  private static func html(_ drawing: Drawing) -> String {
    let specification = drawing.vegaLite.description.split(separator: "</").joined(
      separator: "<\\/")
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>"
      + SVGWriter.escaped(drawing.scene.title)
      + "</title>\n<style>@media (prefers-color-scheme: dark) { body { background: #181818 } }"
      + "</style>\n</head>\n<body>\n" + drawing.svg
      + "\n<script type=\"application/vnd.vegalite.v5+json\">" + specification
      + "</script>\n</body>\n</html>\n"
  }

  /// Writes bytes beside `path` and renames them to it.
  static func replace(_ path: String, _ bytes: [UInt8], place: String) throws(FrameError) {
    func failure() -> FrameError {
      FrameError(
        code: .fileAccess, what: "\(path): \(String(cString: strerror(errno)))", place: place,
        mend: "check the folder and its rights")
    }
    var template = Array("\(path).XXXXXX".utf8CString)
    let file = mkstemp(&template)
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard file >= 0 else { throw failure() }
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(file, buffer.baseAddress?.advanced(by: start), buffer.count - start)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failure()
        close(file)
        unlink(temporary)
        throw error
      }
      start += count
    }
    // mkstemp lets only its owner read; a picture is as open as other files.
    let mask = umask(0)
    umask(mask)
    guard fchmod(file, 0o666 & ~mask) == 0, close(file) == 0, rename(temporary, path) == 0 else {
      let error = failure()
      unlink(temporary)
      throw error
    }
  }
}

extension Chart {
  /// Writes the chart to a file, in the form that its ending names: `.svg`, `.html`, or `.json` for
  /// the specification of Vega-Lite. The file is complete or as it was.
  public func write(_ path: String) throws(FrameError) {
    try write(path, makers: [:])
  }

  /// Like `write(_:)`, with makers for more endings.
  package func write(_ path: String, makers: [String: ChartFiles.Maker]) throws(FrameError) {
    let place = "write(\"\(path)\")"
    let name = path.split(separator: "/").last ?? ""
    let ending = name.contains(".") ? name.split(separator: ".").last?.lowercased() ?? "" : ""
    let known = ["svg", "html", "json"] + makers.keys.sorted()
    guard known.contains(ending) || ending == "vl" else {
      throw FrameError(
        code: .badValue, what: ending.isEmpty ? "a file without an ending" : "a file .\(ending)",
        place: place, mend: "choose one of .\(known.joined(separator: ", ."))")
    }
    let drawing = try drawn()
    if let bytes = ChartFiles.bytes(drawing, ending) {
      try ChartFiles.replace(path, bytes, place: place)
    } else if let maker = makers[ending] {
      try ChartFiles.replace(path, try maker(drawing), place: place)
    }
  }
}
