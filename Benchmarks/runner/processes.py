"""Programs that are timed: wall time, and the most memory that the program itself held."""

import subprocess
import threading
import time
from pathlib import Path


def own_peak(pid):
    """The peak of the resident memory of one process, without its children, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


class Run:
    """One run to its end; `seconds` and `peak` tell of it."""

    def __init__(self, arguments, **options):
        self.peak = 0
        begin = time.perf_counter()
        process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        watcher = threading.Thread(target=self.watch, args=(process.pid,), daemon=True)
        watcher.start()
        output, _ = process.communicate()
        self.seconds = time.perf_counter() - begin
        assert process.returncode == 0, (arguments, output.decode(errors="replace")[-2000:])

    def watch(self, pid):
        while True:
            try:
                self.peak = max(self.peak, own_peak(pid))
            except (FileNotFoundError, ProcessLookupError):
                return  # it has ended
            time.sleep(0.02)
