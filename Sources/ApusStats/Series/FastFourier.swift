@_implementationOnly import Glibc

/// Discrete Fourier transforms of any length: powers of two by halving (Cooley and Tukey 1965),
/// other lengths as a convolution of such (Bluestein 1970).
enum FastFourier {
  /// The transform of complex numbers whose count is a power of two, in place, unscaled.
  static func transform(_ real: inout [Double], _ imaginary: inout [Double], inverse: Bool = false)
  {
    let count = real.count
    precondition(count > 0 && count & (count - 1) == 0 && imaginary.count == count)
    var reversed = 0
    for index in 1..<max(count, 1) {
      var bit = count >> 1
      while reversed & bit != 0 {
        reversed ^= bit
        bit >>= 1
      }
      reversed |= bit
      if index < reversed {
        real.swapAt(index, reversed)
        imaginary.swapAt(index, reversed)
      }
    }
    // Each factor is computed from its own angle: a running product would lose digits.
    let sign = inverse ? 1.0 : -1.0
    let factors = (0..<max(count / 2, 1)).map { index in
      let angle = 2 * Double.pi * Double(index) / Double(count)
      return (cosine: cos(angle), sine: sign * sin(angle))
    }
    var length = 2
    while length <= count {
      let half = length / 2
      let stride = count / length
      for start in Swift.stride(from: 0, to: count, by: length) {
        for offset in 0..<half {
          let factor = factors[offset * stride]
          let (low, high) = (start + offset, start + offset + half)
          let turnedReal = real[high] * factor.cosine - imaginary[high] * factor.sine
          let turnedImaginary = real[high] * factor.sine + imaginary[high] * factor.cosine
          real[high] = real[low] - turnedReal
          imaginary[high] = imaginary[low] - turnedImaginary
          real[low] += turnedReal
          imaginary[low] += turnedImaginary
        }
      }
      length *= 2
    }
  }

  /// The transform of real numbers of any count: its first `count / 2 + 1` terms.
  static func real(_ values: [Double]) -> (real: [Double], imaginary: [Double]) {
    let count = values.count
    let kept = count / 2 + 1
    if count & (count - 1) == 0 {
      var (real, imaginary) = (values, [Double](repeating: 0, count: count))
      transform(&real, &imaginary)
      return (Array(real.prefix(kept)), Array(imaginary.prefix(kept)))
    }
    let size = powerOfTwo(atLeast: 2 * count - 1)
    // The angle π k² / n, with k² taken modulo 2n so that it stays exact.
    let chirps = (0..<count).map { index in
      let angle = Double.pi * Double((index * index) % (2 * count)) / Double(count)
      return (cosine: cos(angle), sine: sin(angle))
    }
    var (oneReal, oneImaginary) = (
      [Double](repeating: 0, count: size), [Double](repeating: 0, count: size)
    )
    var (twoReal, twoImaginary) = (oneReal, oneImaginary)
    for index in 0..<count {
      oneReal[index] = values[index] * chirps[index].cosine
      oneImaginary[index] = -values[index] * chirps[index].sine
      twoReal[index] = chirps[index].cosine
      twoImaginary[index] = chirps[index].sine
      if index > 0 {
        twoReal[size - index] = chirps[index].cosine
        twoImaginary[size - index] = chirps[index].sine
      }
    }
    transform(&oneReal, &oneImaginary)
    transform(&twoReal, &twoImaginary)
    for index in 0..<size {
      let real = oneReal[index] * twoReal[index] - oneImaginary[index] * twoImaginary[index]
      oneImaginary[index] =
        oneReal[index] * twoImaginary[index] + oneImaginary[index] * twoReal[index]
      oneReal[index] = real
    }
    transform(&oneReal, &oneImaginary, inverse: true)
    let scale = 1 / Double(size)
    var (real, imaginary) = ([Double](), [Double]())
    for index in 0..<kept {
      let chirp = chirps[index]
      real.append(scale * (oneReal[index] * chirp.cosine + oneImaginary[index] * chirp.sine))
      imaginary.append(scale * (oneImaginary[index] * chirp.cosine - oneReal[index] * chirp.sine))
    }
    return (real, imaginary)
  }

  /// The smallest power of two that is not below `count`.
  static func powerOfTwo(atLeast count: Int) -> Int {
    var power = 1
    while power < count { power *= 2 }
    return power
  }
}
