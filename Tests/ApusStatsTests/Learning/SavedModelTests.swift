import ApusFrame
import ApusStats
import Testing

@Suite struct SavedModelTests {
  private static let learners: [(Learner, String)] = [
    (.linear(), "y"), (.logistic(), "kind"), (.nearestNeighbours(weights: .distance), "kind"),
    (.naiveBayes(), "kind"), (.forest(ForestOptions(treeCount: 5)), "kind"),
    (.boosting(BoostingOptions(roundCount: 5)), "kind"),
    (.boosting(BoostingOptions(roundCount: 5)), "y"), (.tree(), "y"),
  ]

  private func model(_ number: Int) throws -> (LearnedModel, DataFrame) {
    let frame = try curvedFrame(200, seed: 30)
    let (learner, target) = Self.learners[number]
    let steps = Preprocessing(.impute("x3"), .scale("x0", by: .robust))
    return (
      try learner.fit(
        target, from: ["x0", "x1", "x2", "x3"], data: frame, preprocessing: steps), frame
    )
  }

  @Test("a model that was saved predicts bit for bit the same", arguments: 0..<8)
  func roundTrip(_ number: Int) throws {
    let (model, frame) = try model(number)
    let loaded = try LearnedModel(saved: model.saved())
    #expect(try loaded.predict(frame) == model.predict(frame))
    #expect(loaded.saved() == model.saved())
    #expect(loaded.card == model.card)
  }

  @Test("a model that is cut off anywhere is an error", arguments: 0..<8)
  func cutOff(_ number: Int) throws {
    let bytes = try model(number).0.saved()
    for count in stride(from: 0, to: bytes.count - 1, by: max(bytes.count / 60, 1)) {
      #expect(throws: StatsError.self) { try LearnedModel(saved: Array(bytes.prefix(count))) }
    }
  }

  @Test("a flipped byte is found by the checksum", arguments: 0..<8)
  func flipped(_ number: Int) throws {
    let bytes = try model(number).0.saved()
    for place in stride(from: 0, to: bytes.count, by: max(bytes.count / 60, 1)) {
      var damaged = bytes
      damaged[place] ^= 4
      do {
        _ = try LearnedModel(saved: damaged)
        Issue.record("a flipped bit of byte \(place) was not found")
      } catch {
        #expect(error.code == .malformedFile)
      }
    }
  }

  @Test("damage behind a right checksum is an error or a model that predicts", arguments: 0..<8)
  func forged(_ number: Int) throws {
    let (model, frame) = try model(number)
    let text = String(decoding: model.saved(), as: UTF8.self)
    let body = Array(text.split(separator: "\n")[1].utf8)
    var state: UInt64 = 77
    for _ in 0..<150 {
      var damaged = body
      for _ in 0..<2 {
        state = state &* 6_364_136_223_846_793_005 &+ 1
        damaged[Int(state >> 33) % damaged.count] =
          Array("0123456789,-[]{}\"e".utf8)[
            Int(state >> 20) % 18]
      }
      let head =
        "{\"format\":\"apus-model\",\"version\":1,\"checksum\":\"\(String(checksum(damaged), radix: 16))\"}\n"
      guard let loaded = try? LearnedModel(saved: Array(head.utf8) + damaged) else { continue }
      // What was read is whole: it predicts, or says what it lacks.
      _ = try? loaded.predict(frame)
    }
  }

  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test("a later version says so")
  func laterVersion() throws {
    let text = String(decoding: try model(0).0.saved(), as: UTF8.self)
    let later = text.replacing("\"version\":1", with: "\"version\":2")
    do {
      _ = try LearnedModel(saved: Array(later.utf8))
      Issue.record("no error")
    } catch {
      #expect(error.description.contains("version 2, this Apus reads version 1"))
    }
  }
}
