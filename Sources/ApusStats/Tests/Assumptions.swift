/// Checks of what tests take for granted.
enum Assumptions {
  /// Normality by Shapiro and Wilk, for 3 to 5000 values.
  static func normality(of sample: Sample) throws(StatsError) -> TestResult.Assumption {
    let label = sample.name.isEmpty ? "" : " of \(sample.name)"
    let name = "normality\(label) (Shapiro–Wilk)"
    guard sample.count >= 3 else {
      return .init(name: name, pValue: nil, isMet: true, remark: "too few values to check")
    }
    guard sample.count <= 5000 else {
      return .init(
        name: name, pValue: nil, isMet: true,
        remark: "not checked: the mean of \(sample.count) values is near normal")
    }
    guard !sample.values.allSatisfy({ $0 == sample.values[0] }) else {
      return .init(name: name, pValue: nil, isMet: false, remark: "all values are the same")
    }
    let p = try ShapiroWilk(sample.values).pValue
    let remark =
      p >= 0.05
      ? "nothing against it"
      : sample.count < 30
        ? "doubtful: think of a rank test" : "doubtful, but little matters at this size"
    return .init(name: name, pValue: p, isMet: p >= 0.05, remark: remark)
  }

  /// Equal variances by Levene with medians.
  static func equalVariances(of groups: GroupedSamples) throws(StatsError) -> TestResult.Assumption
  {
    let name = "equal variances (Levene)"
    guard let levene = try LeveneStatistic(groups.samples, centre: .median) else {
      return .init(name: name, pValue: nil, isMet: true, remark: "too little spread to check")
    }
    let isMet = levene.pValue >= 0.05
    return .init(
      name: name, pValue: levene.pValue, isMet: isMet,
      remark: isMet ? "nothing against it" : "doubtful: prefer Welch's test")
  }
}
