internal import ApusFrame

/// A column while a chunk of JSON is read into it. Values of another kind than those before widen it.
final class JSONColumnBuilder {
  /// What a row holds, and where in the text it stands.
  private struct Mark {
    var start: UInt32
    var count: UInt32
  }

  /// What the values are. They themselves lie in arrays of their own, which grow in place.
  private enum Content {
    case none, bools, ints, doubles, texts, mixed
    case lists(JSONColumnBuilder)
    case objects(JSONFields)
  }

  private var content = Content.none
  private var bools: [Bool] = []
  private var ints: [Int] = []
  private var doubles: [Double] = []
  /// Texts without their escapes.
  private var bytes: [UInt8] = []
  /// Where each text or list ends.
  private var ends: [Int] = []
  private var marks: [Mark] = []
  private var isPresent: [Bool] = []
  private var presentCount = 0

  /// How many rows there are.
  var count: Int { isPresent.count }

  /// What the values were found to be.
  var kind: JSONKind {
    switch content {
    case .none: .unknown
    case .bools: .bool
    case .ints: .int
    case .doubles: .double
    case .texts: .text
    case .lists(let child): .list(child.kind)
    case .objects(let fields): fields.kind
    case .mixed: .mixed
    }
  }

  /// Appends null.
  func addNull() {
    isPresent.append(false)
    marks.append(Mark(start: 0, count: 0))
    switch content {
    case .none, .mixed: break
    case .bools: bools.append(false)
    case .ints: ints.append(0)
    case .doubles: doubles.append(0)
    case .texts: ends.append(bytes.count)
    case .lists(let child): ends.append(child.count)
    case .objects(let fields): fields.rowCount += 1
    }
  }

  /// Nulls, until there are `count` rows.
  func fill(to count: Int) { while self.count < count { addNull() } }

  func add(_ value: Bool, at range: Range<Int>) {
    if case .none = content {
      content = .bools
      bools = [Bool](repeating: false, count: count)
    }
    note(range)
    guard case .bools = content else { return widen() }
    bools.append(value)
  }

  func add(_ value: Int, at range: Range<Int>) {
    if case .none = content {
      content = .ints
      ints = [Int](repeating: 0, count: count)
    }
    note(range)
    switch content {
    case .ints: ints.append(value)
    case .doubles: doubles.append(Double(value))
    default: widen()
    }
  }

  func add(_ value: Double, at range: Range<Int>) {
    switch content {
    case .none:
      content = .doubles
      doubles = [Double](repeating: 0, count: count)
    case .ints:
      content = .doubles
      doubles = ints.map(Double.init)
      ints = []
    default: break
    }
    note(range)
    guard case .doubles = content else { return widen() }
    doubles.append(value)
  }

  /// Appends a text; `body` writes its bytes, without escapes.
  func addText(at range: Range<Int>, _ body: (inout [UInt8]) -> Void) {
    if case .none = content {
      content = .texts
      ends = [Int](repeating: 0, count: count)
    }
    note(range)
    guard case .texts = content else { return widen() }
    body(&bytes)
    ends.append(bytes.count)
  }

  /// The column of a list's values, to which they are appended before `endList`.
  func beginList() -> JSONColumnBuilder? {
    if case .none = content {
      content = .lists(JSONColumnBuilder())
      ends = [Int](repeating: 0, count: count)
    }
    if case .lists(let child) = content { return child }
    return nil
  }

  func endList(at range: Range<Int>) {
    note(range)
    guard case .lists(let child) = content else { return widen() }
    ends.append(child.count)
  }

  /// The columns of an object's fields, to which values are appended before `endObject`.
  func beginObject() -> JSONFields? {
    if case .none = content { content = .objects(JSONFields(rowCount: count)) }
    if case .objects(let fields) = content { return fields }
    return nil
  }

  func endObject(at range: Range<Int>) {
    note(range)
    guard case .objects(let fields) = content else { return widen() }
    fields.rowCount += 1
  }

  private func note(_ range: Range<Int>) {
    marks.append(Mark(start: UInt32(range.lowerBound), count: UInt32(range.count)))
    isPresent.append(true)
    presentCount += 1
  }

  /// Values of different kinds are kept as the texts that they were.
  private func widen() {
    content = .mixed
    (bools, ints, doubles, bytes, ends) = ([], [], [], [], [])
  }

