internal import ApusFrame

@_implementationOnly import CNumerics

/// Where a value lies in its chunk.
struct CSVField: BitwiseCopyable, Sendable {
  /// The first byte, from the start of the chunk.
  let start: UInt32
  /// How many bytes, and two bits: in quotes, with doubled quotes inside.
  private let size: UInt32

  @inline(__always)
  init(start: Int, count: Int, isQuoted: Bool = false, hasDoubledQuotes: Bool = false) {
    self.start = UInt32(truncatingIfNeeded: start)
    size =
      UInt32(truncatingIfNeeded: count) << 2 | (isQuoted ? 1 : 0) | (hasDoubledQuotes ? 2 : 0)
  }

  @inline(__always) var count: Int { Int(size >> 2) }
  @inline(__always) var isQuoted: Bool { size & 1 != 0 }
  /// Whether quotes are doubled inside, or characters escaped.
  @inline(__always) var hasDoubledQuotes: Bool { size & 2 != 0 }

  /// A value that its record does not have: no other is so marked and not in quotes.
  static let missing = CSVField(start: 0, count: 0, hasDoubledQuotes: true)
  /// Whether this stands for a value that its record does not have.
  var isMissing: Bool { size & 3 == 2 }
}

/// The values of a chunk, record by record; in memory that is used again for the next chunk.
struct CSVFieldList {
  private var buffer: Buffer
  private var base: UnsafeMutablePointer<CSVField>
  private var capacity: Int
  private(set) var count = 0

  /// An empty list with room for some values.
  init(capacity: Int) {
    self.capacity = Swift.max(capacity, 16)
    buffer = Buffer(byteCount: self.capacity * MemoryLayout<CSVField>.stride)
    base = buffer.base.bindMemory(to: CSVField.self, capacity: self.capacity)
  }

  @inline(__always)
  mutating func append(_ field: CSVField) {
    if count == capacity { grow() }
    base[count] = field
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    var next = CSVFieldList(capacity: capacity * 2)
    next.base.update(from: base, count: count)
    next.count = count
    self = next
  }

  /// Forgets the last values.
  mutating func removeLast(_ number: Int) {
    precondition(number >= 0 && number <= count, "\(number) of \(count) values")
    count -= number
  }

  subscript(place: Int) -> CSVField {
    precondition(place >= 0 && place < count, "value \(place) of \(count)")
    return withExtendedLifetime(buffer) { base[place] }
  }

  /// Lets `body` read the values.
  func read<Answer>(_ body: (UnsafeBufferPointer<CSVField>) -> Answer) -> Answer {
    withExtendedLifetime(buffer) { body(UnsafeBufferPointer(start: base, count: count)) }
  }
}

/// Cuts a chunk of CSV text into values.
///
/// Separators, line ends and quotes are found 64 bytes at a time; only they are looked at. A quote
/// opens a quoted value where a value begins, and is a character like another elsewhere.
struct CSVScanner {
  /// How many bytes a chunk may have: a value's place takes 30 bits.
  static let chunkLimit = 1 << 30

  var text: CSVText
  /// How many values a record has; 0 when the first record is to tell.
  let width: Int
  /// What becomes of records that have another number of them.
  var uneven = CSVOptions.UnevenRecords.fail
  /// Whether records that cannot be read are left out and noted, rather than errors.
  var rejects = false

  /// What a chunk was found to hold.
  struct Result {
    /// Where the values lie.
    let text: CSVText
    var fields = CSVFieldList(capacity: 0)
    var recordCount = 0
    /// How many values the records have.
    var width = 0
    /// Where scanning ended.
    var end = 0
    /// The records that were left out; only when fields are kept.
    var rejected: [(range: Range<Int>, reason: String)] = []
  }

  /// Marks of 64 bytes at a time, one after the other.
  private struct Marks {
    static let wordCount = 64
    let bytes: UnsafePointer<UInt8>
    let end: Int
    let separator: UInt8
    let quote: UInt8
    let words: UnsafeMutablePointer<UInt>
    var bits: UInt = 0
    var word = Marks.wordCount
    /// The first byte of the words.
    var base: Int

    init(_ text: CSVText, _ range: Range<Int>, _ words: UnsafeMutablePointer<UInt>) {
      bytes = text.bytes
      end = range.upperBound
      separator = text.separator
      quote = text.quote
      self.words = words
      base = range.lowerBound - 64 * Marks.wordCount
    }

    /// The place of the next mark; `end` when there is none.
    @inline(__always)
    mutating func next() -> Int {
      while bits == 0 {
        word += 1
        if word >= Marks.wordCount, !refill() { return end }
        bits = words[word]
      }
      let place = base + word &* 64 + bits.trailingZeroBitCount
      bits &= bits &- 1
      return place < end ? place : end
    }

    /// Makes the next mark the first one from `place` on.
    mutating func restart(at place: Int) {
      base = place - 64 * Marks.wordCount
      word = Marks.wordCount
      bits = 0
    }

