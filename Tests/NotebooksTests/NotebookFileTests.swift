import Notebooks
import OrderedJSON
import Testing

/// A notebook in nbformat's form, with what tends to be lost: escapes, number texts, odd keys.
let sample = """
  {
   "cells": [
    {
     "cell_type": "markdown",
     "id": "title",
     "metadata": {},
     "source": "# One string\\nwith caf\\u00e9"
    },
    {
     "cell_type": "code",
     "execution_count": 1,
     "id": "first",
     "metadata": {
      "zoom": 1e3,
      "tags": [
       "parameters"
      ]
     },
     "outputs": [
      {
       "name": "stdout",
       "output_type": "stream",
       "text": "one string, not split\\n"
      },
      {
       "data": {
        "image/png": "iVBORw0KGgo=\\n",
        "text/plain": [
         "line 1\\n",
         "line 2"
        ]
       },
       "execution_count": 1,
       "metadata": {},
       "output_type": "execute_result"
      }
     ],
     "source": [
      "let a = 1\\n",
      "a"
     ]
    },
    {
     "cell_type": "code",
     "execution_count": null,
     "id": "second",
     "metadata": {},
     "outputs": [],
     "source": []
    }
   ],
   "metadata": {
    "kernelspec": {
     "display_name": "Swift (Apus)",
     "language": "swift",
     "name": "swift"
    }
   },
   "nbformat": 4,
   "nbformat_minor": 5
  }

  """

/// The sample in other clothes.
let clothes: [String] = [
  sample, String(sample.dropLast()), sample.replacing("\n", with: "\r\n"),
  indentedByFour, sample.replacing("\n", with: " "), "\u{FEFF}" + sample,
]

private var indentedByFour: String {
  sample.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    String(repeating: "    ", count: line.prefix { $0 == " " }.count) + line.drop { $0 == " " }
  }.joined(separator: "\n")
}

func reading(_ text: String) throws -> Notebook { try Notebook(reading: Array(text.utf8)) }

func text(_ notebook: Notebook) -> String { String(decoding: notebook.bytes, as: UTF8.self) }

/// The lines of `new` that are not in `old`, and of `old` that are not in `new`.
func changedLines(_ old: String, _ new: String) -> (gone: [String], come: [String]) {
  let old = old.split(separator: "\n").map(String.init)
  let new = new.split(separator: "\n").map(String.init)
  let change = new.difference(from: old)
  func lines(_ part: [CollectionDifference<String>.Change]) -> [String] {
    part.map {
      if case .insert(_, let line, _) = $0 {
        line
      } else if case .remove(_, let line, _) = $0 {
        line
      } else {
        ""
      }
    }
  }
  return (lines(change.removals), lines(change.insertions))
}

@Suite struct NotebookFileTests {
  @Test("cells, outputs and names are read")
  func values() throws {
    let notebook = try reading(sample)
    #expect(notebook.cells.map(\.kind) == [.markdown, .code, .code])
    #expect(notebook.cells.map(\.id) == ["title", "first", "second"])
    #expect(notebook.cells[0].source == "# One string\nwith café")
    #expect(notebook.cells[1].source == "let a = 1\na")
    #expect(notebook.cells[1].hasTag("parameters"))
    #expect(notebook.kernelName == "swift")
    #expect(notebook.language == "swift")
    guard case .result(let bundle, _, let count) = notebook.cells[1].outputs[1] else {
      Issue.record("not a result")
      return
    }
    #expect(count == 1)
    #expect(bundle["text/plain"] == "line 1\nline 2")
  }

  @Test("reading and writing changes no byte", arguments: clothes)
  func roundTrip(_ file: String) throws {
    #expect(Array(try reading(file).bytes) == Array(file.utf8))
  }

