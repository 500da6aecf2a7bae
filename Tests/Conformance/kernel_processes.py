"""What a kernel costs and leaves behind: memory and threads of its processes, its folders."""

import re
from pathlib import Path

import psutil


def mebibytes(processes):
    """The proportional set size of `processes`: pages that they share count once."""
    kilobytes = 0
    for process in processes:
        try:
            with open(f"/proc/{process.pid}/smaps_rollup") as file:
                kilobytes += sum(int(x.split()[1]) for x in file if x.startswith("Pss:"))
        except (OSError, psutil.NoSuchProcess):
            continue  # it ended meanwhile
    return kilobytes / 1024


def named(processes, *names):
    """Those of `processes` that are called one of `names`."""
    found = []
    for process in processes:
        try:
            if process.name() in names:
                found.append(process)
        except psutil.NoSuchProcess:
            continue  # it ended meanwhile
    return found


def session_folder(session):
    """The folder of a kernel's session, as its worker has libraries of it open."""
    for worker in named(session.descendants(), "apus-worker"):
        maps = Path(f"/proc/{worker.pid}/maps").read_text()
        for path in re.findall(r"(/\S*/apus-session-\w+)/", maps):
            return Path(path)
    raise LookupError("no worker has a library of a session open")
