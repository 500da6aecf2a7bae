import ApusFrame
import Testing

@Suite("Queries that need more memory than they may have")
struct CeilingTests {
  @Test(
    "group-by, join, sort and others end with an error that names their step, and nothing is lost")
  func steps() async {
    await #expect(processExitsWith: .success) {
      let count = 1_000_000
      let frame = try DataFrame([
        "k": AnyColumn((0..<count).map { Optional($0 &* 7919 % 900_001) }),
        "n": AnyColumn((0..<count).map(Optional.some)),
        "s": AnyColumn((0..<count).map { Optional("text of some length \($0 % 500_000)") }),
      ])
      let other = try frame.select(col("k"), col("n").as("m"))
      let lists = try frame.grouped(by: "k").aggregate(list("n").as("l"))
      let questions: [(String, @Sendable () throws -> DataFrame)] = [
        ("sorted(by:)", { try frame.sorted(by: "s", .descending("n")) }),
        ("aggregate(…)", { try frame.grouped(by: "k").aggregate(sum("n"), median("n")) }),
        ("aggregate(…)", { try frame.grouped(by: "s", "k").aggregate(list("n")) }),
        ("joined(…)", { try frame.joined(other, on: "k") }),
        ("joined(…)", { try frame.joined(other, on: "k", how: .full) }),
        ("unique(…)", { try frame.unique(by: "k", "n") }),
        ("with(…, as: \"r\")", { try frame.with(rank("n").over("k"), as: "r") }),
        ("explode(…)", { try lists.explode("l") }),
        ("concat(…, how: .vertical)", { try concat([frame, frame]) }),
        (
          "aggregate(…)",
          {
            try frame.lazy.filter(col("n") >= 0).grouped(by: "s").aggregate(max("n"))
              .sorted(by: "s").collect()
          }
        ),
      ]
      for (step, question) in questions {
        FrameMemory.limit = FrameMemory.byteCount + (1 << 19)
        do {
          let found = try question()
          preconditionFailure("\(step) ran to its end: \(found.rowCount) rows")
        } catch let error as FrameError {
          precondition(error.code == .memoryLimit, "\(step): \(error)")
          precondition(error.place == step || error.place == "filter(…)", "\(step): \(error)")
          precondition(error.mend != nil)
        }
        FrameMemory.limit = nil
      }
      for (_, question) in questions { _ = try question() }
      precondition(frame.rowCount == count)
    }
  }
}
