import Notebooks
import OrderedJSON
import Testing

@Suite struct FileLineTests {
  /// CRLF, tabs and text outside ASCII before and in the cells.
  private let file = """
    {\r
    \t"cells": [\r
    \t\t{"cell_type": "markdown", "metadata": {}, "source": ["é\\n", "😀"]},\r
    \t\t{\r
    \t\t\t"cell_type": "code", "metadata": {}, "execution_count": null, "outputs": [],\r
    \t\t\t"source": [\r
    \t\t\t\t"a = '\\t\\u2028'\\n",\r
    \t\t\t\t"b\\r\\n",\r
    \t\t\t\t"\\n",\r
    \t\t\t\t"c\\nd\\n",\r
    \t\t\t\t"e"\r
    \t\t\t]\r
    \t\t},\r
    \t\t{"cell_type": "code", "metadata": {}, "execution_count": null, "outputs": [], "source": "x\\ny"},\r
    \t\t{"cell_type": "code", "metadata": {}, "execution_count": null, "outputs": [], "source": []}\r
    \t],\r
    \t"metadata": {}, "nbformat": 4, "nbformat_minor": 4\r
    }\r

    """

  @Test(
    "a line of a cell stands on this line of the file",
    arguments: [
      (0, 1, 3), (0, 2, 3), (1, 1, 7), (1, 2, 8), (1, 3, 9), (1, 4, 10), (1, 5, 10), (1, 6, 11),
      (1, 99, 11), (2, 1, 14), (2, 2, 14), (3, 1, 15),
    ])
  func lines(_ cell: Int, _ line: Int, _ expected: Int) throws {
    let notebook = try Notebook(reading: Array(file.utf8))
    #expect(notebook.fileLine(of: notebook.cells[cell], line: line) == expected)
  }

  @Test("a new cell stands nowhere")
  func new() throws {
    let notebook = try Notebook(reading: Array(file.utf8))
    #expect(notebook.fileLine(of: Cell(.code, source: "x"), line: 1) == nil)
  }
}

@Suite struct RenderTests {
  private var notebook: Notebook {
    Notebook(
      cells: [
        Cell(.markdown, source: "# Title\n\n| a | b |\n|---|---|\n| 1 | **2** |"),
        Cell(
          .code, source: "let a = 1 < 2 // ```", executionCount: 3,
          outputs: [
            .stream(name: "stdout", text: "\u{1B}[31mred\u{1B}[0m & <b>\n"),
            .display(MIMEBundle(["image/png": "AA==\n", "text/plain": "<png>"]), metadata: [:]),
            .error(name: "E", value: "v", traceback: []),
          ]),
        Cell(.raw, source: "<raw>"),
      ],
      metadata: ["kernelspec": ["name": "swift", "language": "swift"]])
  }

  @Test("a page escapes text, colours it, and shows the best form of an output")
  func page() {
    let page = notebook.page(title: "a & b")
    #expect(page.contains("<title>a &amp; b</title>"))
    #expect(page.contains("<strong>2</strong>") && page.contains("<h1>Title</h1>"))
    #expect(page.contains("let a = 1 &lt; 2"))
    #expect(page.contains("<span class=\"ansi-red\">red</span> &amp; &lt;b&gt;"))
    #expect(page.contains("src=\"data:image/png;base64,AA==\"") && !page.contains("&lt;png&gt;"))
    #expect(page.contains("&lt;raw&gt;"))
  }

  @Test("Markdown fences are longer than any within")
  func markdown() {
    #expect(notebook.markdown.contains("````swift\nlet a = 1 < 2 // ```\n````\n"))
    #expect(notebook.markdown.contains("```\nred & <b>\n```"))
    #expect(notebook.markdown.contains("![](data:image/png;base64,AA==)"))
  }

  @Test("a script is the code, with text as comments")
  func script() {
    #expect(notebook.script.hasPrefix("// %% [markdown]\n// # Title\n//\n// | a | b |\n"))
    #expect(notebook.script.contains("\n// %%\nlet a = 1 < 2 // ```\n"))
  }
}
