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
extension GLM: Displayable {}
extension DevianceTable: Displayable {}
