package import ApusFrame

@_implementationOnly import Glibc

/// librsvg and cairo, opened when the first PNG or PDF is asked for: nothing else of a chart needs
/// them.
package struct PictureLibrary: Sendable {
  typealias Pointer = UnsafeMutableRawPointer
  /// What cairo calls with each piece of a file; the first argument leads to its `PictureBytes`.
  typealias Writer = @convention(c) (Pointer?, UnsafePointer<UInt8>?, UInt32) -> Int32
  typealias MakeHandle =
    @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Pointer?>?) -> Pointer?
  typealias HandleSize =
    @convention(c) (Pointer, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Int32
  typealias Render =
    @convention(c) (Pointer, Pointer, UnsafePointer<Double>, UnsafeMutablePointer<Pointer?>?)
    -> Int32
  typealias Release = @convention(c) (Pointer) -> Void
  typealias MakeImage = @convention(c) (Int32, Int32, Int32) -> Pointer?
  typealias MakePDF = @convention(c) (Writer, Pointer?, Double, Double) -> Pointer?
  typealias MakeContext = @convention(c) (Pointer) -> Pointer?
  typealias SetMetadata = @convention(c) (Pointer, Int32, UnsafePointer<CChar>) -> Void
  typealias SetColor = @convention(c) (Pointer, Double, Double, Double) -> Void
  typealias WritePNG = @convention(c) (Pointer, Writer, Pointer?) -> Int32
  typealias Status = @convention(c) (Pointer) -> Int32

  let makeHandle: MakeHandle
  let handleSize: HandleSize
  let render: Render
  let releaseObject: Release
  let releaseError: Release
  let makeImage: MakeImage
  let makePDF: MakePDF
  let makeContext: MakeContext
  let setMetadata: SetMetadata
  let setColor: SetColor
  let paint: Release
  let writePNG: WritePNG
  let status: Status
  let finish: Release
  let releaseContext: Release
  let releaseSurface: Release

  /// The libraries, or why they cannot be opened.
  static let shared: Result<PictureLibrary, FrameError> = {
    do throws(FrameError) {
      return .success(try PictureLibrary(rsvg: "librsvg-2.so.2", cairo: "libcairo.so.2"))
    } catch {
      return .failure(error)
    }
  }()

  /// The functions of the libraries of these names.
  init(rsvg: String, cairo: String) throws(FrameError) {
    let svg = try PictureLibrary.open(rsvg)
    let canvas = try PictureLibrary.open(cairo)
    // librsvg stands on both, so they are there when it is.
    let objects = try PictureLibrary.open("libgobject-2.0.so.0")
    let errors = try PictureLibrary.open("libglib-2.0.so.0")
    makeHandle = try svg("rsvg_handle_new_from_data", as: MakeHandle.self)
    handleSize = try svg("rsvg_handle_get_intrinsic_size_in_pixels", as: HandleSize.self)
    render = try svg("rsvg_handle_render_document", as: Render.self)
    releaseObject = try objects("g_object_unref", as: Release.self)
    releaseError = try errors("g_error_free", as: Release.self)
    makeImage = try canvas("cairo_image_surface_create", as: MakeImage.self)
    makePDF = try canvas("cairo_pdf_surface_create_for_stream", as: MakePDF.self)
    makeContext = try canvas("cairo_create", as: MakeContext.self)
    setMetadata = try canvas("cairo_pdf_surface_set_metadata", as: SetMetadata.self)
    setColor = try canvas("cairo_set_source_rgb", as: SetColor.self)
    paint = try canvas("cairo_paint", as: Release.self)
    writePNG = try canvas("cairo_surface_write_to_png_stream", as: WritePNG.self)
    status = try canvas("cairo_surface_status", as: Status.self)
    finish = try canvas("cairo_surface_finish", as: Release.self)
    releaseContext = try canvas("cairo_destroy", as: Release.self)
    releaseSurface = try canvas("cairo_surface_destroy", as: Release.self)
  }

  /// Whether libraries of these names can be opened.
  package static func check(rsvg: String, cairo: String) throws(FrameError) {
    _ = try PictureLibrary(rsvg: rsvg, cairo: cairo)
  }

  /// An open library, which stays open as long as the process lives.
  private struct Opened {
    let name: String
    let handle: Pointer

    func callAsFunction<Function>(
      _ symbol: String, as type: Function.Type
    ) throws(FrameError) -> Function {
      guard let address = dlsym(handle, symbol) else {
        throw PictureLibrary.missing("\(name) has no \(symbol)")
      }
      return unsafeBitCast(address, to: type)
    }
  }

  private static func open(_ name: String) throws(FrameError) -> Opened {
    guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
      throw missing("\(name) cannot be opened")
    }
    return Opened(name: name, handle: handle)
  }

  private static func missing(_ what: String) -> FrameError {
    FrameError(
      code: .fileAccess, what: what, place: "a PNG or PDF of a chart",
      mend: "install the Debian packages librsvg2-2 and libcairo2 (apt-get install librsvg2-2 "
        + "libcairo2), or write the chart as .svg, which needs neither")
  }
}

/// The bytes of a file that cairo writes.
final class PictureBytes {
  private(set) var bytes: [UInt8] = []

  static let writer: PictureLibrary.Writer = { target, bytes, count in
    guard let target else { return 11 }
    Unmanaged<PictureBytes>.fromOpaque(target).takeUnretainedValue().bytes
      .append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
    return 0
  }

  var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
}
