internal import ApusFrame

/// How the standard errors of a model are computed.
public enum StandardErrors: Sendable, Equatable {
  /// From the residual variance (linear models) or the information matrix (generalised ones).
  case classical
  /// White's, right under unequal variances in large samples.
  case hc0
  /// White's times n / (n − p).
  case hc1
  /// Squared residuals by 1 − h (MacKinnon & White, 1985).
  case hc2
  /// Squared residuals by (1 − h)²: the cautious choice in small samples.
  case hc3
  /// Rows of a group may depend on each other; times (n − 1)/(n − p) · G/(G − 1).
  case cluster(String)
  /// Newey–West: rows in the order of time, weights 1 − l/(lags + 1).
  case hac(lags: Int)

  var name: String {
    switch self {
    case .classical: "classical"
    case .hc0: "HC0"
    case .hc1: "HC1"
    case .hc2: "HC2"
    case .hc3: "HC3"
    case .cluster(let column): "clustered by \(column)"
    case .hac(let lags): "HAC, \(lags) lag\(lags == 1 ? "" : "s")"
    }
  }
}

/// Sandwich covariances: bread · meat · bread.
enum Sandwich {
  /// The covariance from each row's score, `scores[row]` times the row of x.
  /// - Parameter leverages: the hat values, for HC2 and HC3.
  static func covariance(
    _ errors: StandardErrors, x: Matrix, scores: [Double], bread: Matrix, leverages: () -> [Double],
    clusters: [Int32]?, place: String
  ) throws(StatsError) -> Matrix {
    let (n, p) = (x.rowCount, x.columnCount)
    var squares = scores.map { $0 * $0 }
    var factor = 1.0
    let meat: Matrix
    switch errors {
    case .classical: preconditionFailure("classical errors have no meat")
    case .hc0, .hc1, .hc2, .hc3:
      if errors == .hc1 { factor = Double(n) / Double(n - p) }
      if errors == .hc2 || errors == .hc3 {
        for (row, h) in leverages().enumerated() {
          guard 1 - h > 1e-10 else {
            throw StatsError(
              code: .badValue,
              what:
                "\(errors.name) errors do not exist: row \(row) of those used is fitted exactly",
              place: place, mend: "use HC1, or leave out the column that only this row has")
          }
          squares[row] /= errors == .hc2 ? 1 - h : (1 - h) * (1 - h)
        }
      }
      meat = try CrossProducts.gram(x, weights: squares)
    case .cluster:
      guard let clusters else { preconditionFailure("no clusters") }
      let count = Int(clusters.max() ?? -1) + 1
      guard count > 1 else {
        throw StatsError(
          code: .tooFewRows, what: "there is only one cluster", place: place,
          mend: "cluster by a column with at least two values")
      }
      var sums = Matrix(rowCount: count, columnCount: p)
      for column in 0..<p {
        for row in 0..<n {
          sums.elements[column * count + Int(clusters[row])] +=
            scores[row] * x.elements[column * n + row]
        }
      }
      meat = try CrossProducts.gram(sums)
      factor = Double(n - 1) / Double(n - p) * Double(count) / Double(count - 1)
    case .hac(let lags):
      guard lags >= 0, lags < n else {
        throw StatsError(
          code: .badOption, what: "\(lags) lags of \(n) rows", place: place,
          mend: "choose 0 to \(n - 1); n^(1/4) is usual")
      }
      var sum = try CrossProducts.gram(x, weights: squares)
      for lag in 1..<max(lags + 1, 1) where lag <= lags {
        let weight = 1 - Double(lag) / Double(lags + 1)
        for i in 0..<p {
          for j in 0..<p {
            var product = 0.0
            for row in lag..<n {
              product +=
                scores[row] * scores[row - lag] * x.elements[i * n + row]
                * x.elements[j * n + row - lag]
            }
            sum[i, j] += weight * product
            sum[j, i] += weight * product
          }
        }
      }
      meat = sum
    }
    var result = product(product(bread, meat), bread)
    for place in result.elements.indices { result.elements[place] *= factor }
    return result
  }

  static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    var result = Matrix(rowCount: a.rowCount, columnCount: b.columnCount)
    for j in 0..<b.columnCount {
      for k in 0..<a.columnCount {
        let factor = b[k, j]
        for i in 0..<a.rowCount { result[i, j] += a[i, k] * factor }
      }
    }
    return result
  }

  /// A column's groups as numbers, of the rows that are kept.
  static func clusters(
    _ name: String, of frame: DataFrame, keptRows: [Int]?, place: String
  ) throws(StatsError) -> [Int32] {
    let column: AnyColumn
    do throws(FrameError) {
      _ = try frame.schema.place(of: name, in: place)
      column = try frame[name]
    } catch {
      throw StatsError(error, in: place)
    }
    let values = try FactorValues(column, in: place).kept(keptRows)
    if let row = values.codes.firstIndex(where: { $0 < 0 }) {
      throw StatsError(
        code: .badValue, what: "\"\(name)\" is null in row \(keptRows?[row] ?? row)", place: place,
        mend: "leave such rows out, or fill them")
    }
    return values.codes
  }
}
