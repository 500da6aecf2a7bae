@_implementationOnly import CNumerics

extension SortWords {
  /// The words of texts: eight bytes behind the part that all have in common, without the bits
  /// that are the same in all.
  static func textWords(_ column: StringColumn, _ key: SortColumn) throws(FrameError) -> SortWords {
    let count = column.count
    guard let sample = column.firstPresentRow else {
      return try SortWords(
        words: Values(repeating: 0, count: count), bits: 0, isExact: true
      ).withNulls(key)
    }
    return try column.read { texts throws(FrameError) in
      let shared = try sharedPrefix(texts, column, sample)
      let summary = TextSummary(chunkCount: count / chunkRowCount + 1)
      let words = try Values<UInt64>(count: count) { target throws(FrameError) in
        let first = window(texts.bytes(sample), shared).word
        try inParallel(rows: count) { rows throws(FrameError) in
          var (varying, isCovered) = (UInt64(0), true)
          for row in rows { target[row] = first }
          forEachPresent(in: rows, column.validity) { row in
            let (word, isWhole) = window(texts.bytes(row), shared)
            varying |= word ^ first
            isCovered = isCovered && isWhole
            target[row] = key.isDescending ? ~word : word
          }
          summary.note(rows.lowerBound / chunkRowCount, varying, isCovered)
        }
        let mask = summary.varying
        try inParallel(rows: count) { rows throws(FrameError) in
          let words = UnsafeMutableRawPointer(target + rows.lowerBound)
            .assumingMemoryBound(to: UInt.self)
          apus_squeeze(words, UInt(mask), words, rows.count)
        }
      }
      return try SortWords(
        words: words, bits: summary.varying.nonzeroBitCount, isExact: summary.isCovered
      ).withNulls(key)
    }
  }

  /// How many bytes all texts have in common at their start.
  private static func sharedPrefix(
    _ texts: StringReader, _ column: StringColumn, _ sample: Int
  ) throws(FrameError) -> Int {
    let model = texts.bytes(sample)
    let chunkCount = column.count / chunkRowCount + 1
    var shared = [Int](repeating: model.count, count: chunkCount)
    try shared.withUnsafeMutableBufferPointer { shared throws(FrameError) in
      try inParallel(rows: column.count) { rows throws(FrameError) in
        var common = model.count
        forEachPresent(in: rows, column.validity) { row in
          let text = texts.bytes(row)
          var place = 0
          let end = Swift.min(common, text.count)
          while place < end, text[place] == model[place] { place &+= 1 }
          common = place
        }
        shared[rows.lowerBound / chunkRowCount] = common
      }
    }
    return shared.min() ?? 0
  }

  /// Eight bytes of a text from `start`, the first the most significant, filled up with zeros;
  /// whether they are all that the text has there, zeros that fill up being told from its own.
  @inline(__always)
  private static func window(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> (word: UInt64, isWhole: Bool) {
    guard let base = text.baseAddress else { return (0, true) }
    let rest = text.count - start
    if rest >= 8 {
      let word = UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self).byteSwapped
      return (word, rest == 8 && !hasZeroByte(word))
    }
    var word: UInt64 = 0
    var hasZero = false
    for place in 0..<Swift.max(rest, 0) {
      let byte = base[start + place]
      hasZero = hasZero || byte == 0
      word |= UInt64(byte) << UInt64(56 - 8 * place)
    }
    return (word, !hasZero)
  }

  @inline(__always)
  private static func hasZeroByte(_ word: UInt64) -> Bool {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0
  }
}

/// What chunks found out about their texts; each writes its own place.
private final class TextSummary {
  private let varyings: UnsafeMutableBufferPointer<UInt64>
  private let covered: UnsafeMutableBufferPointer<Bool>

  init(chunkCount: Int) {
    varyings = .allocate(capacity: chunkCount)
    varyings.initialize(repeating: 0)
    covered = .allocate(capacity: chunkCount)
    covered.initialize(repeating: true)
  }

  deinit {
    varyings.deallocate()
    covered.deallocate()
  }

  func note(_ chunk: Int, _ varying: UInt64, _ isCovered: Bool) {
    varyings[chunk] = varying
    covered[chunk] = isCovered
  }

  /// The bits that are not the same in all words.
  var varying: UInt64 { varyings.reduce(0, |) }
  /// Whether the words hold all of every text.
  var isCovered: Bool { covered.allSatisfy { $0 } }
}

extension StringColumn {
  /// The first row that is not null.
  fileprivate var firstPresentRow: Int? {
    guard let validity else { return count > 0 ? 0 : nil }
    return (0..<count).first { validity[$0] }
  }
}
