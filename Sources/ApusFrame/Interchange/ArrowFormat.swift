@_implementationOnly import CNumerics

/// Types as the Arrow C data interface names them, and back.
/// - Source: Arrow C data interface, "Data type description – format strings".
enum ArrowFormat {
  static let nullable = 2
  static let ordered = 1

  /// The format string of a type; of categories, that of their numbers.
  static func text(of type: DataType) -> String {
    switch type {
    case .bool: "b"
    case .int8: "c"
    case .uint8: "C"
    case .int16: "s"
    case .uint16: "S"
    case .int32: "i"
    case .uint32: "I"
    case .int64: "l"
    case .uint64: "L"
    case .float32: "f"
    case .float64: "g"
    case .decimal(let precision, let scale): "d:\(precision),\(scale)"
    case .string: "vu"
    case .binary: "vz"
    case .date: "tdD"
    case .time: "ttn"
    case .datetime(let unit, let zone): "ts\(letter(of: unit)):\(zone ?? "")"
    case .duration(let unit): "tD\(letter(of: unit))"
    case .uuid: "w:16"
    case .categorical, .enum: "I"
    case .list: "+L"
    case .struct: "+s"
    }
  }

  private static func letter(of unit: TimeUnit) -> String {
    switch unit {
    case .milliseconds: "m"
    case .microseconds: "u"
    case .nanoseconds: "n"
    }
  }

  /// Metadata of one key and value, as the interface packs them.
  static func metadata(_ key: String, _ value: String) -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ number: Int) {
      withUnsafeBytes(of: Int32(number)) { bytes.append(contentsOf: $0) }
    }
    append(1)
    for text in [key, value] {
      append(text.utf8.count)
      bytes.append(contentsOf: text.utf8)
    }
    return bytes
  }

  /// The value of a key in packed metadata.
  static func value(of key: String, in metadata: UnsafePointer<CChar>?) -> String? {
    guard let metadata else { return nil }
    let bytes = UnsafeRawPointer(metadata)
    var place = 0
    func number() -> Int {
      defer { place += 4 }
      return Int(bytes.loadUnaligned(fromByteOffset: place, as: Int32.self))
    }
    func text() -> String {
      let count = number()
      defer { place += count }
      return String(
        decoding: UnsafeRawBufferPointer(start: bytes + place, count: count), as: UTF8.self)
    }
    for _ in 0..<number() {
      let (found, value) = (text(), text())
      if found == key { return value }
    }
    return nil
  }
}

/// An Arrow array that another library made, released when nobody needs its memory any more.
final class ForeignArray: @unchecked Sendable {
  // Safe to share: the arrays are not written to, and released once, when the last user lets go.
  private let array: UnsafeMutablePointer<ArrowArray>

  /// Takes over what `source` points to; there it counts as released.
  init(taking source: UnsafeMutablePointer<ArrowArray>) {
    array = .allocate(capacity: 1)
    array.initialize(to: source.pointee)
    source.pointee.release = nil
  }

  deinit {
    if let release = array.pointee.release { release(array) }
    array.deallocate()
  }

  var root: ArrowArray { array.pointee }
}
