// The room Jupyter: both ends of the wire between a frontend and a kernel.
//
//   Messages/    what is said: Message, Header, MessageType, ExecuteContent
//   Wire/        how it is written: framing, signatures, the connection file
//   Transport/   how it travels: ZeroMQ sockets, each owned by one ChannelThread
//   Client/      how a kernel is found, started and spoken to
//
// Nothing here knows a language or a notebook. A thread owns its sockets for life; everybody else
// gives it frames by `ChannelThread.send` and gets whole messages back.

package import OrderedJSON
internal import Synchronization

/// One message, whichever channel it travels on.
package struct Message: Sendable {
  /// Routing frames before the delimiter: the sender for a ROUTER, the topic on iopub.
  package var identities: [[UInt8]]
  package var header: Header
  package var parent: Header
  package var metadata: JSONObject
  package var content: JSONObject
  /// Binary attachments.
  package var buffers: [[UInt8]]

  package init(
    header: Header, parent: Header = .none, content: JSONObject, metadata: JSONObject = [:],
    buffers: [[UInt8]] = [], identities: [[UInt8]] = []
  ) {
    self.identities = identities
    self.header = header
    self.parent = parent
    self.metadata = metadata
    self.content = content
    self.buffers = buffers
  }

  package var type: MessageType? { header.type }
}

/// Makes the messages of one end: one session name, and an id that never repeats.
package final class MessageMaker: Sendable {
  package let session = randomName()
  package let username: String
  private let count = Atomic<Int>(0)

  package init(username: String) { self.username = username }

  package func header(_ type: MessageType) -> Header {
    let number = count.add(1, ordering: .relaxed).newValue
    return Header(type: type, id: "\(session)_\(number)", session: session, username: username)
  }

  package func message(
    _ type: MessageType, content: JSONObject, parent: Header = .none, metadata: JSONObject = [:],
    identities: [[UInt8]] = []
  ) -> Message {
    Message(
      header: header(type), parent: parent, content: content, metadata: metadata,
      identities: identities)
  }
}
