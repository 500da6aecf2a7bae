/// The best way found to cut a node in two.
struct BoostingSplit {
  var gain = 0.0
  var feature = -1
  /// Bins up to this one go left.
  var bin = 0
  var missingLeft = false
}

/// What decides between splits.
struct SplitRule {
  let l2: Double
  let minimumRows: Int
  /// Quanta to slopes and curvatures.
  let slopeUnit: Double
  let curvatureUnit: Double
  /// The fewest quanta of curvature that a leaf needs, so that its value has a bound.
  let minimumCurvature: Int64

  /// The best split over a feature's bins, if it beats `best`. Sums of the node are whole quanta.
  func search(
    _ feature: Int, boundCount: Int, hasMissing: Bool, histogram: SlopeHistogram,
    total: (slope: Int64, curvature: Int64, count: Int), best: inout BoostingSplit
  ) {
    let first = feature &* 256
    let slopes = histogram.slopes + first
    let curvatures = histogram.curvatures + first
    let counts = histogram.counts + first
    let missing = FeatureBins.missing
    let missingCount = hasMissing ? Int(counts[missing]) : 0
    let parent = part(total.slope, total.curvature)
    var slope: Int64 = 0
    var curvature: Int64 = 0
    var count = 0
    // The last cut parts present values from missing ones.
    let end = missingCount > 0 ? boundCount + 1 : boundCount
    for bin in 0..<end {
      slope &+= slopes[bin]
      curvature &+= curvatures[bin]
      count &+= Int(counts[bin])
      if count >= minimumRows, total.count &- count >= minimumRows,
        curvature >= minimumCurvature, total.curvature &- curvature >= minimumCurvature
      {
        let gain =
          part(slope, curvature) + part(total.slope &- slope, total.curvature &- curvature) - parent
        if gain > best.gain {
          // Where no value is missing, those of later frames go with the more rows.
          let isLeft = missingCount == 0 && count > total.count &- count
          best = BoostingSplit(gain: gain, feature: feature, bin: bin, missingLeft: isLeft)
        }
      } else if total.count &- count < minimumRows {
        break
      }
    }
    guard missingCount > 0 else { return }
    slope = slopes[missing]
    curvature = curvatures[missing]
    count = missingCount
    for bin in 0..<boundCount {
      slope &+= slopes[bin]
      curvature &+= curvatures[bin]
      count &+= Int(counts[bin])
      guard total.count &- count >= minimumRows else { break }
      guard count >= minimumRows, curvature >= minimumCurvature,
        total.curvature &- curvature >= minimumCurvature
      else { continue }
      let gain =
        part(slope, curvature) + part(total.slope &- slope, total.curvature &- curvature) - parent
      if gain > best.gain {
        best = BoostingSplit(gain: gain, feature: feature, bin: bin, missingLeft: true)
      }
    }
  }

  private func part(_ slope: Int64, _ curvature: Int64) -> Double {
    let slope = Double(slope) * slopeUnit
    return slope * slope / (Double(curvature) * curvatureUnit + l2)
  }
}
