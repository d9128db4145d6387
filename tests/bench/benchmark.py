"""Measures, judges and prints; `run`, beside this file, says how it is used."""

import argparse
import json
import os
import pathlib
import random
import sys
import time

import talk
from inputs import Inputs, built
from instructions import instructions
from machine import Machine, can_drop_caches
from measuring import busy, finish, scaling, start
from page import instructions_page, page
from rows import BOTH, Sets
from talk import note, say

SCALING = 1.7


def parsed():
    options = argparse.ArgumentParser(prog="tests/bench/run")
    options.add_argument("--only", nargs="+", choices=Sets.NAMES, metavar="SET", default=Sets.NAMES)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    options.add_argument("--work", type=pathlib.Path, default=pathlib.Path("target/bench"))
    options.add_argument("--program", type=pathlib.Path)
    options.add_argument("--without", nargs="+", metavar="NAME", default=[])
    options.add_argument("--instructions", action="store_true")
    options = options.parse_args()
    if options.rounds < 1:
        sys.exit("--rounds: at least one")
    return options


def chosen_sets(options):
    """The sets asked for, in the order of their names, with those they are compared with."""
    names = {*options.only}.union(*(Sets.ALSO.get(name, []) for name in options.only))
    if options.quick:
        names.discard("many")
    if names & {"cold", "small-cold"} and not can_drop_caches():
        note("the page cache cannot be emptied here (/proc/sys/vm/drop_caches): cold rows are left out")
        names -= {"cold", "small-cold"}
    return [name for name in Sets.NAMES if name in names]


def united(table, names):
    return list(dict.fromkeys(item for name in names for item in table.get(name, [])))


def measure(options, machine):
    names = chosen_sets(options)
    machine.name_what_is_missing()
    machine.find(united(Sets.NEEDED, names), united(Sets.PEERS, names))
    if "small" in names:
        machine.find_bagit(options.work.resolve() / "bagit")
    if "image" in names:
        machine.find_b3sum(options.work.resolve() / "b3sum")
    inputs = inputs_of(options)
    two_cores = Sets.OF_TWO_CORES & {*names}
    scales = [scaling(machine.cpus, inputs)] if two_cores else []
    sets = Sets(machine, inputs)
    jobs = [sets.jobs(name) for name in names]
    rows = sets.across()
    load = os.getloadavg()[0]
    if load > 0.5 * len(machine.cpus):
        note(f"other programs are running (load {load:.1f}): expect disturbed figures")
    steal, began = busy()[1], time.perf_counter()
    for turn in range(options.rounds):
        for members in random.sample(jobs, len(jobs)):
            for job in random.sample(members, len(members)):
                job.run(len(machine.cpus))
        say(f"round {turn + 1} of {options.rounds}: {time.perf_counter() - began:.0f} s")
    steal = busy()[1] - steal
    if two_cores:
        scales.append(scaling(machine.cpus, inputs))
    inputs.new.unlink(missing_ok=True)
    missing = {name: f"no {name}" for name, there in machine.features.items() if not there}
    if two_cores and min(scales) < SCALING:
        missing[BOTH] = "shared core"
        if len(machine.cpus) > 1:
            note(f"shared core: two pinned processes did {min(scales):.2f} times the work of one, below {SCALING}; "
                 "only the one-core rows are judged")
    if options.quick:
        missing["always"] = "--quick"
    return {"machine": machine.description(inputs.custody[0]), "quick": options.quick, "sets": names,
            "rounds": options.rounds, "notes": talk.notes, "scaling": scales, "steal s": steal,
            "seconds": time.perf_counter() - began, "floor of peak MiB": finish(start(["true"]))[2],
            "commands": [job.summary() for members in jobs for job in members],
            "rows": [row.conclude(missing) for row in rows]}


def count_instructions(options, machine):
    machine.find([], ["valgrind"])
    rows = instructions(inputs_of(options)) if machine.tools.get("valgrind") else []
    return {"notes": talk.notes, "instructions": rows}


def inputs_of(options):
    program = built(options.program)
    return Inputs((options.work / ("quick" if options.quick else "full")).resolve(), 8 if options.quick else 1, program)


def main():
    options = parsed()
    if options.json:
        talk.stream = sys.stderr
    machine = Machine(options.without)
    run, show = (count_instructions, instructions_page) if options.instructions else (measure, page)
    result = run(options, machine)
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        show(result)


main()
