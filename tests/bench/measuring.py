"""One command measured: wall time, processor time, memory, and what else the machine did meanwhile."""

import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from talk import give_up, say

# What others may take of the processors during a run, before it is repeated.
NOISE, REPEATS = 0.10, 2

# A virtual machine may give free memory back to its host, and gets it again page by page, which takes as long as to
# read from the disk. How much of it was given back is chance in the first seconds; what the host does then stays so.
REPORTING, GIVEN_BACK = pathlib.Path("/sys/module/page_reporting"), 6

quiet, complaints = open(os.devnull, "r+b"), tempfile.TemporaryFile()


def warm(evidence):
    if evidence.is_dir():
        subprocess.run("find . -type f -print0 | xargs -0 cat", shell=True, cwd=evidence, stdout=quiet, check=True)
    else:
        subprocess.run(["cat", evidence], stdout=quiet, check=True)


def cool(_):
    os.sync()
    pathlib.Path("/proc/sys/vm/drop_caches").write_text("3")
    if REPORTING.exists():
        time.sleep(GIVEN_BACK)


def busy():
    """Seconds all processors together worked so far, and the seconds another guest had them."""
    try:
        user, nice, system, _, _, irq, soft, steal = map(int, open("/proc/stat").readline().split()[1:9])
    except (OSError, ValueError):
        return 0.0, 0.0
    tick = os.sysconf("SC_CLK_TCK")
    return (user + nice + system + irq + soft + steal) / tick, steal / tick


def start(command, environment=None):
    complaints.seek(0)
    complaints.truncate()
    command = [str(word) for word in command]
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=complaints,
                               env={**os.environ, **(environment or {})})
    return command, process


def finish(started, status=0):
    """Waits, and checks the exit status. Gives user and system seconds and peak MiB of the process and its children."""
    command, process = started
    _, ended, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode != status:
        complaints.seek(0)
        give_up(f"{' '.join(command)}: exit {process.returncode}\n{complaints.read().decode(errors='replace')}")
    return usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024


class Job:
    """One command, on one input, in one state of the page cache."""

    def __init__(self, name, command, evidence, prepare=warm, remove=None, environment=None, repeat=1, status=0):
        self.name, self.command, self.evidence, self.prepare = name, command, evidence, prepare
        self.remove, self.environment, self.repeat, self.status = remove, environment, repeat, status
        self.runs = []

    def once(self, processors):
        if self.remove:
            self.remove.unlink(missing_ok=True)
        self.prepare(self.evidence)
        before = busy()
        begin = time.perf_counter()
        user, system, peak = finish(start(self.command, self.environment), self.status)
        wall = time.perf_counter() - begin
        after = busy()
        others = max(0.0, after[0] - before[0] - user - system) / (wall * processors)
        return {"wall": wall, "user": user, "sys": system, "peak MiB": peak, "others": others,
                "steal": after[1] - before[1]}

    def run(self, processors):
        """Where other programs disturb, once more; the least disturbed run counts."""
        tries = [self.once(processors) for _ in range(self.repeat)]
        if self.repeat > 1:
            # So short that the clock of /proc/stat sees nothing.
            tries.sort(key=lambda run: run["wall"])
            return self.runs.append(tries[len(tries) // 2])
        while tries[-1]["others"] > NOISE and tries[-1]["wall"] > 0.3 and len(tries) <= REPEATS:
            tries.append(self.once(processors))
        self.runs.append(min(tries, key=lambda run: run["others"]))

    def median(self, of="wall"):
        return statistics.median(run[of] for run in self.runs)

    def peak(self):
        return max(run["peak MiB"] for run in self.runs)

    def summary(self):
        walls = [run["wall"] for run in self.runs]
        return {"command": self.name, "median s": self.median(), "min s": min(walls), "max s": max(walls),
                "user s": self.median("user"), "sys s": self.median("sys"), "peak MiB": self.peak(),
                "others": self.median("others"), "runs": self.runs}


def scaling(cpus, inputs):
    """How much more two processes do on two processors than one does on one."""
    if len(cpus) < 2:
        return 1.0
    command = inputs.verify(inputs.probe)

    def seconds(processors):
        begin = time.perf_counter()
        running = [start(["taskset", "-c", str(cpu), *command]) for cpu in processors]
        for process in running:
            finish(process)
        return time.perf_counter() - begin

    warm(inputs.probe)
    scale = statistics.median(2 * seconds(cpus[:1]) / seconds(cpus) for _ in range(7))
    say(f"scaling probe: two pinned processes do {scale:.2f} times the work of one")
    return scale
