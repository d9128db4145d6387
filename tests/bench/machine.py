"""The machine: its processors and what they can do, the tools that are there, how much two processors do."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

from talk import give_up, note, say

# A tool and the Debian package that has it.
PACKAGES = {"sha256sum": "coreutils", "hashdeep": "hashdeep", "minisign": "minisign", "openssl": "openssl",
            "taskset": "util-linux", "xargs": "findutils", "valgrind": "valgrind"}


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def line_of(path, start, between=":"):
    try:
        lines = pathlib.Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next((line.split(between, 1)[1].strip() for line in lines if line.startswith(start)), "")


def two_processors():
    """Two processors that are not threads of one core, as far as the system tells; the whole run stays on them."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        return usable

    def core(cpu):
        place = pathlib.Path(f"/sys/devices/system/cpu/cpu{cpu}/topology")
        try:
            return [(place / name).read_text() for name in ("physical_package_id", "core_id")]
        except OSError:
            return cpu

    other = next((cpu for cpu in usable[1:] if core(cpu) != core(usable[0])), usable[1])
    return [usable[0], other]


def can_drop_caches():
    try:
        with open("/proc/sys/vm/drop_caches", "w") as switch:
            switch.write("1")
        return True
    except OSError:
        return False


def install(packages):
    """From Debian, where that is possible."""
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say(f"installing from Debian: {' '.join(packages)}")
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], capture_output=True).returncode:
            say("it could not be installed")
            return


class Machine:
    """What is there. A name in `without` counts as missing."""

    def __init__(self, without):
        self.without = without
        flags = set(line_of("/proc/cpuinfo", "flags").split())
        features = {"AVX-512": {"avx512f", "avx512bw"} <= flags, "AVX2": "avx2" in flags,
                    "SHA-NI": {"sha_ni", "ssse3", "sse4_1"} <= flags}
        self.features = {name: there and name not in without for name, there in features.items()}
        self.all_processors = len(os.sched_getaffinity(0))
        self.cpus = two_processors()
        os.sched_setaffinity(0, self.cpus)
        self.one_core = ["taskset", "-c", str(self.cpus[-1])]
        self.tools = {}

    def name_what_is_missing(self):
        for name, there in self.features.items():
            if not there:
                note(f"this processor has no {name}")
        if len(self.cpus) < 2:
            note("one processor only: rows of two cores are not judged")

    def find(self, needed, peers):
        """Finds tools: without those needed nothing can be measured, without a peer its rows are left out."""
        wanted = [name for name in (*needed, *peers) if name not in self.without]
        install(sorted({PACKAGES[name] for name in wanted if name in PACKAGES and not shutil.which(name)}))
        self.tools.update({name: shutil.which(name) for name in wanted})
        for name in needed:
            if not self.tools.get(name):
                give_up(f"{name} is missing: nothing can be measured without it")
        for name in peers:
            if not self.tools.get(name) and name not in ("bagit.py", "b3sum"):
                note(f"{name} is missing: its rows are left out")

    def find_bagit(self, folder):
        """bagit.py is not in Debian; where it is missing, it gets a folder of its own. A wrapper in front of it would
        be measured with it, so it does not count."""
        found, own = self.tools.get("bagit.py"), folder / "bin" / "bagit.py"
        if found:
            with open(found, "rb") as script:
                if b"python" in script.readline():
                    return
        if "bagit.py" not in self.without:
            if not own.exists():
                say("installing bagit from the Python Package Index")
                install = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "bagit"]
                for command in ([sys.executable, "-m", "venv", folder], install):
                    if subprocess.run(command, capture_output=True).returncode:
                        break
            if own.exists():
                self.tools["bagit.py"] = str(own)
                return
        if not found:
            note("bagit.py is missing (pip might install it): its row is left out")

    def find_b3sum(self, folder):
        """b3sum is not in Debian; where it is missing, cargo builds it into a folder of its own."""
        own = folder / "bin" / "b3sum"
        if self.tools.get("b3sum"):
            return
        if "b3sum" not in self.without and shutil.which("cargo"):
            if not own.exists():
                say("installing b3sum from the crate registry")
                subprocess.run(["cargo", "install", "--quiet", "--locked", "--root", folder, "b3sum"],
                               capture_output=True)
            if own.exists():
                self.tools["b3sum"] = str(own)
                return
        note("b3sum is missing: its row is left out")

    def description(self, program):
        there = {
            "processor": line_of("/proc/cpuinfo", "model name") or platform.machine(),
            "processors": self.all_processors,
            "processors used": len(self.cpus),
            "features": [name for name, there in self.features.items() if there],
            "memory GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30), 1),
            "kernel": re.match(r"[\d.]*\d", platform.release()).group(),
            "system": line_of("/etc/os-release", "PRETTY_NAME", "=").strip('"'),
            "rustc": output("rustc", "--version"),
            "custody": output(program, "--version"),
        }
        asked = {"openssl": "version", "sha256sum": "--version", "hashdeep": "-V", "minisign": "-v",
                 "b3sum": "--version", "bagit.py": "--version", "valgrind": "--version"}
        for name, where in self.tools.items():
            if where and name in asked:
                there[name] = output(where, asked[name]).split("\n")[0]
        return there
