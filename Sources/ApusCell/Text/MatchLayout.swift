/// The standard library's `Regex.Match` as it lies in memory, so that matches found here can be
/// handed out as such. `isKnown` decides once a process whether this picture is true; if it is
/// not, nothing is made or read through it.
struct MatchLayout {
  struct Element {
    var optionalDepth: Int
    var content: (range: Range<String.Index>, value: Any?)?
    var name: String?
    var referenceID: Reference?
    var visibleInTypedOutput: Bool
  }

  struct Reference {
    var base: Int
  }

  var input: String
  var elements: [Element]
  var range: Range<String.Index>

  /// - Precondition: `isKnown`.
  init<Output>(_ match: Regex<Output>.Match) {
    self = unsafeBitCast(match, to: MatchLayout.self)
  }

  init(input: String, elements: [Element], range: Range<String.Index>) {
    self.input = input
    self.elements = elements
    self.range = range
  }

  /// - Precondition: `isKnown`.
  func match<Output>(of _: Regex<Output>.Type) -> Regex<Output>.Match {
    unsafeBitCast(self, to: Regex<Output>.Match.self)
  }

  /// - Precondition: `isKnown`.
  static func matches<Output>(
    _ matches: [MatchLayout], of _: Regex<Output>.Type
  ) -> [Regex<Output>.Match] {
    unsafeBitCast(matches, to: [Regex<Output>.Match].self)
  }

  /// The place of the byte at `offset` of a text, as matches have it: UTF-8, between scalars;
  /// at the beginning the encoding does not matter.
  static func index(_ offset: Int) -> String.Index {
    unsafeBitCast(
      UInt64(truncatingIfNeeded: offset) << 16 | (offset == 0 ? 15 : 5), to: String.Index.self)
  }

  static func range(_ offsets: Range<Int>) -> Range<String.Index> {
    Range(uncheckedBounds: (index(offsets.lowerBound), index(offsets.upperBound)))
  }

  /// How many bytes are before `index`; nil if it lies within a scalar.
  static func offset(_ index: String.Index) -> Int? {
    let bits = unsafeBitCast(index, to: UInt64.self)
    return bits >> 14 & 3 == 0 ? Int(truncatingIfNeeded: bits >> 16) : nil
  }

  /// Whether the standard library at hand has the layout described here.
  static let isKnown = indicesAreKnown && matchesAreKnown

  private static var indicesAreKnown: Bool {
    guard MemoryLayout<String.Index>.size == 8, MemoryLayout<Range<String.Index>>.size == 16 else {
      return false
    }
    let text = "some text of more than fifteen bytes"
    return text.unicodeScalars.indices.enumerated().allSatisfy { number, place in
      index(number) == place && offset(place) == number && text[index(number)] == text[place]
        && text[index(number)...] == text[place...]
    }
  }

  private static var matchesAreKnown: Bool {
    guard let regex = try? Regex("(?<name>b)(c)?d"), MemoryLayout.size(ofValue: regex) == 8,
      let with = standardFirstMatch(of: regex, in: "abcd"[...]),
      let without = standardFirstMatch(of: regex, in: "xabd"[...])
    else { return false }
    return [with, without].allSatisfy { hasThisLayout($0) && reads($0) && reads(remade($0)) }
  }

  /// Compares names, types and sizes of what `match` consists of with this type's.
  private static func hasThisLayout(_ match: Regex<AnyRegexOutput>.Match) -> Bool {
    guard MemoryLayout.size(ofValue: match) == MemoryLayout<MatchLayout>.size,
      MemoryLayout.alignment(ofValue: match) == MemoryLayout<MatchLayout>.alignment
    else { return false }
    let parts = Array(Mirror(reflecting: match).children)
    guard parts.map(\.label) == ["anyRegexOutput", "range"], parts[0].value is AnyRegexOutput,
      parts[1].value is Range<String.Index>
    else { return false }
    let output = Array(Mirror(reflecting: parts[0].value).children)
    guard output.map(\.label) == ["input", "_elements"], output[0].value is String else {
      return false
    }
    let elements = Mirror(reflecting: output[1].value)
    guard elements.displayStyle == .collection, elements.children.count == 3 else { return false }
    return elements.children.allSatisfy { element in
      let fields = Array(Mirror(reflecting: element.value).children)
      guard
        fields.map(\.label) == [
          "optionalDepth", "content", "name", "referenceID", "visibleInTypedOutput",
        ], fields[0].value is Int, fields[4].value is Bool,
        type(of: fields[1].value) == (range: Range<String.Index>, value: Any?)?.self,
        type(of: fields[2].value) == String?.self,
        String(describing: type(of: fields[3].value)) == "Optional<ReferenceID>",
        size(of: fields[3].value) == MemoryLayout<Reference?>.size
      else { return false }
      return size(of: element.value) == MemoryLayout<Element>.size
        && stride(of: element.value) == MemoryLayout<Element>.stride
    }
  }

  private static func size(of value: Any) -> Int {
    func size<Value>(_: Value) -> Int { MemoryLayout<Value>.size }
    return _openExistential(value, do: size)
  }

  private static func stride(of value: Any) -> Int {
    func stride<Value>(_: Value) -> Int { MemoryLayout<Value>.stride }
    return _openExistential(value, do: stride)
  }

  /// Whether what this type sees in `match` is what the standard library says of it.
  private static func reads(_ match: Regex<AnyRegexOutput>.Match) -> Bool {
    let seen = MatchLayout(match)
    let said = AnyRegexOutput(match)
    return seen.range == match.range && seen.elements.count == said.count
      && zip(seen.elements, said).allSatisfy { element, other in
        element.content?.range == other.range && element.name == other.name
          && element.content.map { seen.input[$0.range] } == other.substring
          && element.content?.value == nil && element.visibleInTypedOutput
          && element.referenceID == nil
      } && said.map(\.name) == [nil, "name", nil]
      && seen.elements.map(\.optionalDepth) == [0, 0, 1]
  }

  private static func remade(_ match: Regex<AnyRegexOutput>.Match) -> Regex<AnyRegexOutput>.Match {
    var copy = MatchLayout(match)
    copy.elements = copy.elements.map { $0 }
    return copy.match(of: Regex<AnyRegexOutput>.self)
  }
}
