"""The inputs: each made when a set asks for it, and kept for the next run."""

import functools
import json
import os
import pathlib
import random
import shutil
import subprocess

from talk import give_up, say

MIB = 1 << 20
KEY = ["-K", "00112233445566778899aabbccddeeff" * 2, "-iv", "00" * 15 + "01"]


def must(command, **more):
    run = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         **more)
    if run.returncode:
        give_up(f"{' '.join(map(str, command))}: exit {run.returncode}\n{run.stderr}")
    return run.stdout


def built(program):
    """The program that was named, or the one of this repository, built."""
    if program:
        return program.resolve()
    if not shutil.which("cargo"):
        give_up("cargo is missing: the program cannot be built")
    must(["cargo", "build", "--release", "--locked", "--quiet"])
    return pathlib.Path("target/release/custody").resolve()


class Inputs:
    """A folder of inputs; `part` is by how much they are smaller than those that are judged."""

    def __init__(self, work, part, program):
        self.work, self.part = work, part
        self.image_size, self.probe_size = 4096 * MIB // part, 512 * MIB // part
        self.small_count, self.middle_count = 20_000 // part, 300 // part
        self.bundle_count, self.link_count = 20, 5_000 // part
        self.home, self.bundles = work / "home", work / "bundles"
        self.new = self.bundles / "new.json"
        work.mkdir(parents=True, exist_ok=True)
        for folder in (self.home, self.bundles):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        # A copy: the program may be built anew while this runs.
        shutil.copy2(program, work / "custody")
        self.custody = [str(work / "custody"), "--home", str(self.home), "-q"]
        must([*self.custody, "key", "new", "--name", "Bench", "--no-passphrase"])

    # --- commands on them ---

    def seal(self, evidence, *more):
        """A seal of it into a new bundle."""
        return [*self.custody, "seal", evidence, "-o", self.new, "--case", "bench", "--exhibit", "bench", *more]

    def verify(self, evidence):
        """Its verification; it is sealed now, once a run."""
        bundle = self.bundles / f"{evidence.name}.json"
        if not bundle.exists():
            command = self.seal(evidence)
            command[command.index(self.new)] = bundle
            must(command)
        return [*self.custody, "verify", bundle, evidence]

    def verify_records(self, folder):
        """The record alone of all bundles of a folder that `chains` made."""
        keys = (folder / "keys.txt").read_text().split()
        return [*self.custody, "verify", "--record-only", *(f"--trust={key}" for key in keys), folder]

    # --- what they are ---

    def once(self, name, size, make):
        """Makes an input, unless an earlier run did. What is half made is made again."""
        place, done = self.work / name, self.work / f"{name}.done"
        if not done.exists():
            if shutil.disk_usage(self.work).free < size:
                give_up(f"{place} needs {size // MIB} MiB")
            say(f"making {name} …")
            if place.is_dir():
                shutil.rmtree(place)
            make(place)
            done.touch()
            os.sync()
        return place

    @functools.cached_property
    def image(self):
        return self.once("image.dd", self.image_size, lambda place: pseudo_random(place, self.image_size))

    @functools.cached_property
    def probe(self):
        return self.once("probe.dd", self.probe_size, lambda place: pseudo_random(place, self.probe_size))

    @functools.cached_property
    def small(self):
        count = self.small_count
        return self.once("small", count * 16384, lambda place: small_files(place, count, self.image))

    @functools.cached_property
    def many(self):
        count = 10 * self.small_count
        return self.once("many", count * 16384, lambda place: small_files(place, count, self.image))

    @functools.cached_property
    def middle(self):
        count = self.middle_count
        return self.once("middle", count * 10 * MIB, lambda place: middle_files(place, count, self.image))

    @functools.cached_property
    def sparse(self):
        size = 2 * self.image_size
        return self.once("sparse.img", size // 8, lambda place: sparse_file(place, size, self.image))

    @functools.cached_property
    def tiny(self):
        return self.once("tiny.bin", 4096, lambda place: place.write_bytes(b"4096 bytes of an exhibit" * 170 + b"\n" * 16))

    def bag(self, bagit):
        def make(place):
            shutil.copytree(self.small, place)
            must([bagit, "--quiet", "--sha256", "--processes", "2", place])
        return self.once("bag", self.small_count * 16384, make)

    @functools.cached_property
    def chains(self):
        """The program that makes long chains, and checks their signatures alone."""
        say("building the benchmark `chains` …")
        messages = must(["cargo", "bench", "--bench", "chains", "--no-run", "--locked", "--quiet",
                         "--message-format=json"]).splitlines()
        built = [json.loads(message) for message in messages if '"executable":"' in message]
        found = [message["executable"] for message in built if message["target"]["name"] == "chains"]
        return pathlib.Path(found[-1])

    def links(self, bundles, links):
        def make(place):
            must([self.chains, "--make", place, "--bundles", bundles, "--links", links])
        return self.once(f"links-{bundles}-{links}", bundles * links * 2300, make)


def pseudo_random(place, size):
    with open(place, "wb") as file:
        zeros = subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE)
        status = subprocess.run(["openssl", "enc", "-aes-256-ctr", *KEY], stdin=zeros.stdout, stdout=file).returncode
        if zeros.wait() or status or os.path.getsize(place) != size:
            give_up("openssl enc did not make the image")


def small_files(place, count, image):
    """Files of 4 to 16 KiB, a thousand in a folder."""
    choose, size = random.Random(1), image.stat().st_size
    with open(image, "rb") as source:
        for number in range(count):
            folder = place / f"{number // 1000:03}"
            if number % 1000 == 0:
                folder.mkdir(parents=True)
            source.seek(choose.randrange(size - 16384))
            (folder / f"{number:06}.bin").write_bytes(source.read(choose.randint(4096, 16384)))


def middle_files(place, count, image):
    place.mkdir()
    size = image.stat().st_size
    with open(image, "rb") as source:
        for number in range(count):
            source.seek(number * 10 * MIB % (size - 10 * MIB))
            with open(place / f"{number:03}.bin", "wb") as file:
                for _ in range(10):
                    file.write(source.read(MIB))


def sparse_file(place, size, image):
    """An eighth of it data, in extents of 4 MiB, spread evenly."""
    with open(image, "rb") as source, open(place, "wb") as file:
        file.truncate(size)
        for start in range(0, size, 32 * MIB):
            file.seek(start)
            for _ in range(4):
                file.write(source.read(MIB))
