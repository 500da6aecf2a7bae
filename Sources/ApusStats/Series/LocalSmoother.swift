/// Local regression with tricube weights over equally spaced values, as STL does it.
struct LocalSmoother {
  /// How many values a regression sees.
  let length: Int
  /// 0 for a weighted mean, 1 for a line.
  let degree: Int
  /// The regression is computed at every so many values and drawn straight between.
  let jump: Int

  /// The smoothed values; a value whose neighbours all have weight 0 stays as it is.
  func smoothed(_ values: [Double], weights: [Double]?) -> [Double] {
    let count = values.count
    guard count >= 2 else { return values }
    let jump = min(jump, count - 1)
    var result = [Double](repeating: 0, count: count)
    var reach = (left: 1, right: min(length, count))
    for position in stride(from: 1, through: count, by: jump) {
      if length < count { reach = window(at: position, count: count, jump: jump, before: reach) }
      result[position - 1] =
        value(of: values, at: position, from: reach.left, to: reach.right, weights: weights)
        ?? values[position - 1]
    }
    guard jump > 1 else { return result }
    for start in stride(from: 0, to: count - jump, by: jump) {
      let slope = (result[start + jump] - result[start]) / Double(jump)
      for row in start..<(start + jump) {
        result[row] = result[start] + slope * Double(row - start)
      }
    }
    let last = (count - 1) / jump * jump
    if last != count - 1 {
      result[count - 1] =
        value(of: values, at: count, from: reach.left, to: reach.right, weights: weights)
        ?? values[count - 1]
      let slope = (result[count - 1] - result[last]) / Double(count - 1 - last)
      for row in (last + 1)..<count { result[row] = result[last] + slope * Double(row - last) }
    }
    return result
  }

  /// The window of a position: around it, and held inside at the ends.
  private func window(at position: Int, count: Int, jump: Int, before: (left: Int, right: Int))
    -> (left: Int, right: Int)
  {
    if jump == 1 {
      return position > (length + 2) / 2 && before.right != count
        ? (before.left + 1, before.right + 1) : before
    }
    let half = (length + 1) / 2
    if position < half { return (1, length) }
    if position >= count - half + 1 { return (count - length + 1, count) }
    return (position - half + 1, length + position - half)
  }

  /// The regression's value at a position (from 1, perhaps outside) over positions `left` to
  /// `right`; `nil` when all weights there are 0.
  func value(
    of values: [Double], at position: Int, from left: Int, to right: Int, weights: [Double]?
  )
    -> Double?
  {
    let count = values.count
    var reach = Double(max(position - left, right - position))
    if length > count { reach += Double((length - count) / 2) }
    var local = [Double](repeating: 0, count: right - left + 1)
    var total = 0.0
    for place in left...right {
      let distance = Double(abs(place - position))
      guard distance <= 0.999 * reach else { continue }
      var weight = 1.0
      if distance > 0.001 * reach {
        let part = distance / reach
        let rest = 1 - part * part * part
        weight = rest * rest * rest
      }
      if let weights { weight *= weights[place - 1] }
      local[place - left] = weight
      total += weight
    }
    guard total > 0 else { return nil }
    for index in local.indices { local[index] /= total }
    if reach > 0, degree > 0 {
      var mean = 0.0
      for index in local.indices { mean += local[index] * Double(left + index) }
      var square = 0.0
      for index in local.indices {
        let offset = Double(left + index) - mean
        square += local[index] * offset * offset
      }
      if square.squareRoot() > 0.001 * Double(count - 1) {
        let slope = (Double(position) - mean) / square
        for index in local.indices {
          local[index] *= slope * (Double(left + index) - mean) + 1
        }
      }
    }
    var result = 0.0
    for index in local.indices { result += local[index] * values[left - 1 + index] }
    return result
  }
}
