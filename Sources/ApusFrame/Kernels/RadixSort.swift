/// Sorts words, leaving the lowest `low` bits out of account but for words that are equal above
/// them, which keep their order. The result is in `words`; `spare` is as long.
///
/// Counting passes of eight bits over as many leading bits as tell most words apart; what is left
/// is put right by insertion, since the words are nearly in order then.
func radixSort(
  _ words: UnsafeMutablePointer<UInt64>, _ spare: UnsafeMutablePointer<UInt64>, _ count: Int,
  low: Int
) {
  guard count > 24 else {
    insertionSort(words, count)
    return
  }
  var differing: UInt64 = 0
  for place in 0..<count { differing |= words[place] ^ words[0] }
  guard differing >> UInt64(low) != 0 else { return }
  let top = 64 - differing.leadingZeroBitCount
  let wanted = 64 - count.leadingZeroBitCount + 6
  var shift = Swift.max(low, top - wanted)
  let isPartial = shift > low
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { counts in
    var source = words
    var target = spare
    while shift < top {
      counts.update(repeating: 0)
      for place in 0..<count {
        counts[Int(truncatingIfNeeded: source[place] >> UInt64(shift)) & 255] &+= 1
      }
      var sum: UInt32 = 0
      for digit in 0..<256 {
        let here = counts[digit]
        counts[digit] = sum
        sum &+= here
      }
      for place in 0..<count {
        let word = source[place]
        let digit = Int(truncatingIfNeeded: word >> UInt64(shift)) & 255
        target[Int(counts[digit])] = word
        counts[digit] &+= 1
      }
      swap(&source, &target)
      shift += 8
    }
    if source != words { words.update(from: source, count: count) }
  }
  if isPartial { insertionSort(words, count) }
}

private func insertionSort(_ words: UnsafeMutablePointer<UInt64>, _ count: Int) {
  for index in 1..<Swift.max(count, 1) {
    let word = words[index]
    var place = index
    while place > 0, words[place - 1] > word {
      words[place] = words[place - 1]
      place &-= 1
    }
    words[place] = word
  }
}
