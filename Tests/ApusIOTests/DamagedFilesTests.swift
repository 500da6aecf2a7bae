import ApusFrame
import ApusIO
import TestSupport
import Testing

/// Damaged files give a frame or an error that says where; the long run is `formats-tool fuzz`.
@Suite("Damaged files")
struct DamagedFilesTests {
  private func damaged(_ bytes: [UInt8], seed: UInt64) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    var bytes = bytes
    for _ in 0...Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
      let reach = Bool.random(using: &random) ? bytes.count : Swift.min(bytes.count, 500)
      let place = bytes.count - 1 - Int.random(in: 0..<reach, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 2: bytes.remove(at: place)
      default: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 8)
      }
    }
    return bytes
  }

  @Test(
    "no byte of an Arrow file's metadata can say what ends the process", arguments: [true, false])
  func everyByte(isStream: Bool) throws {
    var random = RandomColumns(seed: 5)
    let types: [DataType] = [
      .float32, .categorical, .decimal(precision: 9, scale: 2), .time, .list(.int8), .uuid,
    ]
    let frame = try random.frame(rowCount: 3, nullShare: 0.3, types: types)
    let bytes = try frame.arrowBytes(options: ArrowOptions(isStream: isStream))
    for place in bytes.indices {
      for value in [0, 1, 3, 6, 127, 128, 255] as [UInt8] where bytes[place] != value {
        var file = bytes
        file[place] = value
        do throws(FrameError) {
          _ = try DataFrame(arrowBytes: file, named: "damaged").ndjsonBytes
        } catch {
          #expect(!error.place.isEmpty && !error.what.isEmpty, "byte \(place)")
        }
      }
    }
  }

  @Test("every damage is told, or harmless", arguments: ["csv", "json", "parquet", "arrow"])
  func damage(format: String) throws {
    var random = RandomColumns(seed: 3)
    let types =
      format == "csv" ? [DataType.int64, .string, .float64, .date] : RandomColumns.types
    let frame = try random.frame(rowCount: 60, nullShare: 0.2, types: types)
    let bytes =
      switch format {
      case "csv": frame.csvBytes
      case "json": frame.ndjsonBytes
      case "parquet":
        try frame.parquetBytes(options: ParquetOptions(compression: .snappy, pageByteCount: 400))
      default: try frame.arrowBytes(options: ArrowOptions(compression: .lz4))
      }
    for seed in 0..<400 {
      let file = damaged(bytes, seed: UInt64(seed))
      do throws(FrameError) {
        let found =
          switch format {
          case "csv": try DataFrame(csvBytes: file, named: "damaged")
          case "json": try DataFrame(jsonBytes: file, named: "damaged")
          case "parquet": try DataFrame(parquetBytes: file, named: "damaged")
          default: try DataFrame(arrowBytes: file, named: "damaged")
          }
        _ = found.head(5).ndjsonBytes
      } catch {
        #expect(!error.place.isEmpty && !error.what.isEmpty, "seed \(seed)")
      }
    }
  }
}
