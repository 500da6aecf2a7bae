/// Which factors of a term are coded in full (a column for each level) and which by contrasts, so
/// that the design has no column twice over.
///
/// A factor in full is its contrasts and the constant; a product of factors is thus a sum of
/// products of contrasts. Of these a term adds those that no term before it has.
/// Source: Chambers & Hastie, Statistical Models in S, 1992, §2.4; the joining as in patsy.
struct TermCoding {
  /// A product of factors, each in full or by contrasts.
  struct Product {
    var isFull: [String: Bool]
  }

  /// What was added before, by the numeric factors that it stands with.
  private var used: [Set<String>: Set<Set<String>>] = [:]

  /// The products that a term of these factors adds.
  mutating func products(numeric: Set<String>, factors: [String]) -> [Product] {
    var subsets: [[String]] = [[]]
    for factor in factors { subsets += subsets.map { $0 + [factor] } }
    subsets = subsets.enumerated().sorted { left, right in
      left.element.count == right.element.count
        ? left.offset < right.offset : left.element.count < right.element.count
    }.map(\.element)
    var fresh: [Product] = []
    for subset in subsets where used[numeric, default: []].insert(Set(subset)).inserted {
      fresh.append(Product(isFull: Dictionary(uniqueKeysWithValues: subset.map { ($0, false) })))
    }
    while let joined = Self.joined(fresh) { fresh = joined }
    return fresh
  }

  private static func joined(_ products: [Product]) -> [Product]? {
    for short in products.indices {
      for long in products.indices.dropFirst(short + 1) {
        let (small, large) = (products[short].isFull, products[long].isFull)
        guard large.count == small.count + 1, small.allSatisfy({ large[$0.key] == $0.value }),
          let added = large.first(where: { small[$0.key] == nil }), !added.value
        else { continue }
        var rest = products
        rest.remove(at: long)
        rest.remove(at: short)
        var full = large
        full[added.key] = true
        return [Product(isFull: full)] + rest
      }
    }
    return nil
  }
}
