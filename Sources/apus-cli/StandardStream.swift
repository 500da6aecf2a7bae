internal import Glibc

/// The program's own standard output and error, unbuffered: what one says is never overtaken by
/// what the other says.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      // Nobody reads: the exit code still tells.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  var isTerminal: Bool { isatty(rawValue) == 1 }

  /// How many columns the terminal has.
  var width: Int {
    var size = winsize()
    return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
      ? Int(size.ws_col) : 80
  }
}