  /// The column as one of `kind`, to which all chunks have widened; `text` is the chunk's own.
  func finish(as kind: JSONKind, text: UnsafePointer<UInt8>) -> ColumnStorage {
    let validity =
      presentCount == count ? nil : Bitmap(count: count) { isPresent[$0] }
    switch (kind, content) {
    case (.bool, .bools):
      return .bool(BooleanColumn(Bitmap(count: count) { bools[$0] }, validity: validity))
    case (.int, .ints):
      return .int64(FixedWidthColumn(Values(ints), validity: validity))
    case (.double, .doubles):
      return .float64(FixedWidthColumn(Values(doubles), validity: validity))
    case (.double, .ints):
      return .float64(FixedWidthColumn(Values(ints.map(Double.init)), validity: validity))
    case (.text, .texts):
      return .string(StringColumn(bytes: bytes, ends: ends, validity: validity))
    case (.list(let element), .lists(let child)):
      return .list(
        ListColumn(
          offsets: Values([0] + ends), child: child.finish(as: element, text: text),
          validity: validity))
    case (.object(let wanted), .objects(let fields)) where !wanted.isEmpty:
      let columns = wanted.map { field in
        fields.column(field.name, as: field.kind, text: text, count: count)
      }
      return .struct(
        StructColumn(
          names: wanted.map(\.name), fields: columns, count: count, validity: validity))
    default:
      guard presentCount > 0 else { return .repeating(.null, type: kind.type, count: count) }
      return .string(written(text, validity))
    }
  }

  /// Values as the text that they were; texts without their quotes.
  private func written(_ text: UnsafePointer<UInt8>, _ validity: Bitmap?) -> StringColumn {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for mark in marks {
      let raw = UnsafeBufferPointer(start: text + Int(mark.start), count: Int(mark.count))
      if raw.first == UInt8(ascii: "\"") {
        JSONText.unescape(raw.dropFirst().dropLast(), to: &bytes)
      } else {
        bytes.append(contentsOf: raw)
      }
      ends.append(bytes.count)
    }
    return StringColumn(bytes: bytes, ends: ends, validity: validity)
  }
}

/// The columns of an object's fields, in the order in which their names were seen.
final class JSONFields {
  private(set) var names: [[UInt8]] = []
  private(set) var builders: [JSONColumnBuilder] = []
  private var places: [[UInt8]: Int] = [:]
  /// How many objects are complete.
  var rowCount: Int
  /// Where the last field was found: objects name them in the same order.
  private var next = 0

  init(rowCount: Int) { self.rowCount = rowCount }

  /// The column of a field, with a row for each object before this one; nothing when the object has
  /// had the field already.
  func builder(_ name: UnsafeBufferPointer<UInt8>) -> JSONColumnBuilder? {
    if next < names.count, names[next].elementsEqual(name) { return opened(next) }
    let key = Array(name)
    if let place = places[key] { return opened(place) }
    places[key] = names.count
    names.append(key)
    builders.append(JSONColumnBuilder())
    return opened(names.count - 1)
  }

  private func opened(_ place: Int) -> JSONColumnBuilder? {
    next = place + 1 < names.count ? place + 1 : 0
    builders[place].fill(to: rowCount)
    return builders[place].count == rowCount ? builders[place] : nil
  }

  var kind: JSONKind {
    .object(
      zip(names, builders).map {
        JSONKind.Field(name: String(decoding: $0, as: UTF8.self), kind: $1.kind)
      })
  }

  /// The column of a field.
  func column(
    _ name: String, as kind: JSONKind, text: UnsafePointer<UInt8>, count: Int
  ) -> ColumnStorage {
    guard let place = places[Array(name.utf8)] else {
      return .repeating(.null, type: kind.type, count: count)
    }
    builders[place].fill(to: count)
    return builders[place].finish(as: kind, text: text)
  }
}

extension StringColumn {
  /// Texts that lie one behind the other in `bytes`.
  init(bytes: [UInt8], ends: [Int], validity: Bitmap?) {
    let heapSize = 1 << 30
    let heap = Values(bytes)
    let views = Values<StringView>(count: ends.count) { target in
      heap.read { source in
        var start = 0
        for row in ends.indices {
          target[row] = StringView(
            UnsafeBufferPointer(start: source + start, count: ends[row] - start),
            heap: start / heapSize, offset: start % heapSize)
          start = ends[row]
        }
      }
    }
    let heaps = stride(from: 0, to: bytes.count, by: heapSize).map { first in
      heap.sliced(first..<bytes.count)
    }
    self.init(views: views, heaps: heaps, validity: validity)
  }
}
