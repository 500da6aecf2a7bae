import ApusFrame
import ApusPlot
import Foundation
import Testing

@Suite("Charts as files")
struct PictureTests {
  private func chart() throws -> Chart {
    try Chart(DataFrame(["x": [1, 2, 3], "y": [2, 4, 1]])).lines(x: "x", y: "y").title("Drei Äste")
  }

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "plots-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  /// Width and height as the header of a PNG has them.
  private func size(_ png: [UInt8]) -> [Int] {
    [16, 20].map { place in png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  @Test("a PNG is as many pixels wide as asked, and not empty")
  func png() throws {
    let chart = try chart()
    let once = try chart.png(scale: 1)
    #expect(once.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(size(try chart.png(scale: 3)) == size(once).map { $0 * 3 })
    #expect(try chart.png(scale: 1) == once)
    let blank = try Chart(DataFrame(["x": [1]])).png(scale: 1)
    #expect(blank.count < once.count)
  }

  @Test("a PDF is the same bytes each time")
  func pdf() throws {
    let chart = try chart()
    let page = try chart.pdf()
    #expect(page.starts(with: Array("%PDF-".utf8)))
    #expect(try chart.pdf() == page)
  }

  @Test(
    "files are written by the ends of their names",
    arguments: ["svg", "png", "pdf", "html", "json"])
  func files(ending: String) throws {
    try inFolder { folder in
      let chart = try chart()
      try chart.write("\(folder)/a.\(ending)")
      let first = try Data(contentsOf: URL(filePath: "\(folder)/a.\(ending)"))
      try chart.write("\(folder)/a.\(ending)")
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/a.\(ending)")) == first)
      #expect(first.count > 100)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.\(ending)"])
      if ending == "json" {
        let object = try JSONSerialization.jsonObject(with: first) as? [String: Any]
        #expect(object?["data"] != nil || object?["datasets"] != nil)
      }
    }
  }

  @Test("other names, folders that are not there and odd scales are told")
  func wrong() throws {
    let chart = try chart()
    #expect {
      try chart.write("plot.gif")
    } throws: {
      ($0 as? FrameError)?.mend == "end it with .svg, .png, .pdf, .html, .json"
    }
    #expect {
      try chart.write("/nowhere/at/all.svg")
    } throws: {
      ($0 as? FrameError)?.what.contains("No such file or directory") == true
    }
    for scale in [0, -1, .nan, 1000] {
      #expect(throws: FrameError.self) { try chart.png(scale: scale) }
    }
  }

  @Test("a missing library is named with its Debian package")
  func missing() {
    #expect {
      try PictureLibrary.check(rsvg: "librsvg-of-nobody.so", cairo: "libcairo.so.2")
    } throws: {
      ($0 as? FrameError)?.description.contains("apt-get install librsvg2-2 libcairo2") == true
    }
  }
}
