public import ApusFrame
internal import OrderedJSON

extension Chart {
  /// The kinds of file that a chart is written to, by the ends of their names.
  private enum FileKind: String, CaseIterable {
    case svg, png, pdf, html, json
  }

  /// Writes the chart to a file: `.svg`; `.png` and `.pdf`, for which librsvg and cairo are opened;
  /// `.html` is a page with the SVG, `.json` the Vega-Lite specification. The file is there whole or not at all.
  ///
  ///     try chart.write("delays.svg")
  ///     try chart.write("delays.png", scale: 3)
  ///
  /// - Parameter scale: pixels of a PNG for one of the SVG's; for a PDF the size of the page.
  /// - Throws: `FrameError` where the chart cannot be drawn, the name ends otherwise, the folder cannot be written to, or a
  ///   library is missing; it names the Debian packages.
  public func write(_ path: String, scale: Double? = nil) throws(FrameError) {
    let place = "write(\"\(path)\")"
    let ending = path.lastIndex(of: ".").map { path[path.index(after: $0)...].lowercased() }
    guard let kind = ending.flatMap(FileKind.init) else {
      throw FrameError(
        code: .badValue, what: "\"\(path)\" does not say what kind of file it is", place: place,
        mend: "end it with "
          + FileKind.allCases.map { ".\($0.rawValue)" }.joined(separator: ", "))
    }
    let drawing = try drawn()
    let bytes: [UInt8]
    switch kind {
    case .svg: bytes = Array(drawing.svg.utf8)
    case .png: bytes = try PictureDrawing(drawing.svg, scale: scale ?? 2, in: place).png()
    case .pdf: bytes = try PictureDrawing(drawing.svg, scale: scale ?? 1, in: place).pdf()
    case .html: bytes = Array(ChartPage.html(drawing).utf8)
    case .json: bytes = Array((drawing.vegaLite.description + "\n").utf8)
    }
    try AtomicFile.write(to: path, place: place) { file throws(FrameError) in try file.write(bytes)
    }
  }

  /// The bytes of a PNG of the chart, on white; `scale` is pixels for one of the SVG's.
  /// - Throws: `FrameError` where librsvg or cairo is missing.
  public func png(scale: Double = 2) throws(FrameError) -> [UInt8] {
    try PictureDrawing(svg, scale: scale, in: "png(scale:)").png()
  }

  /// The bytes of a PDF of the chart, one page in its size.
  /// - Throws: `FrameError` where librsvg or cairo is missing.
  public func pdf(scale: Double = 1) throws(FrameError) -> [UInt8] {
    try PictureDrawing(svg, scale: scale, in: "pdf(scale:)").pdf()
  }
}
