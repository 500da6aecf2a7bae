import ApusFrame

// What the conformance tests call with ctypes: frames handed over by the Arrow C interfaces.

/// Imports a frame and exports it again; 0 when that went well.
@_cdecl("apus_test_arrow_return")
public func returnFrame(
  _ schema: UnsafeMutableRawPointer, _ array: UnsafeMutableRawPointer,
  _ outSchema: UnsafeMutableRawPointer, _ outArray: UnsafeMutableRawPointer
) -> Int32 {
  do throws(FrameError) {
    let frame = try DataFrame(importingArrowSchema: schema, array: array)
    frame.exportArrow(schema: outSchema, array: outArray)
    return 0
  } catch {
    print(error)
    return 1
  }
}

/// Imports a stream and exports it again, sorted by its first column when `sorts` is not 0.
@_cdecl("apus_test_arrow_stream")
public func returnStream(
  _ stream: UnsafeMutableRawPointer, _ out: UnsafeMutableRawPointer, _ sorts: Int32
) -> Int32 {
  do throws(FrameError) {
    var frame = try DataFrame(importingArrowStream: stream)
    if sorts != 0, let first = frame.columnNames.first {
      frame = try frame.sorted(by: .ascending(first))
    }
    frame.exportArrowStream(to: out)
    return 0
  } catch {
    print(error)
    return 1
  }
}
