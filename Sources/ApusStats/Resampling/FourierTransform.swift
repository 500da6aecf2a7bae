@_implementationOnly import Glibc

/// Discrete Fourier transforms of lengths that are powers of two.
enum FourierTransform {
  /// Transforms in place: Σ x exp(∓2πi jk/n); the inverse is not divided by n.
  static func transform(_ real: inout [Double], _ imaginary: inout [Double], isInverse: Bool) {
    let count = real.count
    precondition(count & (count - 1) == 0 && imaginary.count == count, "a length of \(count)")
    var reversed = 0
    for place in 1..<Swift.max(count, 1) {
      var bit = count >> 1
      while reversed & bit != 0 {
        reversed ^= bit
        bit >>= 1
      }
      reversed |= bit
      if place < reversed {
        real.swapAt(place, reversed)
        imaginary.swapAt(place, reversed)
      }
    }
    let sign = isInverse ? 1.0 : -1.0
    let roots = (0..<Swift.max(count / 2, 1)).map { place in
      let angle = 2 * Double.pi * Double(place) / Double(count)
      return (cos(angle), sign * sin(angle))
    }
    var length = 2
    while length <= count {
      let (half, step) = (length / 2, count / length)
      for start in stride(from: 0, to: count, by: length) {
        for offset in 0..<half {
          let (c, s) = roots[offset * step]
          let (low, high) = (start + offset, start + offset + half)
          let re = real[high] * c - imaginary[high] * s
          let im = real[high] * s + imaginary[high] * c
          (real[high], imaginary[high]) = (real[low] - re, imaginary[low] - im)
          (real[low], imaginary[low]) = (real[low] + re, imaginary[low] + im)
        }
      }
      length *= 2
    }
  }

  /// The cosine transform of type 2: 2 Σ x_j cos(π k (2j + 1) / 2n).
  static func cosine(_ values: [Double]) -> [Double] {
    let count = values.count
    // Even places forwards, odd ones backwards.
    var real = [Double](repeating: 0, count: count)
    for place in 0..<(count + 1) / 2 { real[place] = values[2 * place] }
    for place in 0..<count / 2 { real[count - 1 - place] = values[2 * place + 1] }
    var imaginary = [Double](repeating: 0, count: count)
    transform(&real, &imaginary, isInverse: false)
    return (0..<count).map { place in
      let angle = -Double.pi * Double(place) / Double(2 * count)
      return 2 * (real[place] * cos(angle) - imaginary[place] * sin(angle))
    }
  }
}
