import Apus
import Glibc

/// A question: what is made ready, the work that is timed, and how good its result is. The quality
/// is computed after the clock has stopped.
struct Question: Sendable {
  let name: String
  let prepare: @Sendable (BenchData) throws -> () throws -> () throws -> [Double]
}

/// The root of the mean squared error on held-out rows.
func rmse(_ model: LearnedModel, _ data: BenchData) throws -> [Double] {
  let held = try data.frame(xs + ["curve"], held: true)
  return [try ModelScore.rmse.value(of: model, on: held)]
}

/// The area below the ROC curve on held-out rows.
func auc(_ model: LearnedModel, _ data: BenchData) throws -> [Double] {
  let held = try data.frame(xs + ["kind"], held: true)
  return [try ModelScore.rocAUC.value(of: model, on: held)]
}

let questions: [Question] = [
  Question(name: "describe") { data in
    let frame = try data.frame(xs)
    return {
      let table = frame.describe()
      return {
        try ["mean", "std", "median"].flatMap { name in
          try table[name, as: Double.self].map { $0 ?? .nan }
        }
      }
    }
  },
  Question(name: "correlations") { data in
    let frame = try data.frame(xs)
    return {
      let found = try frame.correlations()
      return {
        (0..<20).flatMap { row in (row + 1..<20).map { found.values[row, $0] } }
      }
    }
  },
  Question(name: "bootstrap") { data in
    let values = try data.frame(["value"])["value"]
    return {
      let options = BootstrapOptions(resamples: 100, method: .percentile)
      let found = try bootstrap(values, .median, options: options)
      return { [found.interval.lower, found.interval.upper] }
    }
  },
  Question(name: "ols") { data in
    let frame = try data.frame(xs + ["linear"])
    return {
      let model = try OLS("linear ~ " + xs.joined(separator: " + "), data: frame)
      return {
        [model.rSquared] + model.coefficients.map(\.estimate)
          + model.coefficients.map(\.standardError)
      }
    }
  },
  Question(name: "glm") { data in
    let frame = try data.frame(xs.prefix(10) + ["chance"])
    return {
      let formula = "chance ~ " + xs.prefix(10).joined(separator: " + ")
      let model = try GLM(formula, data: frame, family: .binomial())
      return {
        [model.logLikelihood ?? .nan] + model.coefficients.map(\.estimate)
          + model.coefficients.map(\.standardError)
      }
    }
  },
  Question(name: "boosting") { data in
    let frame = try data.frame(xs + ["curve"])
    return {
      let model = try Learner.boosting().fit("curve", from: xs, data: frame)
      return { try rmse(model, data) }
    }
  },
  Question(name: "boosting-classes") { data in
    let frame = try data.frame(xs + ["kind"])
    return {
      let model = try Learner.boosting().fit(
        "kind", from: xs, data: frame, task: .classification)
      return { try auc(model, data) }
    }
  },
  Question(name: "forest") { data in
    let frame = try data.frame(xs + ["kind"])
    return {
      let options = ForestOptions(treeCount: 8, minimumLeafRows: 10)
      let model = try Learner.forest(options).fit(
        "kind", from: xs, data: frame, task: .classification)
      return { try auc(model, data) }
    }
  },
  Question(name: "k-means") { data in
    let frame = try data.frame((0..<8).map { "p\($0)" })
    var options = KMeansOptions()
    options.start = .centers(try Matrix(columns: (0..<8).map { try data.numbers("c\($0)") }))
    return {
      let found = try KMeans(clusters: 10, data: frame, options: options)
      return { [found.inertia] }
    }
  },
]
