"""The sets: which commands are measured side by side, and what is asked of them."""

import statistics

from inputs import must
from measuring import Job, cool

WIDE = "AVX-512"
BOTH = "2 cores"


class Row:
    """One target: a figure of these jobs, at least or at most so much; none where it is shown for comparison alone.
    `needs`: what it cannot be judged without."""

    def __init__(self, work, against, unit, target, least, needs, figure, paired=None):
        self.work, self.against, self.unit, self.target, self.least = work, against, unit, target, least
        self.needs, self.figure, self.paired = needs, figure, paired

    def conclude(self, missing):
        figure, pairs = self.figure(), self.paired() if self.paired else None
        obstacles = [missing[need] for need in ("always", *self.needs) if need in missing]
        if self.target is None:
            obstacles = ["no target"]
        holds = not obstacles and (figure >= self.target if self.least else figure <= self.target)
        return {"work": self.work, "against": self.against, "figure": figure,
                "spread": [min(pairs), max(pairs)] if pairs else None,
                "median of rounds": statistics.median(pairs) if pairs else None,
                "unit": self.unit, "target": self.target,
                "at least": self.least, "holds": None if obstacles else holds,
                "not judged because": ", ".join(obstacles)}


def faster(job, peer, target, *needs):
    """How many times the peer's time."""
    return compared(job, peer, "times faster", target, True, needs,
                    lambda ours, theirs: theirs["wall"] / ours["wall"])


def time_of(job, peer, target, *needs):
    return compared(job, peer, "of its time", target, False, needs,
                    lambda ours, theirs: ours["wall"] / theirs["wall"])


def compared(job, peer, unit, target, least, needs, ratio):
    """Judged is the ratio of the two medians. The ratios of the rounds stand beside it: where their median says something
    else, the machine was in different states."""
    return Row(job.name, peer.name, unit, target, least, needs,
               lambda: ratio({"wall": job.median()}, {"wall": peer.median()}),
               lambda: [ratio(ours, theirs) for ours, theirs in zip(job.runs, peer.runs)])


def peak_of(jobs, what, limit):
    """The largest peak of these jobs."""
    return Row(f"peak memory, {what}", "", "MiB", limit, False, (), lambda: max(job.peak() for job in jobs))


