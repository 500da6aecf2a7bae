@_implementationOnly import Glibc

/// The functions that formulas know.
enum FormulaFunction {
  /// Functions of one number.
  static func elementary(_ name: String) -> ((Double) -> Double)? {
    switch name {
    case "log": { Glibc.log($0) }
    case "log2": { Glibc.log2($0) }
    case "log10": { Glibc.log10($0) }
    case "log1p": { Glibc.log1p($0) }
    case "exp": { Glibc.exp($0) }
    case "expm1": { Glibc.expm1($0) }
    case "sqrt": { $0.squareRoot() }
    case "abs": { Swift.abs($0) }
    case "sin": { Glibc.sin($0) }
    case "cos": { Glibc.cos($0) }
    case "tanh": { Glibc.tanh($0) }
    default: nil
    }
  }

  /// Everything that may stand before a parenthesis.
  static let names = [
    "abs", "bs", "C", "cbind", "center", "cos", "exp", "expm1", "I", "log", "log10", "log1p",
    "log2", "ns", "offset", "poly", "scale", "sin", "sqrt", "standardize", "Surv", "tanh",
    "Treatment", "Sum", "Helmert", "Poly", "treatment", "sum", "helmert",
  ]
}

/// The name that a slip of the fingers would turn into another.
enum NearName {
  static func nearest(to name: String, in names: [String]) -> String? {
    let wanted = Array(name.lowercased())
    let reach = max(1, min(wanted.count / 2, 3))
    var best: (name: String, distance: Int)?
    for candidate in names {
      let distance = editDistance(wanted, Array(candidate.lowercased()))
      if distance <= reach, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  private static func editDistance(_ one: [Character], _ other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (i, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, second) in other.enumerated() {
        let replaced = diagonal + (letter == second ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[other.count]
  }
}
