/// A bit a row, lowest bit first, as Arrow keeps validity: 1 means present.
///
/// Bits behind the last row are 0, so that whole words can be counted and combined.
package struct Bitmap: Sendable {
  /// The bits, 64 rows a word.
  package let words: Values<UInt64>
  /// How many rows there are.
  package let count: Int

  /// How many words hold `count` bits.
  @inline(__always)
  package static func wordCount(_ count: Int) -> Int { (count + 63) >> 6 }

  /// A bitmap whose words `fill` writes; bits behind the last row are cleared here.
  package init<Failure: Error>(
    count: Int, filledBy fill: (UnsafeMutablePointer<UInt64>) throws(Failure) -> Void
  ) throws(Failure) {
    let wordCount = Bitmap.wordCount(count)
    words = try Values(count: wordCount) { target throws(Failure) in
      try fill(target)
      let rest = count & 63
      if rest > 0 { target[wordCount - 1] &= (1 << UInt64(rest)) - 1 }
    }
    self.count = count
  }

  /// The bits of `words`, whose bits behind the last row are 0.
  package init(words: Values<UInt64>, count: Int) {
    precondition(words.count == Bitmap.wordCount(count), "\(words.count) words for \(count) rows")
    self.words = words
    self.count = count
  }

  /// The same bit for each of `count` rows.
  package init(repeating bit: Bool, count: Int) {
    self.init(count: count) {
      $0.update(repeating: bit ? ~0 : 0, count: Bitmap.wordCount(count))
    }
  }

  /// A bit a row, asked for in order.
  ///
  /// Answers are collected a byte a row, which the compiler turns into vector code for simple
  /// questions, and eight bytes become eight bits by one multiplication.
  @inline(__always)
  package init(count: Int, bit: (Int) -> Bool) {
    let buffer = Buffer(byteCount: Bitmap.wordCount(count) * 8)
    let target = buffer.base.assumingMemoryBound(to: UInt64.self)
    let answers = UnsafeMutablePointer<UInt64>.allocate(capacity: 8)
    defer { answers.deallocate() }
    let bytes = UnsafeMutableRawPointer(answers).assumingMemoryBound(to: UInt8.self)
    for word in 0..<(count >> 6) {
      let first = word << 6
      for offset in 0..<64 { bytes[offset] = bit(first &+ offset) ? 1 : 0 }
      target[word] = Bitmap.packed(answers)
    }
    let first = count & ~63
    if first < count {
      answers.update(repeating: 0, count: 8)
      for row in first..<count { bytes[row - first] = bit(row) ? 1 : 0 }
      target[count >> 6] = Bitmap.packed(answers)
    }
    words = Values(buffer: buffer, start: 0, count: Bitmap.wordCount(count))
    self.count = count
  }

  /// The lowest bits of 64 bytes, each of them 0 or 1.
  @inline(__always)
  private static func packed(_ bytes: UnsafePointer<UInt64>) -> UInt64 {
    var bits: UInt64 = 0
    for part in 0..<8 {
      let gathered = UInt64(littleEndian: bytes[part]) &* 0x0102_0408_1020_4080
      bits |= (gathered >> 56) << UInt64(part * 8)
    }
    return bits
  }

  /// The bit of a row.
  @inline(__always)
  package subscript(row: Int) -> Bool {
    precondition(row >= 0 && row < count, "row outside the column")
    return words.read { $0[row >> 6] >> UInt64(row & 63) & 1 == 1 }
  }

  /// How many bits are 1.
  package var setCount: Int {
    words.read { source in
      var total = 0
      for word in 0..<words.count { total &+= source[word].nonzeroBitCount }
      return total
    }
  }

  /// Each bit turned over.
  package var inverted: Bitmap { combined(with: self) { word, _ in ~word } }

  /// The two bitmaps combined word by word.
  @inline(__always)
  package func combined(with other: Bitmap, _ body: (UInt64, UInt64) -> UInt64) -> Bitmap {
    precondition(count == other.count, "validity has \(other.count) bits for \(count) rows")
    return Bitmap(count: count) { target in
      words.read { left in
        other.words.read { right in
          for word in 0..<words.count { target[word] = body(left[word], right[word]) }
        }
      }
    }
  }

  /// The bits of `range`.
  package func sliced(_ range: Range<Int>) -> Bitmap {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows outside the column")
    let shift = UInt64(range.lowerBound & 63)
    let first = range.lowerBound >> 6
    return Bitmap(count: range.count) { target in
      words.read { source in
        for word in 0..<Bitmap.wordCount(range.count) {
          var bits = source[first + word] >> shift
          if shift > 0, first + word + 1 < words.count {
            bits |= source[first + word + 1] << (64 - shift)
          }
          target[word] = bits
        }
      }
    }
  }

  /// The bits at `rows`, in that order.
  package func gathered(_ rows: Values<UInt32>) -> Bitmap {
    let wanted = rows.count
    return words.read { source in
      rows.read { rows in
        Bitmap(count: wanted) { index in
          let row = Int(rows[index])
          return source[row >> 6] >> UInt64(row & 63) & 1 == 1
        }
      }
    }
  }

  /// The bitmap, or nothing when every bit is 1: a column without nulls carries no validity.
  package var unlessAllSet: Bitmap? { setCount == count ? nil : self }

  /// Present where both are; no bitmap means all present.
  package static func both(_ left: Bitmap?, _ right: Bitmap?) -> Bitmap? {
    guard let left else { return right }
    guard let right else { return left }
    return left.combined(with: right, &)
  }
}

/// Calls `body` with each row that is present, a word of validity at a time.
@inline(__always)
func forEachPresent(_ count: Int, _ validity: Bitmap?, _ body: (Int) -> Void) {
  forEachPresent(in: 0..<count, validity, body)
}

/// Calls `body` with each row of `rows` that is present; `rows` start at a multiple of 64.
@inline(__always)
func forEachPresent(in rows: Range<Int>, _ validity: Bitmap?, _ body: (Int) -> Void) {
  guard let validity, !rows.isEmpty else {
    for row in rows { body(row) }
    return
  }
  validity.words.read { words in
    for word in (rows.lowerBound >> 6)..<Bitmap.wordCount(rows.upperBound) {
      var bits = words[word]
      let first = word << 6
      if rows.upperBound - first < 64 { bits &= (1 << UInt64(rows.upperBound - first)) - 1 }
      if bits == ~0 {
        for row in first..<(first + 64) { body(row) }
      } else {
        while bits != 0 {
          body(first + bits.trailingZeroBitCount)
          bits &= bits &- 1
        }
      }
    }
  }
}

/// Calls `body` with each row of `rows` that is absent; `rows` start at a multiple of 64.
@inline(__always)
func forEachAbsent(in rows: Range<Int>, _ validity: Bitmap?, _ body: (Int) -> Void) {
  guard let validity, !rows.isEmpty else { return }
  validity.words.read { words in
    for word in (rows.lowerBound >> 6)..<Bitmap.wordCount(rows.upperBound) {
      var bits = ~words[word]
      let first = word << 6
      if rows.upperBound - first < 64 { bits &= (1 << UInt64(rows.upperBound - first)) - 1 }
      while bits != 0 {
        body(first + bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
    }
  }
}
