internal import ApusFrame

/// How numbers are written when it is not as programs write them: with a decimal comma, or with
/// digits in groups.
struct CSVNumberFormat {
  private let decimal: UInt8
  private let group: UInt8?

  /// Longer texts are no numbers.
  private static let longest = 400

  /// The notation that options ask for; nothing when it is the plain one.
  init?(_ options: CSVOptions) throws(FrameError) {
    guard options.decimalSeparator != "." || options.thousandsSeparator != nil else { return nil }
    decimal = try CSVText.ascii(options.decimalSeparator, "decimal separator")
    group =
      if let sign = options.thousandsSeparator {
        try CSVText.ascii(sign, "thousands separator")
      } else { nil }
    for sign in [decimal, group].compactMap({ $0 })
    where sign &- 0x30 < 10 || [0x2d, 0x2b, 0x45, 0x65].contains(sign) {
      throw CSVNumberFormat.unfit(
        "\"\(Character(Unicode.Scalar(sign)))\" is part of numbers and separates nothing in them")
    }
    guard decimal != group else {
      throw CSVNumberFormat.unfit("the decimal and the thousands separator are the same")
    }
  }

  private static func unfit(_ what: String) -> FrameError {
    FrameError(
      code: .badValue, what: what, place: "CSVOptions",
      mend: "choose two of: point, comma, apostrophe, space, underscore")
  }

  /// Lets `body` read a number as programs write it; nothing when the bytes are none.
  @inline(__always)
  func plain<Answer>(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Answer?
  ) -> Answer? {
    guard bytes.count > 0, bytes.count <= CSVNumberFormat.longest else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { room in
      guard let count = rewrite(bytes, to: room) else { return nil }
      return body(UnsafeBufferPointer(rebasing: room[..<count]))
    }
  }

  /// Writes the number with a point and without groups; how many bytes that takes.
  private func rewrite(
    _ bytes: UnsafeBufferPointer<UInt8>, to room: UnsafeMutableBufferPointer<UInt8>
  ) -> Int? {
    var count = 0
    /// How many digits the open group has, and whether a group was closed.
    var (digits, isGrouped, isWhole) = (0, false, true)
    for byte in bytes {
      if byte == decimal {
        guard isWhole, !isGrouped || digits == 3 else { return nil }
        isWhole = false
        room[count] = 0x2e
      } else if byte == group {
        guard isWhole, isGrouped ? digits == 3 : (1...3).contains(digits) else { return nil }
        isGrouped = true
        digits = 0
        continue
      } else if byte == 0x2e {
        return nil
      } else {
        if byte &- 0x30 < 10 {
          digits += 1
        } else if byte | 0x20 == 0x65, isWhole {
          guard !isGrouped || digits == 3 else { return nil }
          isWhole = false
        }
        room[count] = byte
      }
      count += 1
    }
    return isWhole && isGrouped && digits != 3 ? nil : count
  }
}
