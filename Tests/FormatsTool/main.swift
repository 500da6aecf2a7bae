// A program that shows what the readers read and writes what the writers write, for the tests of
// formats beside other programs.
//
//   formats-tool dump PATH                   a JSON line for each column
//   formats-tool convert FROM TO [k=v …]     reads one file, writes another
import ApusFrame
import ApusIO

let arguments = Array(CommandLine.arguments.dropFirst())
do throws(FrameError) {
  switch arguments.first {
  case "dump"? where arguments.count == 2: try Dump(path: arguments[1]).run()
  case "convert"? where arguments.count >= 3:
    try Conversion(arguments[1], arguments[2], options: arguments.dropFirst(3)).run()
  default:
    complain("usage: formats-tool dump PATH | convert FROM TO [k=v …]")
  }
} catch {
  complain("error: \(error)")
}
