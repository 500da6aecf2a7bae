internal import ApusFrame

/// Numbers divided by the groups that their rows belong to, groups in the order of their keys.
struct GroupedSamples: Sendable {
  /// The samples, each named as its group.
  let samples: [Sample]
  /// How many rows were left out because the number or the group is missing.
  let missingCount: Int
  /// Groups whose rows have no number.
  let emptyGroups: [String]
  let valueName: String
  let groupName: String

  init(_ values: any SampleValues, by groups: AnyColumn, in place: String) throws(StatsError) {
    let numbers = try values.namedNumbers(in: place)
    let groupName = groups.name.isEmpty ? "group" : groups.name
    guard numbers.numbers.count == groups.count else {
      throw StatsError(
        code: .shapeMismatch,
        what: "\(numbers.numbers.count) values with \(groups.count) groups", place: place,
        mend: "give a group for each row")
    }
    var lists: [(label: String, numbers: [Double])] = []
    var ungrouped = 0
    do throws(FrameError) {
      let frame = try DataFrame(columns: [
        AnyColumn(name: "x", .float64(FixedWidthColumn(Values(numbers.numbers)))),
        AnyColumn(name: "g", groups),
      ])
      let grouped = try frame.grouped(by: "g").aggregate(list("x").as("x")).sorted(by: "g")
      let keys = try grouped["g"]
      let samples = try grouped["x"]
      do throws(StatsError) {
        for (row, list) in try samples.lists(in: place).enumerated() {
          let key = keys[row]
          if key == .null {
            ungrouped += list.count
          } else {
            lists.append((key.groupLabel, list))
          }
        }
      } catch {
        throw FrameError(code: .badValue, what: error.what, place: place, mend: error.mend)
      }
    } catch { throw StatsError(error, in: place) }
    var all: [Sample] = []
    var empty: [String] = []
    for list in lists {
      let sample = try Sample(NamedSource(NamedNumbers(name: list.label, list.numbers)), in: place)
      ungrouped += sample.missingCount
      if sample.count == 0 { empty.append(list.label) } else { all.append(sample) }
    }
    samples = all
    emptyGroups = empty
    missingCount = ungrouped
    valueName = numbers.name
    self.groupName = groupName
  }

  /// Samples that stand apart already; those without a name are numbered.
  init(_ sources: [any SampleValues], in place: String) throws(StatsError) {
    var all: [Sample] = []
    for (number, source) in sources.enumerated() {
      let sample = try Sample(source, in: place)
      all.append(
        Sample(
          name: sample.name.isEmpty ? "sample \(number + 1)" : sample.name, known: sample.values,
          missingCount: sample.missingCount))
    }
    samples = all
    missingCount = all.reduce(0) { $0 + $1.missingCount }
    emptyGroups = []
    valueName = ""
    groupName = "group"
  }

  /// Throws unless there are exactly two groups.
  func needTwo(in place: String, mend: String) throws(StatsError) {
    guard samples.count != 2 else { return }
    let names = samples.prefix(4).map { "\"\($0.name)\"" }.joined(separator: ", ")
    throw StatsError(
      code: .badValue,
      what: "\"\(groupName)\" has \(samples.count) groups with values"
        + (names.isEmpty ? "" : " (\(names)\(samples.count > 4 ? ", …" : ""))"), place: place,
      mend: samples.count > 2 ? mend : "two groups are needed; look at the column of groups")
  }

  /// Throws unless there are several groups, each with at least so many values.
  func needGroups(_ least: Int = 2, of size: Int, in place: String) throws(StatsError) {
    guard samples.count >= least else {
      throw StatsError(
        code: .tooFewRows,
        what:
          "\"\(groupName)\" has \(samples.count) group\(samples.count == 1 ? "" : "s") with values",
        place: place, mend: "at least \(least) groups are needed")
    }
    for sample in samples { try sample.need(size, in: place) }
  }

  var totalCount: Int { samples.reduce(0) { $0 + $1.count } }

  var counts: [TestResult.Count] { samples.map { .init(name: $0.name, count: $0.count) } }

  var notes: [String] {
    emptyGroups.isEmpty
      ? []
      : ["groups without values, left out: " + emptyGroups.joined(separator: ", ")]
  }

  /// Whether no sample has spread, each being constant.
  var isEachConstant: Bool {
    samples.allSatisfy { sample in sample.values.allSatisfy { $0 == sample.values[0] } }
  }
}

extension Scalar {
  /// The value as the name of a group.
  var groupLabel: String {
    switch self {
    case .string(let text): text
    default: description
    }
  }
}
