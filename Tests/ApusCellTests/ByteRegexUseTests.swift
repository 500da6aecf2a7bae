import ApusCell
import Glibc
import RegexBuilder
import Testing

/// What cells write with regular expressions compiles and means the same with this module imported.
struct ByteRegexUseTests {
  static let line = "10.0.12.7 GET /page/3 took 41 ms"

  /// Has `regex` looked at and trusted.
  private func trusted<Output>(_ regex: Regex<Output>) -> Regex<Output> {
    for _ in 0..<200 { _ = Self.line.firstMatch(of: regex) }
    return regex
  }

  @Test func theUsualPatternsAreMatchedOnBytes() throws {
    let usual = [
      #"GET (\/\w+\/\d+) took (\d+) ms"#, #"^10\.0\.\d\d\."#, #"\d+"#, #"\s+"#, "(?<word>[a-z]+)",
      #"(\d+)\.(\d+)\.(\d+)\.(\d+)"#, #"^(\S+) (\S+) (\S+)"#, #"(\w+)@(\w+)\.com"#, "took|gave",
      #"(GET|POST) (.*?) took"#, #"[^,]+"#, #"took (\d+)(\.\d+)? ms$"#, "(?:ab|cd)+",
      #"(\d{4})-(\d{2})-(\d{2})"#, "GET", "^", #"\[(.*?)\]"#,
    ]
    for pattern in usual {
      let regex = trusted(try Regex(pattern))
      #expect(regex.isMatchedOnBytes, "\(pattern)")
    }
    #expect(trusted(/took (\d+)/).isMatchedOnBytes)
  }

