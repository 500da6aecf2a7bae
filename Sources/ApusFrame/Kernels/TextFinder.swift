/// Looks for several texts at once, byte by byte.
/// - Source: A. V. Aho, M. J. Corasick 1975, Communications of the ACM 18(6), with the failures worked
///   into the transitions.
struct TextFinder: Sendable {
  /// For each state and byte the next state.
  private let transitions: [Int32]
  /// Whether a text ends in a state.
  private let isEnd: [Bool]

  init(_ parts: [[UInt8]]) {
    var next = [[Int32]](repeating: [Int32](repeating: -1, count: 256), count: 1)
    var ends = [false]
    for part in parts {
      var state = 0
      for byte in part {
        if next[state][Int(byte)] < 0 {
          next[state][Int(byte)] = Int32(next.count)
          next.append([Int32](repeating: -1, count: 256))
          ends.append(false)
        }
        state = Int(next[state][Int(byte)])
      }
      ends[state] = true
    }
    var failures = [Int](repeating: 0, count: next.count)
    var queue: [Int] = []
    for byte in 0..<256 {
      if next[0][byte] < 0 { next[0][byte] = 0 } else { queue.append(Int(next[0][byte])) }
    }
    var place = 0
    while place < queue.count {
      let state = queue[place]
      place += 1
      ends[state] = ends[state] || ends[failures[state]]
      for byte in 0..<256 {
        let fallen = next[failures[state]][byte]
        if next[state][byte] < 0 {
          next[state][byte] = fallen
        } else {
          failures[Int(next[state][byte])] = Int(fallen)
          queue.append(Int(next[state][byte]))
        }
      }
    }
    transitions = next.flatMap { $0 }
    isEnd = ends
  }

  /// Whether one of the texts stands in some bytes.
  func isFound(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if isEnd[0] { return true }
    var state = 0
    for byte in bytes {
      state = Int(transitions[state << 8 | Int(byte)])
      if isEnd[state] { return true }
    }
    return false
  }
}
