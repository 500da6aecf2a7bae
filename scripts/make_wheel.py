"""Makes a wheel of the release build: `pip install` puts `apus` and the kernelspec into a Python
environment. The shared libraries that a machine may lack travel inside."""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

# What every glibc system has; all else that the program needs goes along.
SYSTEM = re.compile(
    r"^(ld-linux|linux-vdso|libc\.|libm\.|libpthread\.|libdl\.|librt\.|libresolv\.|libgcc_s\.|libstdc\+\+\.)"
)


def needed(program):
    """The libraries that the program loads, by name and path, without the system's."""
    lines = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^\s*(\S+) => (/\S+)", lines, re.M)
    return {name: Path(path) for name, path in found if not SYSTEM.match(name)}


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("build", "version", "out"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        prefix = Path(name) / "prefix"
        subprocess.run(["scripts/install", prefix, options.build], check=True,
                       stdout=subprocess.DEVNULL)
        program = prefix / "bin/apus"
        for library, path in needed(program).items():
            target = prefix / "lib/apus" / library
            shutil.copy(path, target)
            subprocess.run(["patchelf", "--set-rpath", "$ORIGIN", target], check=True)
        old = subprocess.run(["patchelf", "--print-rpath", program], capture_output=True, text=True,
                             check=True).stdout.strip()
        rpath = "$ORIGIN/../lib/apus" + (f":{old}" if old else "")
        subprocess.run(["patchelf", "--set-rpath", rpath, program], check=True)
        write_wheel(prefix, options)


def write_wheel(prefix, options):
    wheel = Path(options.out) / f"apus-{options.version}-py3-none-manylinux_2_36_x86_64.whl"
    info, data = f"apus-{options.version}.dist-info", f"apus-{options.version}.data"
    record = ""
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name, content, mode=0o644):
            nonlocal record
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
            record += record_line(name, content)

        for path in sorted(p for p in prefix.rglob("*") if p.is_file()):
            place = path.relative_to(prefix)
            content = path.read_bytes()
            if place.name == "kernel.json":
                # By name: the environment's own `apus` is on the path when a kernel is started.
                spec = json.loads(content)
                spec["argv"][0] = "apus"
                content = (json.dumps(spec, indent=1) + "\n").encode()
            # `data` keeps no modes; pip makes what lies in `scripts` executable.
            if place.parts[0] == "bin":
                add(f"{data}/scripts/{place.name}", content, 0o755)
            else:
                add(f"{data}/data/{place}", content)
        add(f"{info}/METADATA", (
            f"Metadata-Version: 2.1\nName: apus\nVersion: {options.version}\n"
            "Summary: Swift notebooks: a Jupyter kernel and a runner of notebooks\n"
            "Requires-Python: >=3.8\n").encode())
        add(f"{info}/WHEEL", (
            "Wheel-Version: 1.0\nGenerator: make_wheel\nRoot-Is-Purelib: false\n"
            "Tag: py3-none-manylinux_2_36_x86_64\n").encode())
        record += f"{info}/RECORD,,\n"
        archive.writestr(f"{info}/RECORD", record)


if __name__ == "__main__":
    main()
