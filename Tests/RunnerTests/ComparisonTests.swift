import Notebooks
import OrderedJSON
import Runner
import Testing

private func text(_ text: String) -> Output { .stream(name: "stdout", text: text) }

private func differences(
  _ stored: [Output], _ fresh: [Output], source: String = "", tags: [JSON] = [],
  _ change: (inout OutputComparison) -> Void = { _ in }
) -> [String] {
  var comparison = OutputComparison()
  change(&comparison)
  let cell = Cell(.code, source: source, metadata: ["tags": .array(tags)])
  return comparison.differences(between: stored, and: fresh, of: cell, index: 0).map(\.what)
}

private func png(_ base64: String) -> Output {
  .display(MIMEBundle(["image/png": .string(base64)]), metadata: [:])
}

@Suite struct OutputComparisonTests {
  @Test("equal outputs do not differ, however a stream is cut and counted")
  func equal() {
    let stored: [Output] = [
      text("a\nb\n"), .result(MIMEBundle(["text/plain": "1"]), metadata: [:], executionCount: 1),
    ]
    let fresh: [Output] = [
      text("a\n"), .result(MIMEBundle(["text/plain": "1"]), metadata: [:], executionCount: 9),
      text("b\n"),
    ]
    #expect(differences(stored, fresh) == [])
  }

  @Test("text is told apart by line; what is missing or new is named")
  func different() {
    #expect(
      differences([text("a\nb")], [text("a\nc")]) == [
        "the output stdout differs in line 2: \"b\", now \"c\""
      ])
    #expect(differences([text("a")], []) == ["the output stdout is missing"])
    #expect(differences([], [text("a")]) == ["the output stdout is new"])
    #expect(
      differences([text("a")], [text("a\n\n")]) == ["the output stdout has 3 lines instead of 1"])
  }

  @Test("addresses do not count, and errors are compared without their traceback")
  func noise() {
    #expect(differences([text("<A at 0x7f00aa11>")], [text("<A at 0x7fbb2233>")]) == [])
    #expect(
      differences(
        [.error(name: "E", value: "v", traceback: ["one"])],
        [.error(name: "E", value: "v", traceback: ["two"])]) == [])
    #expect(
      differences(
        [.error(name: "E", value: "v", traceback: [])],
        [.error(name: "F", value: "v", traceback: [])]
      ).count == 1)
  }

  @Test("numbers within a tolerance are equal, also in tables whose columns widen")
  func tolerance() {
    let stored = [text("mean 1.0000 of x1\n| 10.0 |  2 |\n-----\n")]
    let fresh = [text("mean 1.0001 of x1\n| 10.0001 | 2 |\n--------\n")]
    #expect(differences(stored, fresh).count == 1)
    #expect(differences(stored, fresh) { $0.relativeTolerance = 1e-3 } == [])
    #expect(differences(stored, fresh) { $0.relativeTolerance = 1e-6 }.count == 1)
    #expect(differences([text("x1")], [text("x2")]) { $0.absoluteTolerance = 5 }.count == 1)
    #expect(differences([text("nan 5")], [text("nan 6")]) { $0.absoluteTolerance = 1 } == [])
  }

  @Test("sanitizers of nbval's format")
  func sanitizers() throws {
    let all = try Sanitizer.all(
      in: "[times]\nregex: \\d\\d:\\d\\d\nreplace: TIME\n\n# note\n[x]\nregex: a+\nreplace: A\n",
      at: "f")
    #expect(all.count == 2)
    #expect(differences([text("12:30 aaa")], [text("13:45 aa")]) { $0.sanitizers = all } == [])
    #expect(throws: RunError.self) { try Sanitizer.all(in: "regex: (\nreplace: x", at: "f") }
    #expect(throws: RunError.self) { try Sanitizer.all(in: "nonsense", at: "f") }
  }

  @Test("cells say whether they are compared, by nbval's marks and tags")
  func marks() {
    #expect(differences([text("a")], [text("b")], source: "// NBVAL_IGNORE_OUTPUT\nx") == [])
    #expect(differences([text("a")], [text("b")], source: "# NBVAL_IGNORE_OUTPUT") == [])
    #expect(differences([text("a")], [text("b")], tags: ["nbval-ignore-output"]) == [])
    #expect(differences([text("a")], [text("b")]) { $0.onlyMarked = true } == [])
    #expect(
      differences([text("a")], [text("b")], tags: ["nbval-check-output"]) { $0.onlyMarked = true }
        .count == 1)
  }

  // Made with Pillow: 2 × 2 pixels, RGB; one pixel of the second differs; the third is the first
  // with other filters and compression.
  private let first =
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE0lEQVR4nGP4z8DAwMDAxAABAAkeAQIMp3J2AAAAAElFTkSuQmCC"

  @Test("images are compared by their pixels")
  func images() {
    #expect(differences([png(first)], [png(first + "\n")]) == [])
    #expect(
      differences([png(first)], [png("AAAA")]) == [
        "the image image/png differs: its bytes are others"
      ])
  }

  @Test("JSON is compared by value, with the path of what differs")
  func json() {
    func output(_ json: JSON) -> Output {
      .display(MIMEBundle(["application/json": json]), metadata: [:])
    }
    #expect(
      differences([output(["a": 1, "b": [1, 2]])], [output(["b": [1, 2], "a": 1.0])]) == [])
    #expect(
      differences([output(["b": [1, 2]])], [output(["b": [1, 3]])]) == [
        "the output application/json differs at /b/1: 2, now 3"
      ])
  }
}
