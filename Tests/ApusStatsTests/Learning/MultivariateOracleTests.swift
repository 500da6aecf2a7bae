import ApusFrame
import ApusStats
import Testing

@Suite struct MultivariateOracleTests {
  let oracle: LearningOracle
  let frame: DataFrame

  init() throws {
    oracle = try LearningOracle()
    frame = try oracle.frame()
  }

  @Test("principal components are scikit-learn's but for signs, and lead back")
  func components() throws {
    let pca = try PCA(columns: xNames, data: frame)
    expectNear(pca.variances, oracle["pca-variances"])
    expectNear(pca.varianceRatios, oracle["pca-ratios"])
    expectNear(pca.loadings.transposed.byRows.map(abs), oracle["pca-loadings"])
    expectNear(pca.scores.byRows.prefix(20).map(abs), oracle["pca-scores"])
    expectNear(try pca.transform(frame).byRows, pca.scores.byRows)
    let back = try pca.inverse(pca.scores)
    expectNear(back.column(2), oracle["x2"])
    let two = try PCA(components: 2, columns: xNames, data: frame)
    #expect(two.scores.columnCount == 2)
    #expect(throws: StatsError.self) { try PCA(components: 5, columns: xNames, data: frame) }
  }

  @Test("discriminants are scikit-learn's but for signs")
  func discriminants() throws {
    let lda = try LDA("kind", from: xNames, data: frame)
    expectNear(try lda.predict(frame.strided(9)).probabilities.byRows, oracle["lda-chances"])
    expectNear(lda.varianceRatios, oracle["lda-ratios"])
    expectNear(
      Array(try lda.transform(frame).byRows.prefix(10)).map(abs), oracle["lda-transform"])
  }

  @Test("dense regions are scikit-learn's")
  func dense() throws {
    let found = try DBSCAN(radius: 1.1, columns: xNames, data: frame)
    #expect(found.labels.map(Double.init) == oracle["dbscan"])
  }

  @Test(
    "clusters are joined as scipy joins them", arguments: HierarchicalClustering.Linkage.allCases)
  func joined(_ linkage: HierarchicalClustering.Linkage) throws {
    let found = try HierarchicalClustering(linkage, columns: xNames, data: frame)
    expectNear(
      found.merges.flatMap {
        [Double($0.first), Double($0.second), $0.height, Double($0.size)]
      }, oracle["linkage-\(linkage.rawValue)"])
    #expect(Set(try found.labels(clusters: 4)).count == 4)
    #expect(found.labels(height: .infinity).allSatisfy { $0 == 0 })
  }

  @Test("k-means from given starts ends where scikit-learn's does")
  func clusters() throws {
    var options = KMeansOptions()
    let starts = [0, 40, 80].map { row in xNames.map { oracle[$0][row] } }
    options.start = .centers(try Matrix(rows: starts))
    options.tolerance = 0
    let found = try KMeans(clusters: 3, columns: xNames, data: frame, options: options)
    expectNear(found.centers.byRows, oracle["kmeans-centers"])
    #expect(found.labels.map(Double.init) == oracle["kmeans-labels"])
    expectNear([found.inertia], oracle["kmeans-inertia"])
    #expect(try found.predict(frame) == found.labels)
    let drawn = try KMeans(clusters: 3, columns: xNames, data: frame)
    #expect(drawn.inertia < found.inertia * 1.05)
    #expect(throws: StatsError.self) { try KMeans(clusters: 91, columns: xNames, data: frame) }
  }

  @Test("a cluster that loses its rows moves, and equal rows are an error")
  func emptyClusters() throws {
    let line = try DataFrame(["x": AnyColumn([0, 0.1, 0.2, 10, 10.1, 20] as [Double?])])
    var options = KMeansOptions()
    options.start = .centers(try Matrix(rows: [[0], [100], [200]]))
    let found = try KMeans(clusters: 3, data: line, options: options)
    #expect(found.sizes.sorted() == [1, 2, 3])
    let same = try DataFrame(["x": AnyColumn([1, 1, 1] as [Double?])])
    #expect(throws: StatsError.self) { try KMeans(clusters: 2, data: same) }
  }
}
