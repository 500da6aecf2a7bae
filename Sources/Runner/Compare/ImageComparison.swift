/// Compares two stored images: PNG by its pixels, others by their bytes.
enum ImageComparison {
  /// What differs, or `nil` where no more than `tolerance` of the pixels does.
  static func difference(between stored: String, and fresh: String, tolerance: Double) -> String? {
    let old = Base64.bytes(of: stored)
    let new = Base64.bytes(of: fresh)
    if let old, old == new { return nil }
    guard let old, let new, let before = PNGImage(old), let after = PNGImage(new) else {
      return stored == fresh ? nil : "its bytes are others"
    }
    guard before.width == after.width, before.height == after.height else {
      return "\(before.width)×\(before.height) pixels, now \(after.width)×\(after.height)"
    }
    let count = before.width * before.height
    var changed = 0
    for pixel in 0..<count where before.pixel(pixel) != after.pixel(pixel) { changed += 1 }
    if Double(changed) <= tolerance * Double(count) { return nil }
    return "\(changed) of \(count) pixels"
  }
}

/// The bytes of text in base 64 (RFC 4648).
package enum Base64 {
  /// The bytes, or `nil` if `text` is not in base 64. White space is passed over.
  package static func bytes(of text: String) -> [UInt8]? {
    var result: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    var isPadded = false
    for byte in text.utf8 {
      let value: UInt32
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - UInt8(ascii: "A"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - UInt8(ascii: "a")) + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte - UInt8(ascii: "0")) + 52
      case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
      case UInt8(ascii: "="):
        isPadded = true
        continue
      case 0x20, 0x09, 0x0A, 0x0D: continue
      default: return nil
      }
      if isPadded { return nil }
      bits = bits << 6 | value
      count += 1
      if count == 4 {
        result += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
        (bits, count) = (0, 0)
      }
    }
    switch count {
    case 1: return nil
    case 2: result.append(UInt8(bits >> 4 & 255))
    case 3: result += [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)]
    default: break
    }
    return result
  }
}
