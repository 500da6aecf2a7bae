"""A small notebook with a table and a chart, for what only needs some Swift notebook."""

import nbformat

CELLS = [
    "import Apus\nlet squares = (1...5).map { $0 * $0 }\nsquares.reduce(0, +)",
    'display(html: "<table><tr><th>n</th><th>n²</th></tr>"\n'
    '  + (1...5).map { "<tr><td>\\($0)</td><td>\\($0 * $0)</td></tr>" }.joined() + "</table>")',
    'display(svg: "<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"200\\" height=\\"100\\">"\n'
    "  + squares.enumerated().map { i, n in\n"
    '    "<rect x=\\"\\(i * 40)\\" y=\\"\\(100 - n * 4)\\" width=\\"30\\" height=\\"\\(n * 4)\\"/>"\n'
    '  }.joined() + "</svg>")',
    'print("done")',
]


def swift_notebook(cells=CELLS, **metadata):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(code) for code in cells]
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{index}"
    notebook.metadata = {
        "kernelspec": {"name": "swift", "display_name": "Swift (Apus)", "language": "swift"},
        "language_info": {"name": "swift", "file_extension": ".swift"},
        **metadata,
    }
    return notebook


def write(notebook, path):
    nbformat.write(notebook, path)
    return path
