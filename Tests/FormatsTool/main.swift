// A program that shows what the readers read and writes what the writers write, for the tests of
// formats beside other programs; and that reads damaged files.
//
//   formats-tool dump PATH [k=v …]               types, then rows, as JSON lines
//   formats-tool convert FROM TO [k=v …]         reads one file, writes another
//   formats-tool fuzz FORMAT SEED COUNT NOTE FILE…   reads COUNT damaged files
//   formats-tool damaged FORMAT SEED TO FILE…    writes the damaged file of a seed
import ApusFrame
import ApusIO
import Glibc

/// The bytes of a file.
func content(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else { complain("cannot read \(path)") }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&piece, 1, piece.count, file)
    if count == 0 { return bytes }
    bytes += piece[..<count]
  }
}

let arguments = Array(CommandLine.arguments.dropFirst())
do throws(FrameError) {
  switch arguments.first {
  case "dump"? where arguments.count >= 2:
    try Dump(path: arguments[1], options: parsedOptions(arguments.dropFirst(2))).run()
  case "convert"? where arguments.count >= 3:
    try Conversion(arguments[1], arguments[2], options: arguments.dropFirst(3)).run()
  case "fuzz"? where arguments.count >= 6:
    guard let seed = UInt64(arguments[2]), let count = Int(arguments[3]) else {
      complain("SEED and COUNT are numbers")
    }
    let outcome = Fuzz(
      format: arguments[1], firstSeed: seed, count: count,
      inputs: arguments.dropFirst(5).map(content), note: arguments[4]
    ).run()
    print(
      "{\"frames\": \(outcome.frames), \"errors\": \(outcome.errors), "
        + "\"unplaced\": \(outcome.unplaced)}")
  case "damaged"? where arguments.count >= 5:
    guard let seed = UInt64(arguments[2]) else { complain("SEED is a number") }
    let bytes = Fuzz(
      format: arguments[1], firstSeed: seed, count: 1,
      inputs: arguments.dropFirst(4).map(content), note: "/dev/null"
    ).file(seed)
    guard let file = fopen(arguments[3], "wb") else { complain("cannot write \(arguments[3])") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  default:
    complain("usage: formats-tool dump PATH [k=v …] | convert FROM TO [k=v …] | fuzz … | damaged …")
  }
} catch {
  complain("error: \(error)")
}
