import ApusCell
import OrderedJSON
import Testing

@Suite struct DisplayBundleTests {
  struct Portfolio: Displayable {
    var displayBundle: DisplayBundle { [.html: "<b>7</b>", .plainText: "7"] }
  }

  @Test("text stands as a string, bytes as base 64, JSON as itself, keys in order")
  func json() {
    let bundle: DisplayBundle = [
      .plainText: "a\n\"b\"", .png: .bytes([0xFF, 0x00, 0x10]), .json: .json(.array([.null])),
    ]
    #expect(
      bundle.json.description
        == #"{"application/json":[null],"image/png":"/wAQ","text/plain":"a\n\"b\""}"#)
  }

  @Test(
    "base 64 is that of RFC 4648",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func base64(_ text: String, _ expected: String) {
    let bundle: DisplayBundle = [.png: .bytes(Array(text.utf8))]
    #expect(bundle.json.description == #"{"image/png":"\#(expected)"}"#)
  }

  @Test("the last of a type counts, and a type of one's own is a string")
  func literal() {
    let bundle: DisplayBundle = ["text/x": "a", "text/x": "b"]
    #expect(bundle == DisplayBundle([MIMEType(rawValue: "text/x"): "b"]))
    #expect(bundle["text/x"] == .text("b"))
    #expect(bundle[.html] == nil)
  }

  @Test("a value that shows itself does so, also behind Any and Optional")
  func displayable() {
    let expected: DisplayBundle = [.html: "<b>7</b>", .plainText: "7"]
    let optional: Portfolio? = Portfolio()
    #expect(DisplayBundle(showing: Portfolio()) == expected)
    #expect(DisplayBundle(showing: Portfolio() as Any) == expected)
    #expect(DisplayBundle(showing: optional as Any) == expected)
  }

  static let plain: [(value: @Sendable () -> Any, text: String)] = [
    ({ 1 }, "1"), ({ "a\n" }, #""a\n""#), ({ [1, 2] }, "[1, 2]"), ({ 1.0 }, "1.0"),
    ({ Int?.none as Any }, "nil"), ({ Int?.some(3) as Any }, "Optional(3)"),
    ({ Int??.some(nil) as Any }, "Optional(nil)"), ({ Int.self }, "Swift.Int"),
    ({ (1, "a") }, #"(1, "a")"#), ({ [String: Int]() }, "[:]"),
  ]

  @Test("other values show as debugPrint writes them, without a line end", arguments: plain.indices)
  func debugText(_ index: Int) {
    let (value, text) = Self.plain[index]
    #expect(DisplayBundle(showing: value()) == [.plainText: .text(text)])
  }

  @Test("outside a worker nothing is shown, and nothing fails")
  func noWorker() {
    display("a", id: "b")
    display(image: [1, 2, 3], .jpeg)
    clearOutput(wait: true)
    #expect(__apus_result(5) == 5)
    #expect(Array(progress(1...3, "Loading")) == [1, 2, 3])
    #expect(Array(progress([Int]())) == [])
  }
}
