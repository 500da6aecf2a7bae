/// Finds the separator of a CSV text from its first records: the one that cuts them into equally
/// many values, as many as possible; the comma where nothing cuts.
struct CSVSniffer {
  let quote: UInt8

  private static let candidates: [UInt8] = [0x2c, 0x3b, 0x09, 0x7c]  // , ; tab |
  private static let recordLimit = 50

  /// The separator of `text`.
  func separator(of text: ArraySlice<UInt8>) -> UInt8 {
    let counts = separatorCounts(of: text)
    var best = (separator: UInt8(ascii: ","), score: 0)
    for (place, candidate) in CSVSniffer.candidates.enumerated() {
      let perRecord = counts.map { $0[place] }
      guard let first = perRecord.first, first > 0 else { continue }
      let agreeing = perRecord.count { $0 == first }
      // Agreement of all records outweighs any number of columns.
      let score = agreeing == perRecord.count ? 1_000_000 + first : agreeing
      if score > best.score { best = (candidate, score) }
    }
    return best.separator
  }

  /// How often each candidate stands outside quotes, record by record.
  private func separatorCounts(of text: ArraySlice<UInt8>) -> [[Int]] {
    var records: [[Int]] = []
    var current = [0, 0, 0, 0]
    var isInQuotes = false
    var isEmpty = true
    for byte in text {
      if byte == quote { isInQuotes.toggle() }
      guard !isInQuotes else { continue }
      if byte == 10 || byte == 13 {
        if !isEmpty { records.append(current) }
        if records.count == CSVSniffer.recordLimit { return records }
        current = [0, 0, 0, 0]
        isEmpty = true
        continue
      }
      isEmpty = false
      if let place = CSVSniffer.candidates.firstIndex(of: byte) { current[place] += 1 }
    }
    if !isEmpty { records.append(current) }
    return records
  }
}
