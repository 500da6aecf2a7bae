import Apus
import Foundation
import Testing

/// The walk of the quickstart over the data that ships with the repository.
@Suite struct QuickstartTests {
  private func penguins() throws -> DataFrame {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try DataFrame(csv: root.appending(path: "notebooks/data/penguins.csv").path)
  }

  @Test("the penguins have the types and nulls that their study has")
  func types() throws {
    let frame = try penguins()
    #expect(frame.rowCount == 344)
    #expect(
      frame.schema.fields.map(\.type) == [
        .string, .string, .float64, .float64, .int64, .int64, .string, .int64,
      ])
    #expect(try frame["bill_length_mm"].nullCount == 2)
    #expect(try frame["sex"].nullCount == 11)
  }

  @Test("filter, derive, group, sort and head work in one chain")
  func chain() throws {
    let heavy = try penguins()
      .filter(col("body_mass_g") > 3000 && col("species").isIn("Adelie", "Gentoo"))
      .with(col("body_mass_g") / 1000, as: "kg")
      .grouped(by: "species", "sex")
      .aggregate(count(), mean("kg").as("mass"), quantile("kg", 0.9).as("p90"))
      .sorted(by: .descending("mass"), "species")
      .head(3)
    #expect(heavy.columnNames == ["species", "sex", "count", "mass", "p90"])
    #expect(try heavy["species"][0] == "Gentoo")
    #expect(try heavy["sex"][0] == "male")
    #expect(try heavy["count"][0] == 61)
  }

  @Test("frames and charts show themselves")
  func shows() throws {
    let frame = try penguins()
    #expect(frame.displayBundle[.html] != nil && frame.displayBundle[.plainText] != nil)
    let chart = try Chart(frame).points(x: "bill_length_mm", y: "bill_depth_mm", color: "species")
    #expect(Set(chart.displayBundle.representations.keys) == [.vegaLite, .svg, .plainText])
  }
}
