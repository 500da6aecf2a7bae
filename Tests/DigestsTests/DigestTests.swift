import Digests
import Testing

@Suite struct DigestTests {
  @Test(
    "SHA-256 gives the digests of FIPS 180-4's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
  func sha256(_ text: String, _ expected: String) {
    #expect(SHA256.hexDigest(of: text) == expected)
  }

  @Test("HMAC-SHA-256 gives the code of RFC 4231, test case 2, however the text is cut")
  func hmac() {
    let whole = Array("what do ya want for nothing?".utf8)
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    for cut in [0, 1, 10, whole.count] {
      let code = HMACSHA256.code(
        of: [Array(whole[..<cut]), Array(whole[cut...])], key: Array("Jefe".utf8))
      #expect(Hex.text(of: code) == expected)
    }
  }

  @Test("comparison tells equal from unequal")
  func comparison() {
    #expect(constantTimeEqual([1, 2], [1, 2]))
    #expect(!constantTimeEqual([1, 2], [1, 3]))
    #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
  }
}
