@_implementationOnly import CNumerics

/// Which family a distribution is of, with its parameters.
public struct DistributionFamily: Sendable {
  /// The number of the family in the core.
  let code: UInt32
  let a, b, c: Double

  init(_ code: apus_family, _ a: Double, _ b: Double = 0, _ c: Double = 0) {
    (self.code, self.a, self.b, self.c) = (code.rawValue, a, b, c)
  }

  func part(_ part: apus_part, at value: Double) -> Double {
    var value = value
    var result = 0.0
    apus_distribution(apus_family(code), part, a, b, c, &value, &result, 1)
    return result
  }

  func part(_ part: apus_part, at values: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: values.count) { results, filled in
      let start = results.baseAddress
      values.withUnsafeBufferPointer { values in
        guard let start, let source = values.baseAddress else { return }
        overRanges(of: values.count, size: 1 << 12) { rows in
          let (from, to) = (source + rows.lowerBound, start + rows.lowerBound)
          if code == APUS_NORMAL.rawValue, part == APUS_LOWER || part == APUS_UPPER {
            apus_normal_tails(a, b, part == APUS_UPPER ? 1 : 0, from, to, rows.count)
          } else {
            apus_distribution(apus_family(code), part, a, b, c, from, to, rows.count)
          }
        }
      }
      filled = values.count
    }
  }
}
