"""Killed processes and damaged caches: the next request is answered rightly, nothing is left."""

import os
import random
import subprocess
import tempfile
import warnings
from pathlib import Path

import pytest
from kernel_session import KernelSession
from kills import KILLS, WORK, Victim, shut_down


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("kind", KILLS)
def test_a_killed_process(kind, work):
    with Victim(seed=f"{kind} {work}") as victim:
        KILLS[kind](victim, work)
        assert shut_down(victim.session) == []


# The cache

CELLS = [
    "let a = 6",
    "func twice(_ n: Int) -> Int { n * 2 }",
    "struct P { var x = 3 }\nextension P { func up() -> Int { x + a } }",
    'import Foundation\nprint(String(format: "%03d", twice(a)))',
    "P().up() + twice(4)",
    "await Task { [a, 1, 2].sorted() }.value",
]
EXPECTED = [("", None), ("", None), ("", None), ("012\n", None), ("", "17"), ("", "[1, 2, 6]")]


def run_cells(cache):
    """Runs CELLS in a session whose cache is `cache`: each must come to what it should."""
    with KernelSession(env=os.environ | {"APUS_CACHE_DIR": str(cache)}) as session:
        for code, expected in zip(CELLS, EXPECTED, strict=True):
            outcome = session.run(code)
            assert outcome.status == "ok", (code, outcome.traceback)
            assert (outcome.stdout, outcome.result) == expected, code
        assert shut_down(session) == []


def one_byte(data, chance):
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


DAMAGES = {
    "emptied": lambda data, chance: b"",
    "truncated": lambda data, chance: data[: chance.randrange(len(data))],
    "last byte lost": lambda data, chance: data[:-1],
    "garbage": lambda data, chance: chance.randbytes(len(data)),
    "garbage behind a right beginning": lambda data, chance: (
        data[: len(data) // 2] + chance.randbytes(len(data) - len(data) // 2)
    ),
    "one bit turned": one_byte,
    "zeros": lambda data, chance: bytes(len(data)),
    "more at the end": lambda data, chance: data + chance.randbytes(100),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_cache_changes_no_answer(name, tmp_path):
    """Every file that the kernel keeps there is damaged; one that keeps none is asked all the
    same."""
    run_cells(tmp_path)
    chance = random.Random(name)
    for path in files(tmp_path):
        data = path.read_bytes()
        if data:
            path.write_bytes(DAMAGES[name](data, chance))
    run_cells(tmp_path)


def test_files_of_the_cache_that_changed_places_change_no_answer(tmp_path):
    run_cells(tmp_path)
    paths = files(tmp_path)
    contents = [path.read_bytes() for path in paths]
    for path, data in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(data)
    run_cells(tmp_path)


def test_a_cache_folder_that_cannot_be_one_changes_no_answer(tmp_path):
    (tmp_path / "file").write_text("no folder")
    run_cells(tmp_path / "file")
    run_cells(tmp_path / "file" / "below")


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def mount(folder):
    """Mounts 64 KiB at `folder`; what the system says when it may not."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(folder)],
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stderr.strip() if done.returncode else None


def refusal():
    """Why no small file system can be mounted here, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            error = mount(folder)
        except FileNotFoundError as missing:
            return str(missing)
        if error is None:
            subprocess.run(["umount", folder], check=True)
        return error


REFUSAL = refusal()

if REFUSAL is None:

    @pytest.fixture
    def small_folder(tmp_path):
        folder = tmp_path / "small"
        folder.mkdir()
        assert mount(folder) is None
        yield folder
        subprocess.run(["umount", str(folder)], check=True)

    @pytest.mark.parametrize("is_full", [False, True])
    def test_a_cache_without_room_changes_no_answer(small_folder, is_full):
        if is_full:
            fill(small_folder / "filler")
        run_cells(small_folder)
        run_cells(small_folder)

    def fill(path: Path):
        with open(path, "wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))

else:
    warnings.warn(f"left out: the tests of a full cache, as mount says: {REFUSAL}", stacklevel=1)
