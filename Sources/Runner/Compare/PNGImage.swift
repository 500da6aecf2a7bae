/// The pixels of a PNG image (ISO/IEC 15948) of 8 bits a sample without interlace, which is what
/// plotting libraries write.
struct PNGImage {
  let width: Int
  let height: Int
  private let channels: Int
  private var samples: [UInt8] = []
  private var palette: [UInt8] = []
  private let usesPalette: Bool

  /// The image in `bytes`, or `nil` if it is not of this kind.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > 33, bytes[..<8].elementsEqual([137, 80, 78, 71, 13, 10, 26, 10]) else {
      return nil
    }
    func number(_ offset: Int) -> Int {
      bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    width = number(16)
    height = number(20)
    guard bytes[24] == 8, bytes[28] == 0, width > 0, height > 0, width * height < 1 << 28,
      let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][Int(bytes[25])]
    else { return nil }
    self.channels = channels
    usesPalette = bytes[25] == 3
    var compressed: [UInt8] = []
    var position = 8
    while position + 12 <= bytes.count {
      let length = number(position)
      guard length >= 0, position + 12 + length <= bytes.count else { return nil }
      let body = bytes[(position + 8)..<(position + 8 + length)]
      switch Array(bytes[(position + 4)..<(position + 8)]) {
      case Array("IDAT".utf8): compressed += body
      case Array("PLTE".utf8): palette = Array(body)
      default: break
      }
      position += 12 + length
    }
    let stride = width * channels
    var inflater = Inflater(compressed, limit: (stride + 1) * height)
    guard let data = inflater.zlibData(), data.count == (stride + 1) * height else { return nil }
    guard let samples = Self.unfiltered(data, stride: stride, channels: channels) else {
      return nil
    }
    self.samples = samples
  }

  /// The samples of the pixel at `index`, in reading order; a palette's colour where there is one.
  func pixel(_ index: Int) -> [UInt8] {
    let pixel = samples[(index * channels)..<((index + 1) * channels)]
    guard usesPalette, let entry = pixel.first, Int(entry) * 3 + 3 <= palette.count else {
      return Array(pixel)
    }
    return Array(palette[(Int(entry) * 3)..<(Int(entry) * 3 + 3)])
  }

  private static func unfiltered(_ data: [UInt8], stride: Int, channels: Int) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var above = [UInt8](repeating: 0, count: stride)
    var position = 0
    while position < data.count {
      let filter = data[position]
      guard filter <= 4 else { return nil }
      var line = Array(data[(position + 1)..<(position + 1 + stride)])
      for x in 0..<stride {
        let left = x >= channels ? line[x - channels] : 0
        let corner = x >= channels ? above[x - channels] : 0
        let guess: UInt8 =
          switch filter {
          case 0: 0
          case 1: left
          case 2: above[x]
          case 3: UInt8((Int(left) + Int(above[x])) / 2)
          default: paeth(left, above[x], corner)
          }
        line[x] = line[x] &+ guess
      }
      result += line
      above = line
      position += stride + 1
    }
    return result
  }

  private static func paeth(_ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
    let guess = Int(left) + Int(above) - Int(corner)
    let (a, b, c) = (abs(guess - Int(left)), abs(guess - Int(above)), abs(guess - Int(corner)))
    return a <= b && a <= c ? left : b <= c ? above : corner
  }
}

/// Undoes DEFLATE (RFC 1951) in a zlib envelope (RFC 1950), to a length that is known.
struct Inflater {
  private let bytes: [UInt8]
  private let limit: Int
  private var position = 0
  private var bits: UInt32 = 0
  private var bitCount = 0
  private var output: [UInt8] = []

  init(_ bytes: [UInt8], limit: Int) {
    self.bytes = bytes
    self.limit = limit
  }

