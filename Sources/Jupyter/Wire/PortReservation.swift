internal import Glibc

/// Five loopback ports, kept from everybody but the kernel that they are given to.
///
/// Each is bound, but nobody listens on it: with `SO_REUSEADDR`, which ZeroMQ and the usual
/// servers set, the kernel can bind it too (socket(7)), while the system gives it to nobody who
/// asks for any free port. So there is no moment at which another program could take it.
package final class PortReservation: Sendable {
  package let ports: [Channel: Int]
  private let files: [Int32]

  package init() throws(JupyterError) {
    var ports: [Channel: Int] = [:]
    var files: [Int32] = []
    for channel in Channel.allCases {
      let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var isShared: Int32 = 1
      setsockopt(
        file, SOL_SOCKET, SO_REUSEADDR, &isShared, socklen_t(MemoryLayout<Int32>.size))
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          bind(file, generic, size) == 0 ? getsockname(file, generic, &size) : -1
        }
      }
      guard file >= 0, status == 0 else {
        let text = String(cString: strerror(errno))
        for open in files + [file] where open >= 0 { close(open) }
        throw JupyterError(.socket, text, at: "a loopback port")
      }
      files.append(file)
      ports[channel] = Int(UInt16(bigEndian: address.sin_port))
    }
    self.ports = ports
    self.files = files
  }

  deinit { for file in files { close(file) } }
}
