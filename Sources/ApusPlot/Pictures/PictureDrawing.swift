internal import ApusFrame

@_implementationOnly import Glibc

/// An SVG drawn by librsvg.
struct PictureDrawing {
  let svg: String
  /// Pixels of the picture for one of the SVG's.
  let scale: Double
  private let library: PictureLibrary

  init(_ svg: String, scale: Double, in step: String) throws(FrameError) {
    guard scale > 0, scale <= 20 else {
      throw FrameError(
        code: .badValue, what: "a scale of \(scale)", place: step,
        mend: "ask for a scale above 0 and up to 20; 2 is twice as wide and high")
    }
    self.svg = svg
    self.scale = scale
    library = try PictureLibrary.shared.get()
  }

  /// The bytes of a PNG on white.
  func png() throws(FrameError) -> [UInt8] {
    try withHandle { handle, width, height throws(FrameError) in
      let (columns, rows) = ((width * scale).rounded(.up), (height * scale).rounded(.up))
      guard columns <= 32_000, rows <= 32_000 else {
        throw failure("a picture of \(Int(columns)) × \(Int(rows)) pixels", "ask for a lower scale")
      }
      // Format 0 is 32 bits a pixel, with alpha.
      guard let surface = library.makeImage(0, Int32(columns), Int32(rows)) else {
        throw failure("cairo gave no image", nil)
      }
      defer { library.releaseSurface(surface) }
      try draw(handle, on: surface, columns, rows, isOpaque: true)
      let bytes = PictureBytes()
      let code = library.writePNG(surface, PictureBytes.writer, bytes.pointer)
      return try withExtendedLifetime(bytes) { () throws(FrameError) in
        guard code == 0 else { throw failure("cairo wrote no PNG (status \(code))", nil) }
        return bytes.bytes
      }
    }
  }

  /// The bytes of a PDF of one page, its letters and lines kept as such.
  func pdf() throws(FrameError) -> [UInt8] {
    try withHandle { handle, width, height throws(FrameError) in
      // A page counts points, 72 an inch; a picture pixels, 96 an inch.
      let (wide, high) = (width * scale * 0.75, height * scale * 0.75)
      let bytes = PictureBytes()
      guard
        let surface = library.makePDF(PictureBytes.writer, bytes.pointer, wide, high)
      else { throw failure("cairo gave no page", nil) }
      // The same chart gives the same bytes: the date of making (key 5) is no news.
      library.setMetadata(surface, 5, "1970-01-01T00:00:00Z")
      do throws(FrameError) {
        try draw(handle, on: surface, wide, high, isOpaque: false)
      } catch {
        library.finish(surface)
        library.releaseSurface(surface)
        throw error
      }
      library.finish(surface)
      let code = library.status(surface)
      library.releaseSurface(surface)
      return try withExtendedLifetime(bytes) { () throws(FrameError) in
        guard code == 0 else { throw failure("cairo wrote no PDF (status \(code))", nil) }
        return bytes.bytes
      }
    }
  }

  private func draw(
    _ handle: PictureLibrary.Pointer, on surface: PictureLibrary.Pointer, _ width: Double,
    _ height: Double, isOpaque: Bool
  ) throws(FrameError) {
    guard library.status(surface) == 0, let context = library.makeContext(surface) else {
      throw failure("cairo gave no picture of \(width) × \(height)", "ask for a lower scale")
    }
    defer { library.releaseContext(context) }
    if isOpaque {
      library.setColor(context, 1, 1, 1)
      library.paint(context)
    }
    var error: PictureLibrary.Pointer?
    let isDrawn = [0, 0, width, height].withUnsafeBufferPointer { viewport in
      viewport.baseAddress.map { library.render(handle, context, $0, &error) } ?? 0
    }
    guard isDrawn != 0 else { throw failure("librsvg: \(text(of: error))", nil) }
  }

  private func withHandle(
    _ body: (PictureLibrary.Pointer, Double, Double) throws(FrameError) -> [UInt8]
  ) throws(FrameError) -> [UInt8] {
    var error: PictureLibrary.Pointer?
    var svg = svg
    let handle = svg.withUTF8 { library.makeHandle($0.baseAddress, $0.count, &error) }
    guard let handle else { throw failure("librsvg: \(text(of: error))", nil) }
    defer { library.releaseObject(handle) }
    var (width, height) = (0.0, 0.0)
    guard library.handleSize(handle, &width, &height) != 0, width > 0, height > 0 else {
      throw failure("the chart's SVG has no width and height", nil)
    }
    return try body(handle, width, height)
  }

  /// The message of a GError, which is freed: behind a domain and a code of 32 bits each.
  private func text(of error: PictureLibrary.Pointer?) -> String {
    guard let error else { return "no reason given" }
    defer { library.releaseError(error) }
    let message = error.load(fromByteOffset: 8, as: UnsafePointer<CChar>?.self)
    return message.map { String(cString: $0) } ?? "no reason given"
  }

  private func failure(_ what: String, _ mend: String?) -> FrameError {
    FrameError(code: .fileAccess, what: what, place: "a PNG or PDF of a chart", mend: mend)
  }
}
