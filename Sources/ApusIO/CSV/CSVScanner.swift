internal import ApusFrame
internal import CNumerics

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
  @inline(__always) var hasDoubledQuotes: Bool { size & 2 != 0 }
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

  let text: CSVText
  /// How many values a record has; 0 when the first record is to tell.
  let width: Int

  /// What a chunk was found to hold.
  struct Result {
    var fields = CSVFieldList(capacity: 0)
    var recordCount = 0
    /// How many values the records have.
    var width = 0
    /// Where scanning ended.
    var end = 0
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
  /// `keepsFields`; at most `recordLimit` records are read.
  func scan(
    _ range: Range<Int>, keepsFields: Bool = true, recordLimit: Int = .max
  ) throws(FrameError) -> Result {
    precondition(range.count < CSVScanner.chunkLimit, "a chunk of \(range.count) bytes")
    let words = UnsafeMutablePointer<UInt>.allocate(capacity: Marks.wordCount)
    defer { words.deallocate() }
    var marks = Marks(text, range, words)
    var state = State(text: text, width: width, origin: range.lowerBound, keepsFields: keepsFields)
    if keepsFields {
      state.result.fields = CSVFieldList(capacity: Swift.min(range.count / 5, 1 << 18))
    }
    state.fieldStart = range.lowerBound
    var place = marks.next()
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
        place = try quoted(place, &marks, &state, range.upperBound)
      } else {
        if place == state.fieldStart, state.fieldCount == 0, state.result.width != 1 {
          // A blank line; before the first record nothing says that it is a value.
        } else {
          state.addPlain(upTo: place)
          try state.endRecord()
        }
        place = skipLineEnd(place, &marks, &state)
      }
    }
    let isOver = state.result.recordCount >= recordLimit
    if !isOver, state.fieldStart < range.upperBound || state.fieldCount > 0 {
      if !state.isClosed { state.addPlain(upTo: range.upperBound) }
      try state.endRecord()
      state.fieldStart = range.upperBound
    }
    state.result.end = state.fieldStart
    return state.result
  }

  /// Reads the quoted value that opens at `start`, and the separator or line end behind it; the
  /// place of the next mark.
  private func quoted(
    _ start: Int, _ marks: inout Marks, _ state: inout State, _ end: Int
  ) throws(FrameError) -> Int {
    var hasDoubledQuotes = false
    var place = marks.next()
    while true {
      guard place < end else {
        throw FrameError(
          code: .malformedFile, what: "a quote is never closed",
          place: "\(text.name), line \(text.line(of: start))",
          mend: "close it, or double a quote that belongs to the text")
      }
      if text.bytes[place] == text.quote {
        guard place + 1 < end, text.bytes[place + 1] == text.quote else { break }
        hasDoubledQuotes = true
        _ = marks.next()
      }
      place = marks.next()
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
      try state.endRecord()
      _ = marks.next()
      return skipLineEnd(after, &marks, &state)
    default:
      throw FrameError(
        code: .malformedFile, what: "text follows a closing quote",
        place: "\(text.name), line \(text.line(of: after))",
        mend: "double a quote that belongs to the text")
    }
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
    return marks.next()
  }

  /// What is known while a chunk is scanned.
  private struct State {
    let text: CSVText
    let width: Int
    let origin: Int
    let keepsFields: Bool
    var result = Result()
    var fieldStart = 0
    /// How many values the open record has so far.
    var fieldCount = 0
    /// Whether the last value is complete although no separator follows.
    var isClosed = false

    init(text: CSVText, width: Int, origin: Int, keepsFields: Bool) {
      self.text = text
      self.width = width
      self.origin = origin
      self.keepsFields = keepsFields
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
    mutating func endRecord() throws(FrameError) {
      if result.width == 0 { result.width = fieldCount }
      guard fieldCount == result.width else { throw wrongWidth() }
      result.recordCount &+= 1
      fieldCount = 0
    }

    @inline(never)
    private func wrongWidth() -> FrameError {
      // The record may span lines: its own start says which one is meant.
      var start = fieldStart
      if keepsFields, fieldCount <= result.fields.count {
        start = origin + Int(result.fields[result.fields.count - fieldCount].start)
      }
      return FrameError(
        code: .malformedFile,
        what:
          "\(fieldCount) \(fieldCount == 1 ? "value" : "values") where the first line has "
          + "\(result.width)",
        place: "\(text.name), line \(text.line(of: start))",
        mend: fieldCount > result.width
          ? "put values that contain \"\(Character(Unicode.Scalar(text.separator)))\" in quotes"
          : "fill the line up with empty values")
    }
  }
}
