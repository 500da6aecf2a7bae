internal import Glibc
package import OrderedJSON

/// Where a kernel's five sockets are, and the key of its messages.
package struct ConnectionFile: Sendable, Equatable {
  /// How frames travel.
  package enum Transport: String, Sendable { case tcp, ipc }

  package var transport: Transport
  /// An address for `tcp`, the beginning of a path for `ipc`.
  package var ip: String
  package var ports: [Channel: Int]
  package var key: String
  package var kernelName: String?

  package init(
    transport: Transport, ip: String, ports: [Channel: Int], key: String, kernelName: String? = nil
  ) {
    self.transport = transport
    self.ip = ip
    self.ports = ports
    self.key = key
    self.kernelName = kernelName
  }

  /// The ZeroMQ address of `channel`.
  package func endpoint(_ channel: Channel) -> String {
    let port = ports[channel] ?? 0
    return switch transport {
    case .tcp: "tcp://\(ip):\(port)"
    case .ipc: "ipc://\(ip)-\(port)"
    }
  }

  package init(reading path: String) throws(JupyterError) {
    let value: JSON
    do {
      value = try JSONParser.parse(try readFile(path))
    } catch let error as JSONError {
      throw JupyterError(.malformedFile, error.description, at: path)
    } catch let error as JupyterError {
      throw error
    } catch {
      throw JupyterError(.malformedFile, "\(error)", at: path)
    }
    try self.init(value, at: path)
  }

  package init(_ value: JSON, at place: String) throws(JupyterError) {
    guard let transport = Transport(rawValue: value["transport"]?.string ?? "tcp") else {
      throw JupyterError(
        .malformedFile, "unknown transport \(value["transport"] ?? .null)", at: place,
        mend: "tcp and ipc are known")
    }
    let scheme = value["signature_scheme"]?.string ?? "hmac-sha256"
    let key = value["key"]?.string ?? ""
    guard scheme == "hmac-sha256" || key.isEmpty else {
      throw JupyterError(
        .malformedFile, "unknown signature scheme \"\(scheme)\"", at: place,
        mend: "hmac-sha256 is known")
    }
    guard value["curve_publickey"]?.string == nil else {
      throw JupyterError(
        .malformedFile, "CurveZMQ is not supported", at: place,
        mend: "connect over ipc, or without encryption")
    }
    var ports: [Channel: Int] = [:]
    for channel in Channel.allCases {
      guard let port = value["\(channel.rawValue)_port"]?.int, (0...65_535).contains(port) else {
        throw JupyterError(.malformedFile, "no valid \(channel.rawValue)_port", at: place)
      }
      ports[channel] = port
    }
    self.init(
      transport: transport, ip: value["ip"]?.string ?? "127.0.0.1", ports: ports, key: key,
      kernelName: value["kernel_name"]?.string)
  }

  package var json: JSON {
    var object: JSONObject = [:]
    for channel in Channel.allCases {
      object["\(channel.rawValue)_port"] = .number(ports[channel] ?? 0)
    }
    object["ip"] = .string(ip)
    object["key"] = .string(key)
    object["transport"] = .string(transport.rawValue)
    object["signature_scheme"] = "hmac-sha256"
    object["kernel_name"] = .string(kernelName ?? "")
    return .object(object)
  }

  /// Writes the file so that only its owner can read it.
  package func write(to path: String) throws(JupyterError) {
    try writePrivateFile(path, JSONWriter(indent: 2).bytes(of: json))
  }

  /// Five free loopback ports and a new key. Whoever starts a kernel holds `ports` meanwhile.
  package static func loopback(
    on ports: PortReservation, kernelName: String? = nil
  ) -> ConnectionFile {
    ConnectionFile(
      transport: .tcp, ip: "127.0.0.1", ports: ports.ports, key: randomName(),
      kernelName: kernelName)
  }

  /// Socket files beside `prefix`, and a new key: no ports, so no race for them.
  package static func local(prefix: String, kernelName: String? = nil) -> ConnectionFile {
    let numbered = Channel.allCases.enumerated().map { ($1, $0 + 1) }
    return ConnectionFile(
      transport: .ipc, ip: prefix, ports: Dictionary(uniqueKeysWithValues: numbered),
      key: randomName(), kernelName: kernelName)
  }
}