    @inline(never)
    private mutating func refill() -> Bool {
      base += 64 * Marks.wordCount
      guard base < end else {
        base -= 64 * Marks.wordCount
        word = Marks.wordCount - 1
        return false
      }
      word = 0
      let count = Swift.min(Marks.wordCount, (end - base + 63) / 64)
      apus_mark_bytes(bytes + base, count, separator, quote, 10, 13, words)
      for rest in count..<Marks.wordCount { words[rest] = 0 }
      return true
    }
  }

  /// The values of `range`, which starts where a record does. Fields are kept only when
  /// `keepsFields`; at most `recordLimit` records are read. A quote that is never closed is an error,
  /// rather than a reject, unless the range reaches the end of the text: `isWhole`.
  func scan(
    _ range: Range<Int>, keepsFields: Bool = true, recordLimit: Int = .max, isWhole: Bool = false
  ) throws(FrameError) -> Result {
    precondition(range.count < CSVScanner.chunkLimit, "a chunk of \(range.count) bytes")
    let words = UnsafeMutablePointer<UInt>.allocate(capacity: Marks.wordCount)
    defer { words.deallocate() }
    var marks = Marks(text, range, words)
    var state = State(
      text: text, width: width, origin: range.lowerBound, keepsFields: keepsFields, uneven: uneven,
      rejects: rejects)
    if keepsFields {
      state.result.fields = CSVFieldList(capacity: Swift.min(range.count / 5, 1 << 18))
    }
    state.fieldStart = range.lowerBound
    var place = passComments(marks.next(), &marks, &state)
    while place < range.upperBound, state.result.recordCount < recordLimit {
      let byte = text.bytes[place]
      if byte == text.separator {
        state.addPlain(upTo: place)
        state.fieldStart = place + 1
        place = marks.next()
      } else if byte == text.quote {
        guard place == state.fieldStart else {
          place = marks.next()
          continue
        }
        place = try quoted(place, &marks, &state, range.upperBound, isWhole: isWhole)
      } else {
        if place == state.fieldStart, state.fieldCount == 0, state.result.width != 1 {
          // A blank line; before the first record nothing says that it is a value.
        } else {
          state.addPlain(upTo: place)
          try state.endRecord(place)
        }
        place = skipLineEnd(place, &marks, &state)
      }
    }
    let isOver = state.result.recordCount >= recordLimit
    if !isOver, state.fieldStart < range.upperBound || state.fieldCount > 0 {
      if !state.isClosed { state.addPlain(upTo: range.upperBound) }
      try state.endRecord(range.upperBound)
      state.fieldStart = range.upperBound
    }
    state.result.end = state.fieldStart
    return state.result
  }

  /// Reads the quoted value that opens at `start`, and the separator or line end behind it; the
  /// place of the next mark.
  private func quoted(
    _ start: Int, _ marks: inout Marks, _ state: inout State, _ end: Int, isWhole: Bool
  ) throws(FrameError) -> Int {
    var hasDoubledQuotes = false
    var place = marks.next()
    while true {
      guard place < end else {
        guard rejects, isWhole else {
          throw FrameError(
            code: .malformedFile, what: "a quote is never closed",
            place: text.place(of: start),
            mend: "close it, or double a quote that belongs to the text")
        }
        return passLine(from: start, &marks, &state, "a quote is never closed", restarts: true)
      }
      if text.bytes[place] == text.quote {
        if text.escape != 0, isEscaped(place, after: start) {
          hasDoubledQuotes = true
        } else {
          guard place + 1 < end, text.bytes[place + 1] == text.quote else { break }
          hasDoubledQuotes = true
          _ = marks.next()
        }
      }
      place = marks.next()
    }
    if text.escape != 0, !hasDoubledQuotes {
      hasDoubledQuotes = text.slice(start + 1..<place).contains(text.escape)
    }
    state.add(
      CSVField(
        start: start + 1 - state.origin, count: place - start - 1, isQuoted: true,
        hasDoubledQuotes: hasDoubledQuotes))
    let after = place + 1
    guard after < end else {
      state.fieldStart = end
      state.isClosed = true
      return end
    }
    switch text.bytes[after] {
    case text.separator:
      _ = marks.next()
      state.fieldStart = after + 1
      return marks.next()
    case 10, 13:
      try state.endRecord(after)
      _ = marks.next()
      return skipLineEnd(after, &marks, &state)
    default:
      guard rejects else {
        throw FrameError(
          code: .malformedFile, what: "text follows a closing quote",
          place: text.place(of: after),
          mend: "double a quote that belongs to the text")
      }
      return passLine(
        from: after, &marks, &state, "text follows a closing quote", restarts: false)
    }
  }

  /// Whether an odd number of escapes stands before a quote.
  private func isEscaped(_ place: Int, after start: Int) -> Bool {
    guard text.escape != text.quote else { return false }
    var first = place
    while first - 1 > start, text.bytes[first - 1] == text.escape { first -= 1 }
    return (place - first) % 2 == 1
  }

