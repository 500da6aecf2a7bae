import Apus

/// A question: what is timed, and numbers of the answer that must equal those of the peers.
struct Question {
  let name: String
  let answer: () throws -> DataFrame
  let check: (DataFrame) throws -> [Double]

  init(
    _ name: String, _ check: @escaping (DataFrame) throws -> [Double],
    _ answer: @escaping () throws -> DataFrame
  ) {
    self.name = name
    self.answer = answer
    self.check = check
  }
}

/// The sums of columns.
func sums(_ names: String...) -> (DataFrame) throws -> [Double] {
  { frame in
    try names.map { name in
      try frame.aggregate(sum(col(name) * 1.0).as("s"))["s", as: Double.self][0] ?? 0
    }
  }
}

/// The sum of a column, each value times its place modulo 1009: tells orders apart.
func placed(_ value: @escaping (DataFrame) throws -> [Double?]) -> (DataFrame) throws -> [Double] {
  { frame in
    let values = try value(frame)
    return [values.indices.reduce(0.0) { $0 + (values[$1] ?? 0) * Double($1 % 1009) }]
  }
}

/// The questions over the table of groups.
func groupQuestions(_ x: DataFrame) -> [Question] {
  [
    Question("q1", sums("v1")) { try x.grouped(by: "id1").aggregate(sum("v1").as("v1")) },
    Question("q2", sums("v1")) { try x.grouped(by: "id1", "id2").aggregate(sum("v1").as("v1")) },
    Question("q3", sums("v1", "v3")) {
      try x.grouped(by: "id3").aggregate(sum("v1").as("v1"), mean("v3").as("v3"))
    },
    Question("q4", sums("v1", "v2", "v3")) {
      try x.grouped(by: "id4")
        .aggregate(mean("v1").as("v1"), mean("v2").as("v2"), mean("v3").as("v3"))
    },
    Question("q5", sums("v1", "v2", "v3")) {
      try x.grouped(by: "id6")
        .aggregate(sum("v1").as("v1"), sum("v2").as("v2"), sum("v3").as("v3"))
    },
    Question("q6", sums("m", "sd")) {
      try x.grouped(by: "id4", "id5").aggregate(median("v3").as("m"), std("v3").as("sd"))
    },
    Question("q7", sums("r")) {
      try x.grouped(by: "id3").aggregate((max("v1") - min("v2")).as("r"))
    },
    Question("q8", sums("v3")) {
      try x.select("id6", "v3").filter(col("v3").isNotNull).grouped(by: "id6")
        .top(2, by: .descending("v3"))
    },
    Question("q9", sums("r2")) {
      try x.grouped(by: "id2", "id4").aggregate(correlation("v1", "v2").power(2).as("r2"))
    },
    Question("q10", sums("v3", "count")) {
      try x.grouped(by: "id1", "id2", "id3", "id4", "id5", "id6")
        .aggregate(sum("v3").as("v3"), count())
    },
  ]
}

/// Sorting, filters, a window, and counting.
func rowQuestions(_ x: DataFrame) -> [Question] {
  [
    Question("s1", placed { Array(try $0["v3", as: Double.self]) }) {
      try x.sorted(by: "id4", .descending("v3"))
    },
    Question(
      "s2",
      placed { frame in
        try frame["id3", as: String.self].map { $0.flatMap { Double($0.dropFirst(2)) } }
      }
    ) { try x.sorted(by: "id3") },
    Question("s3", sums("v3")) { try x.top(100, by: .descending("v3")) },
    Question("f1", sums("v1", "v3")) { try x.filter(col("v3") > 50 && col("id4") <= 50) },
    Question("f2", sums("v1", "v3")) { try x.filter(col("id1") == "id016") },
    Question("f3", sums("z")) {
      try x.lazy.filter(col("id5") % 2 == 1)
        .aggregate(sum(col("v3") * col("v1") - col("v2")).as("z")).collect()
    },
    Question("u1", sums("id3")) { try x.aggregate(countDistinct("id3").as("id3")) },
    Question(
      "w1", { frame in try sums("s")(frame.select((col("z") * col("z")).as("s"))) }
    ) { try x.select((col("v3") - mean("v3").over("id4")).as("z")) },
  ]
}

/// The questions over the tables of joins.
func joinQuestions(
  _ x: DataFrame, small: DataFrame, medium: DataFrame, big: DataFrame
) -> [Question] {
  let check = sums("v1", "v2")
  return [
    Question("j1", check) { try x.joined(small, on: "id1") },
    Question("j2", check) { try x.joined(medium, on: "id2") },
    Question("j3", check) { try x.joined(medium, on: "id2", how: .left) },
    Question("j4", check) { try x.joined(medium, on: "id5") },
    Question("j5", check) { try x.joined(big, on: "id3") },
  ]
}
