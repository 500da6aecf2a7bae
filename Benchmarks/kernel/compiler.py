"""The bare compiler: one plain run of swift-frontend on the text that the kernel compiled."""

import subprocess
import threading
import time
from pathlib import Path

import psutil

KEEP = "APUS_KEEP_COMPILATIONS"


class BareCompiler:
    """Runs the compiler as the kernel did for `cell`, without the kernel.

    The kernel leaves text and command in the folder that APUS_KEEP_COMPILATIONS names; of one that
    does not, the command line is read from its child while it compiles.
    """

    def __init__(self, kernel, cell, kept, folder):
        self.folder = Path(folder)
        seen, stop = [], threading.Event()
        watcher = threading.Thread(target=watch, args=(kernel.process, seen, stop))
        watcher.start()
        kernel.execute(cell)
        stop.set()
        watcher.join()
        commands = sorted(Path(kept).glob("*.command"), key=lambda p: p.stat().st_mtime_ns)
        if commands:
            self.source = f"kept in {KEEP}"
            self.command = commands[-1].read_text().splitlines()
            text = commands[-1].with_suffix(".swift").read_text()
        else:
            assert seen, "the kernel's compiler was not seen, and it kept no compilation"
            self.source = "read from the kernel's child"
            self.command, text = seen[0]
        assert cell.split("=")[0].split()[-1] in text, (cell, text)
        self.redirect(text)

    def redirect(self, text):
        """Text and outputs go to a folder of our own."""
        source = self.folder / Path(self.after("-primary-file")).name
        source.write_text(text)
        self.replace("-primary-file", source)
        for option in ("-o", "-emit-module-path", "-serialize-diagnostics-path"):
            if option in self.command:
                self.replace(option, self.folder / Path(self.after(option)).name)

    def after(self, option):
        return self.command[self.command.index(option) + 1]

    def replace(self, option, path):
        self.command[self.command.index(option) + 1] = str(path)

    def run(self):
        """Seconds of one run."""
        product = Path(self.after("-o"))
        product.unlink(missing_ok=True)
        begin = time.perf_counter()
        subprocess.run(self.command, check=True, capture_output=True)
        seconds = time.perf_counter() - begin
        assert product.stat().st_size > 0
        return seconds


def watch(process, seen, stop):
    """Looks for a child that compiles, until one is seen or `stop` is set."""
    while not seen and not stop.is_set():
        try:
            for child in process.children():
                command = child.cmdline()
                if "-primary-file" in command:
                    text = Path(command[command.index("-primary-file") + 1]).read_text()
                    seen.append((command, text))
        except (psutil.Error, OSError):
            continue  # it ended while we looked