  /// The data, or `nil` if the stream is damaged or longer than the limit.
  mutating func zlibData() -> [UInt8]? {
    guard bytes.count > 6, bytes[0] & 15 == 8, bytes[1] & 32 == 0 else { return nil }
    position = 2
    output.reserveCapacity(limit)
    while true {
      guard let isLast = take(1), let kind = take(2) else { return nil }
      switch kind {
      case 0: guard copyStored() else { return nil }
      case 1: guard inflate(Self.fixedLiterals, Self.fixedDistances) else { return nil }
      case 2:
        guard let (literals, distances) = readCodes(), inflate(literals, distances) else {
          return nil
        }
      default: return nil
      }
      if isLast == 1 { return output }
    }
  }

  private mutating func take(_ count: Int) -> Int? {
    while bitCount < count {
      guard position < bytes.count else { return nil }
      bits |= UInt32(bytes[position]) << UInt32(bitCount)
      position += 1
      bitCount += 8
    }
    defer {
      bits >>= UInt32(count)
      bitCount -= count
    }
    return Int(bits & ((1 << UInt32(count)) - 1))
  }

  private mutating func copyStored() -> Bool {
    (bits, bitCount) = (0, 0)
    guard position + 4 <= bytes.count else { return false }
    let length = Int(bytes[position]) | Int(bytes[position + 1]) << 8
    position += 4
    guard position + length <= bytes.count, output.count + length <= limit else { return false }
    output += bytes[position..<(position + length)]
    position += length
    return true
  }

  /// A prefix code: how many codes of each length there are, and their symbols in order.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(lengths: [Int]) {
      for length in lengths where length > 0 { counts[length] += 1 }
      for length in 1...15 {
        symbols += lengths.indices.filter { lengths[$0] == length }
      }
    }
  }

  private static let fixedLiterals = Code(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = Code(lengths: Array(repeating: 5, count: 30))

  private mutating func symbol(_ code: Code) -> Int? {
    var value = 0
    var first = 0
    var index = 0
    for length in 1...15 {
      guard let bit = take(1) else { return nil }
      value |= bit
      let count = code.counts[length]
      if value - first < count { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    return nil
  }

  private mutating func readCodes() -> (Code, Code)? {
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    guard let literalCount = take(5), let distanceCount = take(5), let lengthCount = take(4) else {
      return nil
    }
    var lengths = [Int](repeating: 0, count: 19)
    for place in order.prefix(lengthCount + 4) {
      guard let length = take(3) else { return nil }
      lengths[place] = length
    }
    let code = Code(lengths: lengths)
    let total = literalCount + 257 + distanceCount + 1
    var all: [Int] = []
    while all.count < total {
      guard let next = symbol(code) else { return nil }
      switch next {
      case ..<16: all.append(next)
      case 16:
        guard let last = all.last, let count = take(2) else { return nil }
        all += Array(repeating: last, count: count + 3)
      case 17:
        guard let count = take(3) else { return nil }
        all += Array(repeating: 0, count: count + 3)
      default:
        guard let count = take(7) else { return nil }
        all += Array(repeating: 0, count: count + 11)
      }
    }
    guard all.count == total else { return nil }
    return (
      Code(lengths: Array(all[..<(literalCount + 257)])),
      Code(lengths: Array(all[(literalCount + 257)...]))
    )
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
  ]

  private mutating func inflate(_ literals: Code, _ distances: Code) -> Bool {
    while true {
      guard let next = symbol(literals) else { return false }
      if next == 256 { return true }
      if next < 256 {
        guard output.count < limit else { return false }
        output.append(UInt8(next))
        continue
      }
      guard next - 257 < Self.lengthBases.count, let more = take(Self.lengthBits[next - 257]),
        let place = symbol(distances), place < Self.distanceBases.count,
        let further = take(Self.distanceBits[place])
      else { return false }
      let length = Self.lengthBases[next - 257] + more
      let distance = Self.distanceBases[place] + further
      guard distance <= output.count, output.count + length <= limit else { return false }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }
}
