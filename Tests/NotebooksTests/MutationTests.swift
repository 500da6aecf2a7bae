import Notebooks
import OrderedJSON
import TestSupport
import Testing

@Suite struct MutationTests {
  private static let file = """
    {
     "cells": [
      {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# é\\n", "text"],
       "attachments": {"x.png": {"image/png": "AA=="}}},
      {"cell_type": "code", "id": "b", "metadata": {"tags": ["parameters"]}, "execution_count": 1,
       "outputs": [
        {"output_type": "stream", "name": "stdout", "text": ["1\\n", "2"]},
        {"output_type": "display_data", "data": {"text/plain": "x", "application/json": {"a": [1e3]}},
         "metadata": {}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\\u001b[31mt"]}],
       "source": "let a = 1\\nprint(a)"}
     ],
     "metadata": {"kernelspec": {"name": "swift", "display_name": "Swift", "language": "swift"}},
     "nbformat": 4, "nbformat_minor": 5
    }

    """

  private static let pieces: [[UInt8]] =
    [
      "{", "}", "[", "]", "\"", "\\", ",", ":", "null", "-", "1e999", "\\ud800", "\\u0000",
      "\u{FEFF}",
      "\r\n", "\"source\"", "true", "4", "\"cells\":", "[[[[[[",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0]]

  /// Cuts, repeats, moves and replaces parts of the file.
  private static func mutated(_ random: inout SeededRandom) -> [UInt8] {
    var bytes = Array(file.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
      case 2: bytes.replaceSubrange(start..<end, with: pieces.randomElement(using: &random) ?? [])
      case 3: bytes[start] = UInt8.random(in: 0...255, using: &random)
      case 4: bytes = Array(bytes[..<start])
      default: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: start)
      }
    }
    return bytes
  }

  @Test("ten thousand damaged files are read, or refused with line and column")
  func damaged() throws {
    var random = SeededRandom(seed: 6)
    var readCount = 0
    for _ in 0..<10_000 {
      let bytes = Self.mutated(&random)
      do throws(NotebookError) {
        let notebook = try Notebook(reading: bytes)
        readCount += 1
        // What was read is written as it stands, to the byte.
        #expect(notebook.bytes == bytes)
      } catch {
        let hasPlace = error.place.contains(/^line [0-9]+, column [0-9]+/)
        #expect(hasPlace, "\(error)")
      }
    }
    #expect(readCount > 500 && readCount < 9_500)
  }
}
