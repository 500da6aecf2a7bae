@_implementationOnly import CFormats

/// Writes numbers of a fixed bit width as runs, of one number or packed (Encodings.md).
enum ParquetRuns {
  /// How many equal numbers are worth a run of their own.
  private static let leastRun = 16

  /// The runs of some numbers, each below 2^width.
  static func encoded(_ numbers: [UInt], width: Int) -> [UInt8] {
    var result: [UInt8] = []
    var open = 0
    var place = 0
    // Packed runs hold whole groups of 8: a run of equal numbers starts where one ends.
    while place < numbers.count {
      var end = place + 1
      while end < numbers.count, numbers[end] == numbers[place] { end += 1 }
      let lead = (8 - (place - open) % 8) % 8
      if end - place - lead >= leastRun {
        if place + lead > open { pack(numbers[open..<(place + lead)], width, &result) }
        varint(UInt64(end - place - lead) << 1, &result)
        for byte in 0..<((width + 7) / 8) {
          result.append(UInt8(truncatingIfNeeded: numbers[place] >> UInt(8 * byte)))
        }
        open = end
      }
      place = end
    }
    if open < numbers.count { pack(numbers[open...], width, &result) }
    return result
  }

  /// One run of one number.
  static func constant(_ number: UInt8, count: Int) -> [UInt8] {
    var result: [UInt8] = []
    varint(UInt64(count) << 1, &result)
    result.append(number)
    return result
  }

  private static func pack(_ numbers: ArraySlice<UInt>, _ width: Int, _ result: inout [UInt8]) {
    let groups = (numbers.count + 7) / 8
    varint(UInt64(groups) << 1 | 1, &result)
    let start = result.count
    result.append(contentsOf: repeatElement(0, count: groups * width + 8))
    numbers.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        if let from = source.baseAddress, let to = target.baseAddress {
          apus_pack(from, source.count, Int32(width), to + start)
        }
      }
    }
    result.removeLast(8)
  }

  static func varint(_ value: UInt64, _ result: inout [UInt8]) {
    var rest = value
    while rest >= 128 {
      result.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    result.append(UInt8(rest))
  }
}

/// Writes whole numbers as packed differences (Encodings.md, DELTA_BINARY_PACKED).
enum ParquetDifferences {
  private static let blockSize = 128
  private static let miniblockSize = 32

  /// The numbers in blocks of 128, in miniblocks of 32; `bits` is how wide a number is stored plain.
  static func encoded(_ numbers: [Int], bits: Int) -> [UInt8] {
    var result: [UInt8] = []
    ParquetRuns.varint(UInt64(blockSize), &result)
    ParquetRuns.varint(UInt64(blockSize / miniblockSize), &result)
    ParquetRuns.varint(UInt64(numbers.count), &result)
    zigzag(numbers.first ?? 0, &result)
    func difference(_ place: Int) -> Int {
      let value = numbers[place] &- numbers[place - 1]
      // Numbers of 32 bits wrap at 32 bits, so that no difference is wider than they are.
      return bits == 32 ? Int(Int32(truncatingIfNeeded: value)) : value
    }
    var start = 1
    while start < numbers.count {
      let end = Swift.min(start + blockSize, numbers.count)
      let differences = (start..<end).map(difference)
      let least = differences.min() ?? 0
      zigzag(least, &result)
      var rest = differences.map { UInt(bitPattern: $0 &- least) }
      if bits == 32 { rest = rest.map { $0 & 0xffff_ffff } }
      let parts = stride(from: 0, to: blockSize, by: miniblockSize).map { first in
        Array(rest[Swift.min(first, rest.count)..<Swift.min(first + miniblockSize, rest.count)])
      }
      let widths = parts.map { UInt.bitWidth - ($0.max() ?? 0).leadingZeroBitCount }
      result.append(contentsOf: widths.map(UInt8.init))
      for (part, width) in zip(parts, widths) where !part.isEmpty && width > 0 {
        let filled = part + [UInt](repeating: 0, count: miniblockSize - part.count)
        let first = result.count
        result.append(contentsOf: repeatElement(0, count: miniblockSize * width / 8 + 8))
        filled.withUnsafeBufferPointer { source in
          result.withUnsafeMutableBufferPointer { target in
            if let from = source.baseAddress, let to = target.baseAddress {
              apus_pack(from, miniblockSize, Int32(width), to + first)
            }
          }
        }
        result.removeLast(8)
      }
      start = end
    }
    return result
  }

  private static func zigzag(_ value: Int, _ result: inout [UInt8]) {
    ParquetRuns.varint(UInt64(bitPattern: Int64((value << 1) ^ (value >> 63))), &result)
  }
}
