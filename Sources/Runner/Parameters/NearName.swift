/// Finds the name that was probably meant.
package enum NearName {
  /// The name in `names` nearest to `name`, if it is near enough to be a slip.
  package static func find(_ name: String, among names: [String]) -> String? {
    let wanted = Array(name.lowercased())
    let limit = max(1, wanted.count / 3)
    let ranked = names.map { (name: $0, distance: distance(wanted, Array($0.lowercased()))) }
    return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
  }

  /// How many letters are missing, too many, wrong, or swapped with their neighbour.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in a.indices.map({ $0 + 1 }) {
      var row = [i]
      for j in b.indices.map({ $0 + 1 }) {
        let change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, change)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, rows[i - 2][j - 2] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