class Sets:
    """Each method is a set, by its name: it gives its jobs, and adds its rows. A job of a missing peer is `None`."""

    NAMES = ["image", "one-core", "cold", "small", "small-cold", "middle", "sparse", "many", "tiny", "links"]
    # Sets with rows that two cores must be there for.
    OF_TWO_CORES = {"image", "small", "small-cold", "middle", "sparse"}
    # What a set compares itself with.
    ALSO = {"many": ["small"]}
    PEERS = {"image": ["sha256sum", "hashdeep", "b3sum"], "one-core": ["hashdeep"], "small": ["hashdeep", "bagit.py"],
             "small-cold": ["hashdeep"], "middle": ["hashdeep"], "tiny": ["minisign"]}
    NEEDED = {"one-core": ["openssl", "taskset"], "image": ["openssl", "taskset"], "cold": ["openssl"],
              "small": ["openssl", "taskset"], "small-cold": ["openssl", "taskset"],
              "middle": ["openssl", "taskset", "xargs"], "sparse": ["openssl", "taskset"], "many": ["openssl"],
              "links": ["taskset"]}

    def __init__(self, machine, inputs):
        self.machine, self.inputs = machine, inputs
        self.rows, self.of_images, self.small_files = [], [], []
        self.image_name = f"{inputs.image_size >> 20} MiB image"
        self.small_name = f"{inputs.small_count:,} files of 4-16 KiB"

    def jobs(self, name):
        jobs = getattr(self, name.replace("-", "_"))()
        return [job for job in jobs if job]

    def peer(self, tool, *arguments, **more):
        return Job(*arguments, **more) if self.machine.tools.get(tool) else None

    def against(self, compare, job, peer, *rest):
        """Adds a row, where both are there."""
        if job and peer:
            self.rows.append(compare(job, peer, *rest))

    def across(self):
        """Rows over several sets."""
        if self.of_images:
            self.rows.append(peak_of(self.of_images, "any image", 48))
        return self.rows

    def image(self):
        inputs, image, name = self.inputs, self.inputs.image, self.image_name
        verify = Job(f"custody verify, {name}, hot, 2 cores", inputs.verify(image), image)
        verify_sha = Job(f"custody verify, {name}, hot, 2 cores, SHA-NI only", inputs.verify(image), image,
                         environment={"CUSTODY_KERNEL": "sha-ni"}) if self.machine.features["SHA-NI"] else None
        seal = Job(f"custody seal, {name}, hot, 2 cores", inputs.seal(image), image, remove=inputs.new)
        also = Job(f"custody seal --also md5,sha1, {name}, hot, 2 cores", inputs.seal(image, "--also", "md5,sha1"),
                   image, remove=inputs.new)
        openssl = Job(f"openssl dgst -sha256, {name}, hot", ["openssl", "dgst", "-sha256", image], image)
        sha256sum = self.peer("sha256sum", f"sha256sum, {name}, hot", ["sha256sum", image], image)
        hashdeep = self.peer("hashdeep", f"hashdeep -c sha256, {name}, hot", ["hashdeep", "-c", "sha256", image], image)
        hashdeep_also = self.peer("hashdeep", f"hashdeep -c md5,sha1,sha256, {name}, hot",
                                  ["hashdeep", "-c", "md5,sha1,sha256", image], image)
        # BLAKE3 is no hash of the record; it shows what another one would give.
        b3sum = self.peer("b3sum", f"b3sum, {name}, hot", [self.machine.tools.get("b3sum"), image], image)
        self.against(time_of, verify, b3sum, None)
        self.against(faster, verify, openssl, 3.0, BOTH, WIDE)
        self.against(faster, verify, sha256sum, 13.0, BOTH, WIDE)
        self.against(faster, verify, hashdeep, 13.0, BOTH, WIDE)
        self.against(faster, verify_sha, openssl, 1.6, BOTH, "SHA-NI")
        self.against(time_of, seal, openssl, 1.05, BOTH, "SHA-NI")
        self.against(faster, also, hashdeep_also, 3.5, BOTH)
        self.of_images += [job for job in (verify, verify_sha, seal, also) if job]
        return verify, verify_sha, seal, also, openssl, sha256sum, hashdeep, hashdeep_also, b3sum

    def one_core(self):
        inputs, image, name, one = self.inputs, self.inputs.image, self.image_name, self.machine.one_core
        verify = Job(f"custody verify, {name}, hot, 1 core", one + inputs.verify(image), image)
        seal = Job(f"custody seal, {name}, hot, 1 core", one + inputs.seal(image), image, remove=inputs.new)
        openssl = Job(f"openssl dgst -sha256, {name}, hot, 1 core", [*one, "openssl", "dgst", "-sha256", image], image)
        hashdeep = self.peer("hashdeep", f"hashdeep -c sha256, {name}, hot, 1 core",
                             [*one, "hashdeep", "-c", "sha256", image], image)
        self.against(faster, verify, openssl, 1.75, WIDE)
        self.against(faster, verify, hashdeep, 7.5, WIDE)
        self.against(time_of, seal, openssl, 1.3, "SHA-NI")
        self.of_images += [verify, seal]
        return verify, seal, openssl, hashdeep

    def cold(self):
        image, name = self.inputs.image, self.image_name
        verify = Job(f"custody verify, {name}, cold", self.inputs.verify(image), image, cool)
        cat = Job(f"cat, {name}, cold", ["cat", image], image, cool)
        self.against(time_of, verify, cat, 1.1)
        self.of_images.append(verify)
        return verify, cat

    def small(self):
        inputs, small, name = self.inputs, self.inputs.small, self.small_name
        verify = Job(f"custody verify, {name}, hot", inputs.verify(small), small)
        seal = Job(f"custody seal, {name}, hot", inputs.seal(small), small, remove=inputs.new)
        hashdeep = self.peer("hashdeep", f"hashdeep -r -c sha256 -j2, {name}, hot",
                             ["hashdeep", "-r", "-c", "sha256", "-j2", small], small)
        bagit = None
        if tool := self.machine.tools.get("bagit.py"):
            bag = inputs.bag(tool)
            bagit = Job(f"bagit.py --validate --processes 2, {name}, hot",
                        [tool, "--quiet", "--validate", "--processes", "2", bag], bag)
        self.against(faster, verify, hashdeep, 4.0, BOTH)
        self.against(faster, verify, bagit, 5.0, BOTH)
        self.small_files = [seal, verify]
        return verify, seal, hashdeep, bagit

    def small_cold(self):
        small, name = self.inputs.small, self.small_name
        verify = Job(f"custody verify, {name}, cold", self.inputs.verify(small), small, cool)
        hashdeep = self.peer("hashdeep", f"hashdeep -r -c sha256 -j2, {name}, cold",
                             ["hashdeep", "-r", "-c", "sha256", "-j2", small], small, prepare=cool)
        self.against(faster, verify, hashdeep, 3.0, BOTH)
        return verify, hashdeep

    def middle(self):
        inputs, middle, name = self.inputs, self.inputs.middle, f"{self.inputs.middle_count} files of 10 MiB"
        verify = Job(f"custody verify, {name}, hot", inputs.verify(middle), middle)
        seal = Job(f"custody seal, {name}, hot", inputs.seal(middle), middle, remove=inputs.new)
        hashdeep = self.peer("hashdeep", f"hashdeep -r -c sha256 -j2, {name}, hot",
                             ["hashdeep", "-r", "-c", "sha256", "-j2", middle], middle)
        script = 'find "$0" -type f -print0 | xargs -0 -P2 -n 25 openssl dgst -sha256'
        openssl = Job(f"openssl dgst -sha256 under xargs -P2, {name}, hot",
                      ["bash", "-o", "pipefail", "-c", script, middle], middle)
        self.against(faster, verify, hashdeep, 4.5, BOTH)
        self.against(faster, verify, openssl, 1.2, BOTH)
        self.against(faster, seal, openssl, 1.0, BOTH)
        return verify, seal, hashdeep, openssl

    def sparse(self):
        sparse, name = self.inputs.sparse, f"{2 * self.inputs.image_size >> 20} MiB sparse, an eighth of it data"
        verify = Job(f"custody verify, {name}, hot", self.inputs.verify(sparse), sparse)
        openssl = Job(f"openssl dgst -sha256, {name}, hot", ["openssl", "dgst", "-sha256", sparse], sparse)
        self.against(faster, verify, openssl, 12.0, BOTH)
        self.of_images.append(verify)
        return verify, openssl

    def many(self):
        inputs, many, name = self.inputs, self.inputs.many, f"{10 * self.inputs.small_count:,} files"
        seal = Job(f"custody seal, {name}, hot", inputs.seal(many), many, remove=inputs.new)
        verify = Job(f"custody verify, {name}, hot", inputs.verify(many), many)

        def both(jobs):
            return sum(job.median() for job in jobs)
        self.rows.append(Row(f"seal + verify of {name}", f"of {self.inputs.small_count:,} files", "times the time", 11,
                             False, (), lambda: both([seal, verify]) / both(self.small_files)))
        self.rows.append(peak_of([seal, verify], name, 300))
        return seal, verify

    def tiny(self):
        tiny, minisign = self.inputs.tiny, None
        verify = Job("custody verify, 4 KiB", self.inputs.verify(tiny), tiny, repeat=21)
        if self.machine.tools.get("minisign"):
            public, secret = self.inputs.work / "minisign.pub", self.inputs.work / "minisign.key"
            must(["minisign", "-G", "-W", "-f", "-p", public, "-s", secret])
            must(["minisign", "-S", "-s", secret, "-m", tiny])
            minisign = Job("minisign -V, 4 KiB", ["minisign", "-V", "-q", "-p", public, "-m", tiny], tiny, repeat=21)
        self.against(time_of, verify, minisign, 3.0)
        return verify, minisign

    def links(self):
        inputs, one = self.inputs, self.machine.one_core
        bundles, links = inputs.bundle_count, inputs.link_count
        folder, name = inputs.links(bundles, links), f"{bundles * links:,} links in {bundles} bundles"
        # Without the evidence, the exit status is 3.
        verify = Job(f"custody verify --record-only, {name}, 1 core", one + inputs.verify_records(folder), folder,
                     status=3)
        strict = Job(f"verify_strict of ed25519-dalek alone, {name}, 1 core",
                     [*one, inputs.chains, "--verify-strict", folder], folder)
        self.against(time_of, verify, strict, 1.3)
        return verify, strict
