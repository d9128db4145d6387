"""Instructions of small fixed workloads under callgrind: a change shows as a number that no load of the machine moves.

The processor that valgrind shows has neither AVX-512 nor SHA-NI: the plain kernel is named, and the `sha2` crate falls
back by itself. So these figures are for comparing one version with another, and say nothing of the kernels.
"""

import os
import re
import subprocess

from talk import give_up, say

ENTRIES, FEW, LINKS = 20_000, 500, 5_000


def fixed_files(place, count, size):
    for number in range(count):
        folder = place / f"{number // 1000:03}"
        if number % 1000 == 0:
            folder.mkdir(parents=True)
        (folder / f"{number:06}.bin").write_bytes(number.to_bytes(4, "big") * (size // 4))


def count(command, status):
    """Instructions of a command: about fifty times as slow as without the counting."""
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
                         stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         env={**os.environ, "CUSTODY_KERNEL": "plain"})
    counted = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != status or not counted:
        give_up(f"{' '.join(map(str, command))} under valgrind: exit {run.returncode}\n{run.stderr}")
    return int(counted.group(1))


def instructions(inputs):
    entries = inputs.once("entries", ENTRIES * 4096, lambda place: fixed_files(place, ENTRIES, 64))
    few = inputs.once("few", FEW * 8192, lambda place: fixed_files(place, FEW, 8192))
    links = inputs.links(1, LINKS)
    record = [*inputs.verify(entries)[:-1], "--record-only"]
    # Without the evidence, the exit status is 3.
    workloads = [
        (f"verify --record-only, {LINKS:,} links", inputs.verify_records(links), 3, LINKS, "a link"),
        (f"verify --record-only, {ENTRIES:,} entries", record, 3, ENTRIES, "an entry"),
        (f"verify, {FEW} files of 8 KiB", inputs.verify(few), 0, FEW, "an entry"),
        (f"seal, {FEW} files of 8 KiB", inputs.seal(few), 0, FEW, "an entry"),
    ]
    rows = []
    for work, command, status, divisor, unit in workloads:
        inputs.new.unlink(missing_ok=True)
        say(f"counting: {work} …")
        total = count(command, status)
        rows.append({"work": work, "total": total, "each": total / divisor, "unit": unit})
    return rows
