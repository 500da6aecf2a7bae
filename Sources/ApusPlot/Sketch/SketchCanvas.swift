/// A picture of letters: dots of two columns and four rows a letter (Unicode's braille), and texts
/// over them.
struct SketchCanvas {
  /// Letters across and down.
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  private var letters: [Character?]

  /// An empty picture of so many letters.
  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    dots = [UInt8](repeating: 0, count: columns * rows)
    letters = [Character?](repeating: nil, count: columns * rows)
  }

  /// Dots across and down.
  var width: Int { columns * 2 }
  var height: Int { rows * 4 }

  /// The bits of a letter's dots, row by row, in U+2800's order.
  private static let bits: [UInt8] = [1, 8, 2, 16, 4, 32, 64, 128]

  /// Sets or clears a dot; outside the picture nothing happens.
  mutating func dot(_ x: Int, _ y: Int, isSet: Bool = true) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let bit = SketchCanvas.bits[y % 4 * 2 + x % 2]
    if isSet {
      dots[y / 4 * columns + x / 2] |= bit
    } else {
      dots[y / 4 * columns + x / 2] &= ~bit
    }
  }

  /// A straight line between two dots, which lie near the picture.
  mutating func line(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) {
    let (across, down) = (to.x - from.x, to.y - from.y)
    let steps = Swift.max(abs(across), abs(down)).rounded(.up)
    guard steps.isFinite, steps < 100_000 else { return }
    guard steps > 0 else {
      dot(Int(from.x.rounded(.down)), Int(from.y.rounded(.down)))
      return
    }
    for step in 0...Int(steps) {
      let part = Double(step) / steps
      dot(
        Int((from.x + across * part).rounded(.down)), Int((from.y + down * part).rounded(.down)))
    }
  }

  /// The dots of a rectangle; where `density` is below 1 only so many of them, evenly spread.
  mutating func fill(x: Range<Int>, y: Range<Int>, density: Double = 1) {
    // An ordered pattern (Bayer's of 4 × 4), so that the same picture gives the same dots.
    let pattern = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]
    let limit = Int((density * 16).rounded())
    for row in y.clamped(to: 0..<height) {
      for column in x.clamped(to: 0..<width)
      where pattern[row % 4 * 4 + column % 4] < limit {
        dot(column, row)
      }
    }
  }

  /// A text that starts at a letter's place; what lies outside is cut off.
  mutating func text(_ text: String, column: Int, row: Int) {
    guard row >= 0, row < rows else { return }
    for (offset, letter) in text.enumerated() {
      let place = column + offset
      if place >= 0, place < columns { letters[row * columns + place] = letter }
    }
  }

  /// Whether no text stands in a run of letters.
  func isFree(_ range: Range<Int>, row: Int) -> Bool {
    guard row >= 0, row < rows else { return false }
    return range.clamped(to: 0..<columns).allSatisfy { letters[row * columns + $0] == nil }
  }

  /// The lines, without spaces at their ends.
  var lines: [String] {
    (0..<rows).map { row in
      var line = ""
      for column in 0..<columns {
        let place = row * columns + column
        if let letter = letters[place] {
          line.append(letter)
        } else if dots[place] == 0 {
          line.append(" ")
        } else {
          line.unicodeScalars.append(UnicodeScalar(0x2800 + UInt32(dots[place])) ?? " ")
        }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