  @Test func whatHasOptionsOrValuesIsLeftToTheStandardLibrary() throws {
    let plain = try Regex("get (.+?) took")
    let unlike: [Regex<AnyRegexOutput>] = [
      plain.ignoresCase(), plain.matchingSemantics(.unicodeScalar), plain.asciiOnlyDigits(),
      plain.asciiOnlyWordCharacters(), plain.asciiOnlyWhitespace(),
      plain.asciiOnlyCharacterClasses(), plain.dotMatchesNewlines(),
      plain.repetitionBehavior(.reluctant), plain.repetitionBehavior(.possessive),
      plain.wordBoundaryKind(.simple), plain.anchorsMatchLineEndings(),
      try Regex("(?i)get"), try Regex(#"\bGET"#), try Regex("(?=G)"), try Regex(#"(.)\1"#),
      try Regex("(a)*"), try Regex("a++"), try Regex("(?>a)"), try Regex("é"),
      try Regex(#"\p{L}"#), try Regex("[[:alpha:]]"),
      Regex(verbatim: "GET"),
    ]
    for (place, regex) in unlike.enumerated() {
      #expect(!trusted(regex).isMatchedOnBytes, "expression \(place)")
    }
    let built = Regex {
      "took "
      TryCapture(OneOrMore(.digit)) { Int($0) }
    }
    #expect(!trusted(built).isMatchedOnBytes)
    #expect(Self.line.firstMatch(of: built)?.output.1 == 41)
    #expect(Self.line.firstMatch(of: plain.ignoresCase()) != nil)
    #expect(Self.line.firstMatch(of: plain) == nil)
  }

  @Test func everyKindOfOutput() throws {
    let one = trusted(/took \d+/)
    #expect(Self.line.firstMatch(of: one)?.output == "took 41")
    #expect(Self.line.firstMatch(of: one)?.0 == "took 41")
    let two = trusted(/(?<verb>GET|PUT) (?<path>\S+)( twice)? took (\d+)/)
    let match = try #require(Self.line.firstMatch(of: two))
    #expect(match.verb == "GET")
    #expect(match.path == "/page/3")
    #expect(match.2 == "/page/3")
    #expect(match.3 == nil)
    #expect(match.4 == "41")
    #expect(match.output.path.base == Self.line)
    let (whole, verb, path, twice, time) = match.output
    #expect((whole, verb, path) == ("GET /page/3 took 41", "GET", "/page/3"))
    #expect(twice == nil && time == "41")
    #expect("GET /x twice took 2".firstMatch(of: two)?.3 == " twice")
    let typed = trusted(
      try Regex(#"(\d+) ms"#, as: (Substring, Substring).self))
    #expect(Self.line.firstMatch(of: typed)?.1 == "41")
    let untyped = trusted(try Regex(#"(?<time>\d+) ms"#))
    let found = try #require(Self.line.firstMatch(of: untyped))
    #expect(found["time"]?.substring == "41")
    #expect(found.output[1].substring == "41")
    #expect(found.0 == "41 ms")
    #expect(found.output.count == 2)
    let value = trusted(
      Regex {
        Capture(OneOrMore(.digit)) { Int($0) ?? 0 }
        " ms"
      })
    #expect(Self.line.firstMatch(of: value)?.1 == 41)
    let nested = trusted(
      Regex {
        Optionally {
          "took "
          Optionally { Capture("4") }
        }
      })
    #expect("took 41".firstMatch(of: nested)?.1 == .some(.some("4")))
    #expect("".firstMatch(of: nested)?.output.1 == nil)
    let inner = try Regex("(4)(1)")
    let hidden = trusted(
      Regex {
        "took "
        inner
      })
    #expect(Self.line.firstMatch(of: hidden)?.output == "took 41")
    #expect(Self.line.firstMatch(of: hidden)?.0 == "took 41")
    let name = Reference(Substring.self)
    let referred = trusted(
      Regex {
        Capture(as: name) { OneOrMore(.digit) }
        " ms"
      })
    #expect(Self.line.firstMatch(of: referred)?[name] == "41")
  }

  @Test func literalsComponentsAndClosures() throws {
    let line = Self.line
    #expect(line.contains(/GET/))
    #expect(line.contains("GET"))
    #expect(line.contains("G" as Character))
    #expect(line.contains(where: { $0.isNumber }))
    #expect([1, 2].contains(2) && [1, 2, 3].contains([2, 3]))
    #expect(line.contains { $0 == "G" })
    #expect(line.prefixMatch(of: /\d+/)?.output == "10")
    #expect(line.wholeMatch(of: /.*/) != nil)
    #expect(line.matches(of: /\d+/).map(\.output) == ["10", "0", "12", "7", "3", "41"])
    #expect(line.matches(of: /(\d)(\d)/).map(\.1) == ["1", "1", "4"])
    #expect(line.firstRange(of: /GET/) == line.firstRange(of: "GET"))
    #expect(line.ranges(of: /\d/).count == 9)
    #expect(line.ranges(of: "0").count == 2)
    #expect(line.replacing(/\d+/) { "<\($0.output)>" }.hasPrefix("<10>.<0>"))
    #expect(line.replacing(/(\d+) ms/) { $0.1 + "ms" }.hasSuffix("took 41ms"))
    #expect(line.replacing("GET", with: "PUT").contains(/PUT/))
    #expect(line.replacing(/\d/, with: ["#"]).hasPrefix("##.#"))
    #expect(line.split(separator: /\s+/).count == 6)
    #expect(line.starts(with: /\d/) && line.trimmingPrefix(/\d+/).hasPrefix("."))
    let part = line.dropFirst(3)
    #expect(part.firstMatch(of: /\d+/)?.output == "0" && part.contains(/took/))
    #expect(part.firstMatch(of: /^0/)?.range.lowerBound == part.startIndex)
    let component: some RegexComponent<Substring> = /\d+/
    #expect(line.firstMatch(of: component)?.output == "10")
    #expect(line.contains(component) && line.matches(of: component).count == 6)
    #expect(line.contains(CharacterClass.digit) && line.firstMatch(of: OneOrMore(.digit)) != nil)
    let found = line.firstMatch {
      "took "; Capture { OneOrMore(.digit) }
    }
    #expect(found?.1 == "41")
    var changed = line
    changed.replace(/\d+/, with: "n", maxReplacements: 2)
    #expect(changed.hasPrefix("n.n.12"))
    changed.replace(/\d+/) { _ in "m" }
    #expect(changed.hasPrefix("n.n.m.m"))
    let time: Int? = line.firstMatch(of: /(\d+) ms/).flatMap { Int($0.1) }
    #expect(time == 41)
    let counts = Dictionary(grouping: line.matches(of: /\w/), by: \.output).mapValues(\.count)
    #expect(counts["0"] == 2)
  }

  /// Every single byte against every class, `.` and the inverses.
  @Test func everyByteInEveryClass() throws {
    let classes = [
      #"\d"#, #"\D"#, #"\w"#, #"\W"#, #"\s"#, #"\S"#, ".", "[^a]", "[!-/]", "[a-z]", #"[^\w]"#,
      #"[^\s]"#, #"[\D]"#, "[ -~]", "[A-z]", "$", "^", #"\A"#, #"\z"#,
    ]
    for text in classes {
      let regex = try Regex(text)
      ByteRegexTests.warm(regex, with: [Self.line, "a1 !"])
      #expect(regex.isMatchedOnBytes, "\(text)")
      for byte in UInt8(0)..<128 {
        let subject = String(UnicodeScalar(byte))
        for whole in [subject, subject + "a", "a" + subject, subject + "\n"] {
          #expect(ByteRegexTests.disagreement(regex, whole) == nil, "\(text) \(byte)")
        }
      }
    }
  }

  @Test func aLongTextIsLookedAtOnlyAsFarAsNeeded() throws {
    let regex = trusted(/\d+ (\w+)/)
    for length in [1020, 1022, 1023, 1024, 1025, 2000, 9000, 9216] {
      let filler = String(repeating: "-", count: length)
      for tail in ["1 a", "12 abcdef", "1", "1 e\u{301}", "1 \u{301}", "\u{301}1 a", "1 a\r\n"] {
        #expect(
          ByteRegexTests.disagreement(regex, filler + tail) == nil,
          "\(length) \(tail.debugDescription)")
        #expect(ByteRegexTests.disagreement(regex, tail + filler + "é") == nil)
      }
    }
  }

  /// An expression that several threads use, which none changes.
  private struct Shared: @unchecked Sendable {
    let regex: Regex<(Substring, Substring, Substring)>
  }

  @Test func manyThreadsAtOnce() async throws {
    let shared = Shared(
      regex: try Regex(#"(\w+) took (\d+)"#, as: (Substring, Substring, Substring).self))
    let sums = await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var sum = 0
          for number in 0..<2000 {
            let other = try? Regex("x\(number % 70)")
            if let other, "x\(number % 70)".contains(other) { sum += 1 }
            if let match = "\(task) page took \(number) ms".firstMatch(of: shared.regex) {
              sum += Int(match.2) ?? 0
            }
          }
          return sum
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == Array(repeating: 1999 * 1000 + 2000, count: 8))
  }

  /// In a process of its own: memory is that of all tests that run beside it.
  @Test func nothingLeaks() async {
    await #expect(processExitsWith: .success) {
      let regex = ByteRegexUseTests().trusted(/(?<first>\d+)\.(\d+)/)
      func run(_ count: Int) -> Int {
        var found = 0
        for _ in 0..<count {
          if let match = ByteRegexUseTests.line.firstMatch(of: regex), match.first == "10",
            match.output.2 == "0"
          {
            found += 1
          }
          found += ByteRegexUseTests.line.matches(of: regex).count
        }
        return found
      }
      #expect(run(20_000) == 60_000)
      let before = try ByteRegexUseTests.residentKilobytes()
      #expect(run(100_000) == 300_000)
      let after = try ByteRegexUseTests.residentKilobytes()
      #expect(after - before < 4_000)
    }
  }

  private static func residentKilobytes() throws -> Int {
    let file = try #require(fopen("/proc/self/statm", "r"))
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 200)
    _ = fgets(&line, 200, file)
    let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      .split(separator: " ")
    return try #require(Int(fields[1])) * 4
  }
}
