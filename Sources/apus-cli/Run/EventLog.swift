internal import ArgumentParser
internal import Glibc
internal import Notebooks
internal import OrderedJSON
internal import Runner

/// What happens, a JSON object a line, as it happens.
final class EventLog {
  private let file: Int32
  let isStandard: Bool

  init(_ path: String) throws {
    isStandard = path == "-"
    file = isStandard ? 1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      throw ValidationError(
        "--events: cannot write \"\(path)\": \(String(cString: strerror(errno)))")
    }
  }

  deinit { if !isStandard { close(file) } }

  func note(_ event: BatchRun.Event, _ requests: [RunRequest]) {
    switch event {
    case .begun(let index): write("notebook-started", requests[index])
    case .ended(let index, let report):
      var members = JSONReport.json(of: report).object ?? [:]
      members["cells"] = nil
      write("notebook-finished", requests[index], members)
    case .run(let index, let event): note(event, requests[index])
    }
  }

  private func note(_ event: RunEvent, _ request: RunRequest) {
    switch event {
    case .warning(let text): write("warning", request, ["text": .string(text)])
    case .starting(let kernel, let cells):
      write("kernel-starting", request, ["kernel": .string(kernel), "cells": .number(cells)])
    case .cellStarted(let place): write("cell-started", request, Self.json(place))
    case .cellFinished(let place, let outcome, let duration):
      var members = Self.json(place)
      members["seconds"] = .number((duration / .milliseconds(1)).rounded() / 1000)
      members["outcome"] =
        switch outcome {
        case .ok: "ok"
        case .failed: "failed"
        case .aborted: "aborted"
        }
      if case .failed(let failure) = outcome { members["error"] = .string(failure.name) }
      write("cell-finished", request, members)
    case .cellRepeated(let place, _): write("cell-repeated", request, Self.json(place))
    case .retrying(let number, let count, let delay, let error):
      write(
        "retrying", request,
        [
          "retry": .number(number), "of": .number(count),
          "after_seconds": .number(delay / .seconds(1)), "because": .string(error.what),
        ])
    case .printed(let place, let stream, let text):
      var members = Self.json(place)
      members["stream"] = .string(stream)
      members["text"] = .string(text)
      write("output", request, members)
    }
  }

  private static func json(_ place: RunEvent.CellPlace) -> JSONObject {
    ["cell": .number(place.index), "id": place.id.map { .string($0) } ?? .null]
  }

  private func write(_ name: String, _ request: RunRequest, _ members: JSONObject = [:]) {
    var line: JSONObject = [
      "event": .string(name),
      "time": .string(CalendarText.text(secondsSince1970: CalendarText.now())),
      "notebook": .string("\(request.input)"),
    ]
    if let label = request.label { line["label"] = .string(label) }
    for (key, value) in members where line[key] == nil { line[key] = value }
    var rest = (JSONWriter().bytes(of: .object(line)) + [0x0A])[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      // Nobody reads: the run goes on.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