  @Test("outputs that come back the same change no byte", arguments: clothes)
  func sameOutputs(_ file: String) throws {
    var notebook = try reading(file)
    let before = notebook.cells
    for index in notebook.cells.indices { notebook.cells[index].clearOutputs() }
    #expect(!notebook.bytes.elementsEqual(file.utf8))
    for index in notebook.cells.indices where notebook.cells[index].kind == .code {
      notebook.cells[index].executionCount = before[index].executionCount
      for output in before[index].outputs {
        notebook.cells[index].outputs.append(try #require(Output(output.json)))
      }
    }
    #expect(Array(notebook.bytes) == Array(file.utf8))
  }

  @Test("one output that changes is all that changes")
  func oneOutput() throws {
    var notebook = try reading(sample)
    notebook.cells[1].outputs[1] = .result(
      MIMEBundle(["text/plain": "line 1\nline two", "image/png": "iVBORw0KGgo=\n"]), metadata: [:],
      executionCount: 1)
    let (gone, come) = changedLines(sample, text(notebook))
    #expect(gone == ["       \"line 2\""])
    #expect(come == ["       \"line two\""])
  }

  @Test("new outputs have nbformat's form in the notebook's own layout")
  func newOutput() throws {
    var notebook = try reading(sample.replacing("\n", with: "\r\n"))
    notebook.cells[2].executionCount = 2
    notebook.cells[2].outputs = [
      .display(
        MIMEBundle([
          "text/html": "<b>é</b>\n<i>", "application/json": ["a": 1], "image/png": "AB\nCD",
          "image/svg+xml": "<svg>\n</svg>",
        ]), metadata: [:])
    ]
    let json = """
          {
           "data": {
            "application/json": {
             "a": 1
            },
            "image/png": "AB\\nCD",
            "image/svg+xml": [
             "<svg>\\n",
             "</svg>"
            ],
            "text/html": [
             "<b>é</b>\\n",
             "<i>"
            ]
           },
           "metadata": {},
           "output_type": "display_data"
          }
      """
    let (gone, come) = changedLines(
      sample, text(notebook).replacing("\r\n", with: "\n"))
    #expect(gone == ["   \"execution_count\": null,", "   \"outputs\": [],"])
    #expect(come.first == "   \"execution_count\": 2,")
    #expect(come[2...].dropLast().joined(separator: "\n") == json)
    #expect(!text(notebook).replacing("\r\n", with: "").contains("\n"))
  }

  @Test("removed and moved cells leave the others as they stand")
  func moves() throws {
    var notebook = try reading(sample)
    notebook.cells.remove(at: 1)
    let (gone, come) = changedLines(sample, text(notebook))
    #expect(come.isEmpty)
    #expect(!gone.contains { $0.contains("second") || $0.contains("title") })
    #expect(try reading(text(notebook)).cells.map(\.id) == ["title", "second"])
  }

  @Test("a new notebook is written in nbformat's form")
  func fresh() {
    let notebook = Notebook(cells: [Cell(.code, source: "1\u{2028}2", id: "a")])
    #expect(
      text(notebook) == """
        {
         "cells": [
          {
           "cell_type": "code",
           "execution_count": null,
           "id": "a",
           "metadata": {},
           "outputs": [],
           "source": [
            "1\u{2028}",
            "2"
           ]
          }
         ],
         "metadata": {},
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """)
  }

  @Test(
    "what is wrong is said with its place",
    arguments: [
      ("", "unexpected end of text (line 1, column 1); the file is empty"),
      ("[1]", "no \"nbformat\" in the file (line 1, column 1)"),
      (
        "{\"nbformat\": 3, \"worksheets\": []}",
        "the notebook has format 3, not 4 (line 1, column 14); convert it with `jupyter nbconvert --to notebook --nbformat 4 --inplace FILE`"
      ),
      ("{\"nbformat\": 4}", "no list \"cells\" in the file (line 1, column 1)"),
      (
        "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"raw\", \"source\": \"\"}, {\"cell_type\": \"cod\", \"id\": \"x\", \"source\": \"\"}]}",
        "unknown cell_type \"cod\" (line 1, column 63, cell 2 of 2, id \"x\"); use code, markdown or raw"
      ),
      (
        "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": [1]}]}",
        "\"source\" is neither text nor a list of lines (line 1, column 27, cell 1 of 1)"
      ),
      (
        "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": [{\"output_type\": \"stream\"}]}]}",
        "output 1, of type \"stream\", is malformed (line 1, column 27, cell 1 of 1)"
      ),
    ])
  func errors(_ file: String, _ message: String) throws {
    let error = #expect(throws: NotebookError.self) { try reading(file) }
    #expect(error?.description == message)
  }
}

@Suite struct InjectionTests {
  @Test("parameters go after the cell tagged so, as new lines only")
  func after() throws {
    var notebook = try reading(sample)
    #expect(notebook.inject(parameters: "// Parameters\nvar a = 2\n") == .afterParameters)
    let cell = """
        {
         "cell_type": "code",
         "execution_count": null,
         "id": "injected-parameters",
         "metadata": {
          "tags": [
           "injected-parameters"
          ]
         },
         "outputs": [],
         "source": [
          "// Parameters\\n",
          "var a = 2\\n"
         ]
        },

      """
    let place = try #require(
      sample.firstRange(of: "  {\n   \"cell_type\": \"code\",\n   \"execution_count\": null"))
    var expected = sample
    expected.insert(contentsOf: cell, at: place.lowerBound)
    #expect(text(notebook) == expected)
  }

  @Test("a second injection replaces the first; an equal one changes no byte")
  func replaced() throws {
    var notebook = try reading(sample)
    _ = notebook.inject(parameters: "// Parameters\nvar a = 2\n")
    let first = text(notebook)
    var again = try reading(first)
    #expect(again.inject(parameters: "// Parameters\nvar a = 2\n") == .replaced)
    #expect(text(again) == first)
    _ = again.inject(parameters: "// Parameters\nvar a = 3\n")
    #expect(changedLines(first, text(again)).come == ["    \"var a = 3\\n\""])
  }

  @Test("without a cell tagged parameters they go to the top")
  func top() throws {
    var notebook = try reading(sample.replacing("\"parameters\"", with: "\"other\""))
    #expect(notebook.inject(parameters: "x") == .atTop)
    #expect(try reading(text(notebook)).cells[0].source == "x")
  }

  @Test("before version 4.5 a new cell has no id; an id in use is not taken twice")
  func ids() throws {
    var old = try reading(sample.replacing("minor\": 5", with: "minor\": 4"))
    _ = old.inject(parameters: "x")
    #expect(try reading(text(old)).cells[2].id == nil)
    var taken = try reading(sample.replacing("\"second\"", with: "\"injected-parameters\""))
    _ = taken.inject(parameters: "x")
    #expect(taken.cells[2].id == "injected-parameters-2")
  }
}
