import ApusFrame
import ApusIO
import Glibc

/// Damages files by seed and reads them: every one must give a frame or an error that says where.
///
/// The process has a limit on its memory, and alarms for files that take too long, in processor time
/// and, should it hang, by the clock. The number of
/// the file that is read is kept in `note`, for whoever finds the process dead.
struct Fuzz {
  let format: String
  let firstSeed: UInt64
  let count: Int
  let inputs: [[UInt8]]
  let note: String

  /// How much memory may be asked for.
  private static let memoryLimit: UInt = 6 << 30

  struct Outcome {
    var frames = 0
    var errors = 0
    var unplaced = 0
  }

  func run() -> Outcome {
    var limit = rlimit(rlim_cur: Fuzz.memoryLimit, rlim_max: Fuzz.memoryLimit)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    let descriptor = open(note, O_CREAT | O_WRONLY | O_TRUNC, 0o644)
    var outcome = Outcome()
    for number in 0..<count {
      var seed = firstSeed &+ UInt64(number)
      let line = Array("\(seed)          \n".utf8)
      _ = pwrite(descriptor, line, line.count, 0)
      var patience = itimerval()
      patience.it_value.tv_sec = 30
      setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &patience, nil)
      alarm(600)
      let bytes = damaged(&seed)
      do throws(FrameError) {
        let frame = try read(bytes)
        outcome.frames += 1
        touch(frame)
      } catch {
        outcome.errors += 1
        if error.place.isEmpty || error.what.isEmpty { outcome.unplaced += 1 }
      }
    }
    var none = itimerval()
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &none, nil)
    alarm(0)
    close(descriptor)
    return outcome
  }

  /// The file of one seed.
  func file(_ seed: UInt64) -> [UInt8] {
    var seed = seed
    return damaged(&seed)
  }

  private func read(_ bytes: [UInt8]) throws(FrameError) -> DataFrame {
    switch format {
    case "csv": try DataFrame(csvBytes: bytes, named: "fuzz.csv")
    case "csv-options":
      // Every option that changes how bytes are cut; the separator of the seed's file is found.
      try LazyFrame(
        csvBytes: bytes, named: "fuzz.csv",
        options: CSVOptions(
          escape: "\\", skippedLines: bytes.count % 3, comment: "#",
          encoding: bytes.count % 2 == 0 ? .windows1252 : .lossyUTF8, decimalSeparator: ",",
          thousandsSeparator: ".", unevenRecords: bytes.count % 5 == 0 ? .fillAndCut : .fail,
          rejects: CSVRejects(limit: 10), rowIndex: "row number", pathColumn: "path of file")
      ).collect()
    case "json": try DataFrame(jsonBytes: bytes, named: "fuzz.json")
    case "parquet": try DataFrame(parquetBytes: bytes, named: "fuzz.parquet")
    default: try DataFrame(arrowBytes: bytes, named: "fuzz.arrow")
    }
  }

  /// Looks at rows, so that memory that is not there is found.
  private func touch(_ frame: DataFrame) {
    _ = frame.head(20).ndjsonBytes
    _ = frame.tail(20).ndjsonBytes
  }

  private func next(_ state: inout UInt64) -> UInt64 {
    // SplitMix64 (Steele, Lea and Flood 2014).
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  private func damaged(_ seed: inout UInt64) -> [UInt8] {
    var state = seed &* 0x2545_f491_4f6c_dd1d &+ 1
    func below(_ limit: Int) -> Int { Int(next(&state) % UInt64(Swift.max(limit, 1))) }
    var bytes = inputs[below(inputs.count)]
    for _ in 0...below(6) {
      guard !bytes.isEmpty else { return bytes }
      // Half of the damage is near the end, where metadata lies.
      let reach = next(&state) % 2 == 0 ? bytes.count : Swift.min(bytes.count, 600)
      let place = bytes.count - 1 - below(reach)
      switch below(9) {
      case 0: bytes[place] ^= 1 << UInt8(below(8))
      case 1: bytes[place] = UInt8(below(256))
      case 2: bytes[place] = [0, 255, 127, 128, 1][below(5)]
      case 3: bytes.insert(UInt8(below(256)), at: place)
      case 4: bytes.remove(at: place)
      case 5: bytes.removeLast(below(bytes.count))
      case 6:
        let length = Swift.min(below(64) + 1, bytes.count - place)
        let from = below(bytes.count - length + 1)
        bytes.replaceSubrange(place..<(place + length), with: bytes[from..<(from + length)])
      case 7:
        let length = Swift.min(below(16) + 1, bytes.count - place)
        bytes.removeSubrange(place..<(place + length))
      default:
        let number = [UInt64(1) << 31, .max, 1 << 62, 0x7fff_ffff, 65_535][below(5)]
        for byte in 0..<Swift.min([4, 8][below(2)], bytes.count - place) {
          bytes[place + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))
        }
      }
    }
    return bytes
  }
}
