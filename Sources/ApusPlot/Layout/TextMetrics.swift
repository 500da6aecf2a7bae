/// About how wide text is, from the advance widths of Helvetica: near enough to leave room for it.
enum TextMetrics {
  /// Thousandths of the font's size for the characters from space to tilde.
  private static let widths: [Double] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]

  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    var sum = 0.0
    for scalar in text.unicodeScalars {
      let code = Int(scalar.value)
      if code >= 32, code < 127 {
        sum += widths[code - 32]
      } else {
        // East Asian letters and pictures are square, most others are like small Latin ones.
        sum += code >= 0x1100 ? 1000 : code == 0x2026 ? 1000 : 556
      }
    }
    return sum / 1000 * size * (isBold ? 1.06 : 1)
  }

  /// The text, or as much of it as is not wider than `limit`, and three dots in one.
  static func shortened(_ text: String, size: Double, isBold: Bool = false, to limit: Double)
    -> String
  {
    guard width(text, size: size, isBold: isBold) > limit else { return text }
    var kept = text
    while !kept.isEmpty, width(kept + "…", size: size, isBold: isBold) > limit { kept.removeLast() }
    return kept + "…"
  }
}
