internal import ApusFrame

/// Finds whether the first record of a CSV text names the columns.
struct CSVHeader {
  private let scanner: CSVScanner
  private let nulls: CSVNulls
  private let format: CSVNumberFormat?

  private static let sampleRecordCount = 100

  init(_ scanner: CSVScanner, _ options: CSVOptions) throws(FrameError) {
    self.scanner = scanner
    nulls = CSVNulls(options.nullTokens)
    format = try CSVNumberFormat(options)
  }

  /// Whether `first` names the columns of the records in `range`.
  ///
  /// It is data when each of its values is a number, day or truth value as those below it are. Years,
  /// and numbers from 0, name columns all the same when they follow each other.
  func isThere(above range: Range<Int>, _ first: [String]) throws(FrameError) -> Bool {
    var own: [DataType] = []
    for value in first {
      var types = CSVTypes()
      var value = value
      let isNull = value.withUTF8 { bytes in
        let bytes = CSVNumbers.trimmed(bytes)
        types.narrow(by: bytes, format)
        return nulls.contain(bytes)
      }
      guard !isNull, types.type != .string else { return true }
      own.append(types.type)
    }
    let numbers = first.compactMap { Int($0) }
    if first.count > 1, numbers.count == first.count, isStart(numbers[0]),
      numbers.indices.allSatisfy({ numbers[$0] - numbers[0] == $0 })
    {
      return true
    }
    let data = range.clamped(to: range.lowerBound..<range.lowerBound + CSVScanner.chunkLimit - 1)
    let found: CSVScanner.Result
    do throws(FrameError) {
      found = try scanner.scan(data, recordLimit: CSVHeader.sampleRecordCount)
    } catch {
      // Whoever reads the records tells what is wrong with them.
      guard error.code == .malformedFile else { throw error }
      return true
    }
    guard found.recordCount > 0 else { return true }
    for (column, type) in own.enumerated() {
      var below = CSVTypes()
      for index in stride(from: column, to: found.fields.count, by: found.width) {
        let field = found.fields[index]
        guard !field.isMissing else { continue }
        let start = range.lowerBound + Int(field.start)
        let value = CSVNumbers.trimmed(scanner.text.slice(start..<(start + field.count)))
        if !nulls.contain(value) { below.narrow(by: value, format) }
      }
      let isNumber = [.int64, .float64].contains(type) && [.int64, .float64].contains(below.type)
      guard isNumber || below.type == type else { return true }
    }
    return false
  }

  /// Whether names that are numbers may begin so.
  private func isStart(_ number: Int) -> Bool { number == 0 || (1500...2200).contains(number) }
}
