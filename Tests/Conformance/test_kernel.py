"""jupyter_kernel_test's whole suite, every attribute set so that nothing is skipped."""

import json
from pathlib import Path

import jupyter_kernel_test
from jupyter_client.kernelspec import KernelSpecManager
from kernel_session import KERNEL

TEMPLATE = Path(__file__).resolve().parents[2] / "kernelspec" / "kernel.json"


class SwiftKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "swift"
    file_extension = ".swift"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'import Glibc\nfputs("test\\n", stderr)'
    completion_samples = [{"text": "Int.mi", "matches": {"min"}}]
    complete_code_samples = [
        "1", 'print("hello, world")', "func g(_ x: Int) -> Int {\n  return x * 2\n}", "",
    ]
    incomplete_code_samples = [
        "func f(_ x: Int) -> Int {", 'let s = """\nhello', "[1, 2,", 'print("a" +', "/* open",
    ]
    invalid_code_samples = ["let = 7q", "}", "func func {}"]
    code_page_something = "%help"
    code_generate_error = "struct Boom: Error {}\nthrow Boom()"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 4, 9].map { $0 * $0 }", "result": "[1, 16, 81]"},
        {"code": '"a" + "b"', "result": '"ab"'},
    ]
    code_display_data = [
        {"code": 'import Apus\ndisplay(html: "<b>test</b>")', "mime": "text/html"},
        {"code": 'import Apus\ndisplay(markdown: "*test*")', "mime": "text/markdown"},
    ]
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "print"
    code_clear_output = "import Apus\nclearOutput()"


class SwiftIopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


def test_the_installed_kernelspec_is_the_template_with_its_program():
    folder = Path(KernelSpecManager().get_kernel_spec(KERNEL).resource_dir)
    installed = json.loads((folder / "kernel.json").read_text())
    program = installed["argv"][0]
    assert Path(program).is_absolute()
    assert installed == json.loads(TEMPLATE.read_text().replace("@APUS@", program))
    for name in ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]:
        assert (folder / name).read_bytes() == (TEMPLATE.parent / name).read_bytes()


# The base classes are not tests of their own.
del jupyter_kernel_test
