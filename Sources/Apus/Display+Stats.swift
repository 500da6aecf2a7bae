public import ApusCell
public import ApusStats

extension StatsCard: Displayable {
  /// The card in HTML and in text.
  public var displayBundle: DisplayBundle {
    [.html: .text(html), .plainText: .text(description)]
  }
}

extension StatsResult where Self: Displayable {
  /// The result's card.
  public var displayBundle: DisplayBundle { card.displayBundle }
}

extension Autocorrelation: Displayable {}
extension PortmanteauResult: Displayable {}
extension UnitRootResult: Displayable {}
extension Decomposition: Displayable {}
extension ExponentialSmoothing: Displayable {}
extension ARIMA: Displayable {}
extension AutoARIMA: Displayable {}
extension Forecast: Displayable {}
extension ForecastAccuracy: Displayable {}
extension Periodogram: Displayable {}
extension TestResult: Displayable {}
extension TukeyResult: Displayable {}
extension SampleDescription: Displayable {}
extension CorrelationMatrix: Displayable {}
extension BootstrapResult: Displayable {}
extension JackknifeResult: Displayable {}
extension KernelDensity: Displayable {}
extension KernelDensity2D: Displayable {}
extension LinearModel: Displayable {}
extension AnovaTable: Displayable {}
extension ModelTest: Displayable {}
extension LearnedModel: Displayable {}
extension RegressionMetrics: Displayable {}
extension ClassMetrics: Displayable {}
extension ScoreMetrics: Displayable {}
extension CrossValidation: Displayable {}
extension LearnerSearch: Displayable {}
extension PermutationImportance: Displayable {}
extension KMeans: Displayable {}
extension HierarchicalClustering: Displayable {}
extension DBSCAN: Displayable {}
extension PCA: Displayable {}
extension LDA: Displayable {}
extension GLM: Displayable {}
extension DevianceTable: Displayable {}
extension KaplanMeier: Displayable {}
extension Cox: Displayable {}
extension ModelTable: Displayable {}
extension ElasticNet: Displayable {}
extension RobustModel: Displayable {}
