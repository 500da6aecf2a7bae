import Apus
import Glibc

/// Columns of doubles in raw files, read when they are first asked for.
final class BenchData {
  private let folder: String
  private var columns: [String: [Double]] = [:]
  private var frames: [String: DataFrame] = [:]

  init(folder: String) { self.folder = folder }

  func numbers(_ name: String) throws -> [Double] {
    if let known = columns[name] { return known }
    guard let file = fopen("\(folder)/\(name).f64", "r") else {
      throw StatsError(code: .malformedFile, what: "no file of \(name)", place: folder)
    }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let count = ftell(file) / 8
    rewind(file)
    var values = [Double](repeating: 0, count: count)
    guard fread(&values, 8, count, file) == count else {
      throw StatsError(code: .malformedFile, what: "\(name) is cut off", place: folder)
    }
    columns[name] = values
    return values
  }

  /// A frame of columns; kept, since reading and converting are no part of the work.
  func frame(_ names: [String], held: Bool = false) throws -> DataFrame {
    let prefix = held ? "held-" : ""
    let key = prefix + names.joined(separator: " ")
    if let known = frames[key] { return known }
    let frame = try DataFrame(
      columns: try names.map { AnyColumn(name: $0, AnyColumn(try numbers(prefix + $0))) })
    frames[key] = frame
    return frame
  }
}

let xs = (0..<20).map { $0 < 10 ? "x0\($0)" : "x\($0)" }
