import ApusStats
import Testing

/// Numbers of numpy 2 (linalg) for the same matrices.
@Suite struct LinearAlgebraTests {
  let square: Matrix
  let tall: Matrix

  init() throws {
    square = try Matrix(rows: [[4, 1, -2, 2], [1, 2, 0, 1], [-2, 0, 3, -2], [2, 1, -2, -1]])
    tall = try Matrix(rows: [[1, 2, 0], [0, 1, 3], [4, 1, 1], [2, 2, 5]])
  }

  private func expectClose(
    _ got: [Double], _ wanted: [Double], _ tolerance: Double = 1e-13,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(got.count == wanted.count, sourceLocation: location)
    for (a, b) in zip(got, wanted) {
      #expect((a - b).magnitude <= tolerance * max(1, b.magnitude), sourceLocation: location)
    }
  }

  @Test("products agree with sums by hand, and shapes that do not fit are named")
  func products() throws {
    #expect(
      try tall.transposedTimes(tall) == Matrix(rows: [[21, 10, 14], [10, 10, 14], [14, 14, 35]]))
    #expect(try tall.gram() == tall.transposedTimes(tall))
    #expect(try tall * [1, 2, 3] == [5, 11, 9, 21])
    #expect(try tall.transposedTimes([1, 0, 1, 0]) == [5, 3, 1])
    #expect(try square * Matrix.identity(4) == square)
    #expect(try 2 * square - square == square)
    let error = #expect(throws: StatsError.self) { try tall * tall }
    #expect(error?.code == .shapeMismatch)
    #expect(error?.what == "4 × 3 times 4 × 3: 3 columns do not meet 4 rows")
    #expect(throws: StatsError.self) { try tall + square }
  }

  @Test("systems are solved, inverted and measured as numpy does")
  func solving() throws {
    expectClose(
      try square.solve([1, 2, 3, 4]),
      [1.054054054054054, 1.3243243243243243, 0.5675675675675675, -1.7027027027027029])
    let unit = try square * square.inverse()
    expectClose(unit.elements, Matrix.identity(4).elements)
    expectClose([try square.determinant()], [-37])
    expectClose([try square.conditionNumber()], [6.312103850598373])
    let upper = try Matrix(rows: [[2, 1], [0, 4]])
    #expect(try upper.solveTriangle([4, 8]) == [1, 2])
    #expect(try upper.solveTriangle([4, 10], isTransposed: true) == [2, 2])
  }

  @Test("a singular matrix says which column depends on which")
  func singular() throws {
    let matrix = try Matrix(rows: [[1, 2, 5], [0, 1, 2], [3, 1, 5]])
    let error = #expect(throws: StatsError.self) { try matrix.solve([1, 2, 3]) }
    #expect(error?.code == .singular)
    #expect(error?.what.contains("depends on columns") == true)
    #expect(try matrix.determinant().magnitude < 1e-14)
    #expect(try matrix.qr().rank == 2)
    #expect(try matrix.svd().rank() == 2)
    let zero = try Matrix(rows: [[1, 0], [2, 0]])
    let other = #expect(throws: StatsError.self) { try zero.inverse() }
    #expect(other?.what == "the matrix is singular: column 1 is zero in every row")
    #expect(throws: StatsError.self) { try tall.inverse() }
    #expect(throws: StatsError.self) { try Matrix(rows: [[.nan]]).solve([1]) }
  }

  @Test("factors multiply to the matrix they come from")
  func factors() throws {
    let qr = try tall.qr()
    #expect(qr.rank == 3)
    let product = try qr.q() * qr.r
    for (place, column) in qr.order.enumerated() {
      expectClose(product.column(place), tall.column(column))
    }
    let gram = try tall.gram()
    let cholesky = try gram.cholesky()
    expectClose((try cholesky.lower * cholesky.lower.transposed).elements, gram.elements)
    expectClose([cholesky.logDeterminant], [7.434847875212])
    expectClose(try gram * cholesky.solve([1, 2, 3]), [1, 2, 3])
    let error = #expect(throws: StatsError.self) { try square.cholesky() }
    #expect(error?.what.contains("not positive definite") == true)
    let lopsided = #expect(throws: StatsError.self) {
      try Matrix(rows: [[1, 2], [3, 4]]).cholesky()
    }
    #expect(lopsided?.what.contains("not symmetric: row 0, column 1 is 2.0") == true)
  }

  @Test("singular values, their inverse and eigenvalues are numpy's")
  func spectra() throws {
    let svd = try tall.svd()
    expectClose(svd.values, [7.132250819394317, 3.5295745690895575, 1.6349622657680343])
    let inverse = try svd.pseudoInverse()
    expectClose((try inverse * tall).elements, Matrix.identity(3).elements)
    expectClose(
      inverse.row(2),
      [-0.18181818181818174, 0.10389610389610392, -0.025974025974025948, 0.14285714285714285])
    let eigen = try square.eigen()
    expectClose(
      eigen.values,
      [6.844621107234965, 2.2685314064312423, 1.0843644637732166, -2.1975169774394243])
    let first = eigen.vectors.column(0)
    expectClose(try square * first, first.map { $0 * eigen.values[0] }, 1e-12)
    let general = try Matrix(rows: [[0, 1, 0], [0, 0, 1], [1, -1, 1.5]]).eigenvalues()
    expectClose(general.map(\.real), [1.31718265, 0.09140868, 0.09140868], 1e-8)
    expectClose(general.map(\.imaginary), [0, 0.86651059, -0.86651059], 1e-8)
  }
}