  /// Rejects the open record, which ends with the line; the place of the next mark. `restarts` when
  /// the marks have run ahead.
  @inline(never)
  private func passLine(
    from start: Int, _ marks: inout Marks, _ state: inout State, _ reason: String, restarts: Bool
  ) -> Int {
    var place = start
    while place < marks.end, text.bytes[place] != 10, text.bytes[place] != 13 { place += 1 }
    state.reject(upTo: place, reason)
    guard place < marks.end else {
      state.fieldStart = marks.end
      state.fieldCount = 0
      while marks.next() < marks.end {}
      return marks.end
    }
    if restarts {
      marks.restart(at: place)
      _ = marks.next()
    } else {
      while marks.next() < place {}
    }
    return skipLineEnd(place, &marks, &state)
  }

  /// Passes over the line end at `place`; the place of the next mark.
  @inline(__always)
  private func skipLineEnd(_ place: Int, _ marks: inout Marks, _ state: inout State) -> Int {
    if text.bytes[place] == 13, place + 1 < marks.end, text.bytes[place + 1] == 10 {
      _ = marks.next()
      state.fieldStart = place + 2
    } else {
      state.fieldStart = place + 1
    }
    let next = marks.next()
    return state.hasComments ? passComments(next, &marks, &state) : next
  }

  /// Passes over lines of comment that begin where the next value would; `place` is the next mark,
  /// and so is the answer.
  private func passComments(_ place: Int, _ marks: inout Marks, _ state: inout State) -> Int {
    guard state.hasComments else { return place }
    var place = place
    while state.fieldStart + text.comment.count <= marks.end,
      text.slice(state.fieldStart..<state.fieldStart + text.comment.count)
        .elementsEqual(text.comment)
    {
      while place < marks.end, text.bytes[place] != 10, text.bytes[place] != 13 {
        place = marks.next()
      }
      guard place < marks.end else {
        state.fieldStart = marks.end
        return place
      }
      if text.bytes[place] == 13, place + 1 < marks.end, text.bytes[place + 1] == 10 {
        place = marks.next()
      }
      state.fieldStart = place + 1
      place = marks.next()
    }
    return place
  }

  /// What is known while a chunk is scanned.
  private struct State {
    let text: CSVText
    let width: Int
    let origin: Int
    let keepsFields: Bool
    let uneven: CSVOptions.UnevenRecords
    let rejects: Bool
    let hasComments: Bool
    var result: Result
    var fieldStart = 0
    /// How many values the open record has so far.
    var fieldCount = 0
    /// Whether the last value is complete although no separator follows.
    var isClosed = false

    init(
      text: CSVText, width: Int, origin: Int, keepsFields: Bool, uneven: CSVOptions.UnevenRecords,
      rejects: Bool
    ) {
      self.text = text
      self.width = width
      self.origin = origin
      self.keepsFields = keepsFields
      self.uneven = uneven
      self.rejects = rejects
      hasComments = !text.comment.isEmpty
      result = Result(text: text)
      result.width = width
    }

    @inline(__always)
    mutating func add(_ field: CSVField) {
      if keepsFields { result.fields.append(field) }
      fieldCount &+= 1
    }

    @inline(__always)
    mutating func addPlain(upTo end: Int) {
      add(CSVField(start: fieldStart - origin, count: end - fieldStart))
    }

    @inline(__always)
    mutating func endRecord(_ end: Int) throws(FrameError) {
      if result.width == 0 { result.width = fieldCount }
      guard fieldCount == result.width else { return try endUneven(end) }
      result.recordCount &+= 1
      fieldCount = 0
    }

    /// Ends a record that has too few values or too many.
    @inline(never)
    private mutating func endUneven(_ end: Int) throws(FrameError) {
      let isShort = fieldCount < result.width
      switch uneven {
      case .fill where isShort, .fillAndCut where isShort:
        if keepsFields {
          for _ in fieldCount..<result.width { result.fields.append(.missing) }
        }
      case .fillAndCut:
        if keepsFields { result.fields.removeLast(fieldCount - result.width) }
      default:
        guard rejects else { throw wrongWidth() }
        return reject(upTo: end, wrongCount)
      }
      result.recordCount += 1
      fieldCount = 0
    }

    /// Leaves the open record out.
    mutating func reject(upTo end: Int, _ reason: String) {
      if keepsFields {
        result.rejected.append((Swift.min(recordStart, end)..<end, reason))
        result.fields.removeLast(fieldCount)
      }
      fieldCount = 0
      isClosed = false
    }

    /// Where the open record begins; nearly, when fields are not kept. It may span lines.
    private var recordStart: Int {
      guard keepsFields, fieldCount > 0, fieldCount <= result.fields.count else {
        return fieldStart
      }
      let first = result.fields[result.fields.count - fieldCount]
      return origin + Int(first.start) - (first.isQuoted ? 1 : 0)
    }

    private var wrongCount: String {
      "\(fieldCount) \(fieldCount == 1 ? "value" : "values") where the first line has "
        + "\(result.width)"
    }

    private func wrongWidth() -> FrameError {
      FrameError(
        code: .malformedFile, what: wrongCount,
        place: text.place(of: recordStart),
        mend: fieldCount > result.width
          ? "put values that contain \"\(Character(Unicode.Scalar(text.separator)))\" in quotes"
          : "fill the line up with empty values, or read it with unevenRecords: .fill")
    }
  }
}
