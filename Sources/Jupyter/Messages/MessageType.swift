/// The message types that either end knows; others are let pass unanswered.
package enum MessageType: String, Sendable {
  case executeRequest = "execute_request"
  case executeReply = "execute_reply"
  case executeInput = "execute_input"
  case executeResult = "execute_result"
  case inspectRequest = "inspect_request"
  case inspectReply = "inspect_reply"
  case completeRequest = "complete_request"
  case completeReply = "complete_reply"
  case isCompleteRequest = "is_complete_request"
  case isCompleteReply = "is_complete_reply"
  case historyRequest = "history_request"
  case historyReply = "history_reply"
  case kernelInfoRequest = "kernel_info_request"
  case kernelInfoReply = "kernel_info_reply"
  case commInfoRequest = "comm_info_request"
  case commInfoReply = "comm_info_reply"
  case commOpen = "comm_open"
  case commMessage = "comm_msg"
  case commClose = "comm_close"
  case shutdownRequest = "shutdown_request"
  case shutdownReply = "shutdown_reply"
  case interruptRequest = "interrupt_request"
  case interruptReply = "interrupt_reply"
  case inputRequest = "input_request"
  case inputReply = "input_reply"
  case stream
  case displayData = "display_data"
  case updateDisplayData = "update_display_data"
  case clearOutput = "clear_output"
  case error
  case status
  case iopubWelcome = "iopub_welcome"
}

/// The five ways between a client and a kernel.
package enum Channel: String, Sendable, CaseIterable {
  case shell, iopub, stdin, control
  case heartbeat = "hb"
}
