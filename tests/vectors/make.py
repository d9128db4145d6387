#!/usr/bin/env python3
"""Makes the vectors in findings/ and refused/: one vector, one fault.

    python3 make.py            writes them
    python3 make.py --check    writes nothing; exit 1 where what is there differs

It needs the standard library of Python 3 and the command openssl, 3 or later. It was written from docs/format.md
alone, so that the program is held against a second reading of that text. It is deterministic: a second run gives the
same bytes.

The keys are test keys and no secret: the Ed25519 seed of key N is SHA-256 of `custody example key N`.

A folder findings/CODE or findings/CODE.VARIANT holds a bundle with one fault, whose only finding is CODE; a folder
findings/none-NAME holds one without any. In each there is `expect.json`:

    exit, result, findings    what `custody verify --json` says; findings in any order, without their messages
    trust                     the key ids confirmed with --trust
    args                      further arguments
    times                     the times that are trusted, where there are any
    make                      evidence that is made for the test, and not stored: see class Thing
    root                      the root of the roster `roster.json` beside the bundle, where there is one; where there is
                              a second one, `roster-2.json`, the list of the two roots
    why                       where there is something to explain

Where there is a `seen.custody.json`, it is a copy of the chain that the verifier saw before.
Where there is a `tsa-root.pem`, it is the root of the time stamp authority that the reader pins (--tsa-root).

The evidence is `evidence` (a folder) or `evidence.bin` (one file) beside the bundle, or is made, or is not supplied.
"""

import base64
import copy
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import authority

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = ("findings", "refused")
ZEROS = "0" * 64
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
VERIFY = (
    "Every link of chain is one signed custody event: docs/format.md tells which bytes are signed and how to check "
    "them with openssl, jq and sha256sum. Nothing in this file is trusted until the key ids are compared with a "
    "roster obtained elsewhere."
)


# --- Bytes and hashes: sections 2, 4, 7 and 8 of the format ---


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def file_form(value):
    return (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def b64(data):
    return base64.b64encode(data).decode()


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def tree(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def raw_path(text):
    """The raw bytes of a path text."""
    return re.sub(rb"%([0-9A-F]{2})", lambda m: bytes.fromhex(m[1].decode()), text.encode())


def salt(name):
    return sha256(b"vector salt " + name.encode())[:32]


# --- Keys and signatures: section 4 ---


class Key:
    """A test key, or 32 bytes that are no key anyone can sign with."""

    def __init__(self, seed=None, public=None):
        self.seed = seed
        self.private = seed and pem("PRIVATE KEY", bytes.fromhex("302e020100300506032b657004220420") + seed)
        self.der = spki(public) if public else openssl("pkey", "-in", self.private, "-pubout", "-outform", "DER")
        self.pem = pem("PUBLIC KEY", self.der)
        self.id = sha256(self.der)

    def record(self):
        return {"algorithm": "ed25519", "id": self.id, "pem": self.pem}

    def sign(self, message):
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.private, "-in", message)

    def secrets(self):
        """The secret scalar and the prefix of RFC 8032, section 5.1.5: for signatures that openssl would not make."""
        digest = bytearray(hashlib.sha512(self.seed).digest())
        digest[0] &= 248
        digest[31] = digest[31] & 127 | 64
        return int.from_bytes(digest[:32], "little"), bytes(digest[32:])


def spki(public):
    return bytes.fromhex("302a300506032b6570032100") + public


def pem(label, der):
    body = "".join(f"{line}\n" for line in re.findall(".{1,64}", b64(der)))
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n"


def openssl(*arguments):
    """Runs openssl. A text with a PEM block and bytes are handed over as files."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["openssl"]
        for number, argument in enumerate(arguments):
            if isinstance(argument, bytes) or argument.startswith("-----BEGIN"):
                path = pathlib.Path(folder) / str(number)
                path.write_bytes(argument if isinstance(argument, bytes) else argument.encode())
                argument = str(path)
            command.append(argument)
        return subprocess.run(command, check=True, capture_output=True).stdout


def pae(statement):
    body = canonical(statement)
    return b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(body), body)


def hram(r, key, message):
    """The number k of RFC 8032, section 5.1.7."""
    return int.from_bytes(hashlib.sha512(r + key.der[12:] + message).digest(), "little") % GROUP_ORDER


KEYS = {number: Key(hashlib.sha256(f"custody example key {number}".encode()).digest()) for number in range(1, 11)}

# Sixteen bytes of zeros and a one: the neutral point, which is of small order. And a number that is no point's.
KEYS["neutral"] = Key(public=bytes([1] + [0] * 31))
KEYS["no point"] = Key(public=bytes([2] + [0] * 31))

PEOPLE = {
    1: ("Ines Kaya", "North River Police, Digital Unit", "investigator"),
    2: ("Tomáš Brandt", "North River Police, Evidence Store", "evidence custodian"),
    3: ("Aiko Mori", "State Forensic Laboratory", "examiner"),
    4: ("Lena Orth", "North River Prosecution", "authority"),
    5: ("Piet Vos", "Town Council", "attesting witness"),
    9: ("Records Bureau", "North River Police", "roster authority"),
}


def party(number):
    name, agency, role = PEOPLE.get(number, (f"Person {number}", "Town Council", "attesting witness"))
    return {"name": name, "agency": agency, "role": role, "key": KEYS[number].id}


# --- Evidence: what stands in the bundle, and what the test finds ---


class Thing:
    """One entry, and the evidence for it: bytes that are stored, or a rule by which the test makes it.

    A rule has a `path` (path text; its first part is `evidence` or `evidence.bin`) and one of: `text`; `pattern`,
    repeated and cut to `bytes`, each byte whose number is in `flip` with all its bits changed; `dir`, `fifo`, `link`.
    `mode` (octal text) and `modified` (seconds since 1970) may be there too.
    """

    def __init__(self, path, entry, stored=None, rule=None):
        self.path = path
        self.entry = {"path": path, "salt": salt(path), **entry}
        self.stored = stored
        self.rule = rule
        self.pieces = {}


def file(path, content, rule=None, **fields):
    entry = {"type": "file", "bytes": len(content), "sha256": sha256(content), **fields}
    return Thing(path, entry, None if rule else content, rule)


def written(path, text, **fields):
    """A small file that the test makes, because its name or its dates would not survive a checkout."""
    rule = {"text": text}
    for name in ("at", "as_mode"):
        if name in fields:
            rule[{"at": "modified", "as_mode": "mode"}[name]] = fields.pop(name)
    return file(path, text.encode(), rule, **fields)


def large(path, size, piece=2**20, flip=(), lists=True, **fields):
    """A file of many times `custody` and a line feed, with pieces. `flip` is what changed after it was sealed."""
    content = pattern(size)
    digests = [sha256(content[at : at + piece]) for at in range(0, size, piece)]
    root = tree([leaf(bytes.fromhex(digest)) for digest in digests]).hex()
    pieces = {"size": piece, "count": len(digests), "root": root}
    rule = {"pattern": "custody\n", "bytes": size}
    if flip:
        rule["flip"] = list(flip)
    thing = file(path, content, rule, **{"pieces": pieces, **fields})
    thing.pieces = {root: digests} if lists else {}
    return thing


def pattern(size):
    return (b"custody\n" * (size // 8 + 1))[:size]


def folder(path, empty=False):
    return Thing(path, {"type": "dir"}, rule={"dir": True} if empty else None)


def symlink(path, target):
    return Thing(path, {"type": "symlink", "target": target}, rule={"link": target})


def special(path, kind):
    return Thing(path, {"type": kind}, rule={kind: True})


# --- Bundles: sections 3, 5, 9 and 10 ---


class Bundle:
    """A chain in the making. Links are an hour apart, and whoever holds the exhibit signs."""

    def __init__(self, things, one_file=False, exhibit="EXH-1", case="2026-CR-00417", **seal):
        self.things = sorted(things, key=lambda thing: raw_path(thing.path))
        self.one_file = one_file
        self.exhibit, self.case = exhibit, case
        self.links, self.keys, self.signers = [], {}, []
        self.hour = 9
        self.more = {}
        self.salt = None if one_file else sha256(b"vector listing salt")
        self.subject = self.make_subject()
        if seal.pop("sealed", True):
            self.add("seal", **{"manifest": self.manifest(), **seal})

    def entries(self):
        return [thing.entry for thing in self.things]

    def files(self):
        return [entry for entry in self.entries() if entry["type"] == "file"]

    def manifest(self, **false):
        return {
            "root": tree([leaf(canonical(entry)) for entry in self.entries()]).hex(),
            "entries": len(self.things),
            "files": len(self.files()),
            "bytes": sum(entry["bytes"] for entry in self.files()),
            **false,
        }

    def make_subject(self):
        if self.one_file:
            entry = self.things[0].entry
            return {"name": entry["path"], "digest": {"sha256": entry["sha256"]}}
        listing = f"# custody listing v1 salt={self.salt}\n".encode()
        for entry in self.files():
            raw = raw_path(entry["path"])
            name = raw.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
            mark = b"\\" if name != raw else b""
            listing += mark + entry["sha256"].encode() + b"  " + name + b"\n"
        return {"name": f"{self.exhibit}.sha256sums", "digest": {"sha256": sha256(listing)}}

    def hash(self, number):
        return sha256(canonical(self.links[number]))

    def place_of(self, link_hash):
        return [self.hash(number) for number in range(len(self.links))].index(link_hash)

    def checked(self, **false):
        return {"mode": "full", "files": len(self.files()), "bytes": self.manifest()["bytes"], **false}

    def add(self, action, by=1, attest=(), chain=None, subject=None, signers=None, signer=None, **fields):
        """One more link. `attest` are the witnesses who sign, too. `chain`, `signer` (fields of `by`) and the other
        fields given replace the true ones; a field that is None is left out."""
        at = f"2026-11-{5 + self.hour // 24:02}T{self.hour % 24:02}:00:00Z"
        self.hour += 1
        place = {"seq": len(self.links), "prev": self.hash(-1) if self.links else ZEROS}
        if self.links:
            place["seal"] = self.hash(0)
        predicate = {"action": action, "at": at, "case": self.case, "exhibit": self.exhibit}
        predicate["by"] = {**party(by), **(signer or {})}
        predicate["chain"] = without_none({**place, **(chain or {})})
        if attest:
            predicate["witnesses"] = [{"name": party(number)["name"], "key": KEYS[number].id} for number in attest]
        predicate = without_none({**predicate, **fields})
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "urn:x-custody:event:v1",
            "subject": [subject or self.subject],
            "predicate": predicate,
        }
        required = [by, *attest]
        self.signers += [number for number in required if number not in self.signers]
        self.sign(statement, required if signers is None else signers)
        for number in required:
            self.keys[number] = KEYS[number].record()
        return self

    def sign(self, statement, signers):
        message = pae(statement)
        made = [
            {"keyid": KEYS[n].id, "sig": b64(KEYS[n].sign(message) if KEYS[n].seed else bytes(64))} for n in signers
        ]
        self.links.append({"signatures": sorted(made, key=lambda one: one["keyid"]), "statement": statement})

    def release(self, to, by=1, **fields):
        return self.add("release", by, to=party(to), reason="Deposit in the evidence store", **fields)

    def receipt(self, by, outcome="accepted", **fields):
        return self.add("receipt", by, outcome=outcome, **{"checked": self.checked(), **fields})

    def card(self, number=-1):
        return f"custody:v1:{self.hash(0)}:{number % len(self.links)}:{self.hash(number)}"

    def json(self):
        value = {
            "about": {"format": "custody-bundle/v1", "verify": VERIFY},
            "chain": self.links,
            "files": self.entries(),
            "keys": sorted(self.keys.values(), key=lambda key: key["id"]),
            "timestamps": [],
        }
        lists = {root: digests for thing in self.things for root, digests in thing.pieces.items()}
        if lists:
            value["pieces"] = lists
        if self.salt:
            value["listingSalt"] = self.salt
        return copy.deepcopy(without_none({**value, **self.more}))


# --- Rosters: section 12 ---


RETIRED = {"at": "2026-11-01T00:00:00Z", "kind": "retired", "reason": "Left the service"}


def member(number, **fields):
    """A member of a roster, from the beginning of 2026 to that of 2029."""
    period = {"from": "2026-01-01T00:00:00Z", "until": "2029-01-01T00:00:00Z"}
    return {**party(number), "pem": KEYS[number].pem, **period, **fields}


class Roster:
    """A roster in the making: versions a day apart, each with what the version before says, but for what is given."""

    def __init__(self, members=None, root=9, **fields):
        self.links, self.keys, self.edit, self.root = [], {}, None, root
        self.terms = {"members": [], "next": [KEYS[root].id], "threshold": 1}
        self.subject = {"name": "north-river", "digest": {"sha256": KEYS[root].id}}
        self.version(members=usual_members() if members is None else members, **fields)

    def hash(self, number):
        return sha256(canonical(self.links[number]))

    def version(self, by=None, attest=(), signers=None, chain=None, subject=None, **terms):
        """One more version. `attest` are witnesses who sign, too; `next` may be given as numbers of keys."""
        by = by or self.root
        self.terms = {**self.terms, **terms}
        self.terms["next"] = [KEYS[one].id if one in KEYS else one for one in self.terms["next"]]
        place = {"seq": len(self.links), "prev": self.hash(-1) if self.links else ZEROS}
        if self.links:
            place["seal"] = self.hash(0)
        predicate = {"action": "roster", "at": f"2026-10-{len(self.links) + 1:02}T08:00:00Z", "by": party(by)}
        predicate["chain"] = without_none({**place, **(chain or {})})
        if attest:
            predicate["witnesses"] = [{"name": party(number)["name"], "key": KEYS[number].id} for number in attest]
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "urn:x-custody:roster:v1",
            "subject": [subject or self.subject],
            "predicate": {**predicate, **self.terms},
        }
        required = [by, *attest]
        message = pae(statement)
        made = [
            {"keyid": KEYS[number].id, "sig": b64(KEYS[number].sign(message))}
            for number in (required if signers is None else signers)
        ]
        self.links.append({"signatures": sorted(made, key=lambda one: one["keyid"]), "statement": statement})
        for number in required:
            self.keys[number] = KEYS[number].record()
        return self

    def but(self, change):
        """The same roster, changed after it was signed."""
        self.edit = change
        return self

    def text(self):
        keys = sorted(self.keys.values(), key=lambda key: key["id"])
        value = copy.deepcopy({"about": {"format": "custody-roster/v1"}, "chain": self.links, "keys": keys})
        if self.edit:
            self.edit(value)
        return file_form(value)


def usual_members():
    return [member(number) for number in (1, 2, 3, 4)]


def without_none(fields):
    return {name: value for name, value in fields.items() if value is not None}


# --- The folder of vectors ---

MADE = {}

RECORD = "THE RECORD ITSELF DOES NOT CHECK"
CHANGED = "CHANGE FOUND"
MISSING = "FILE MISSING"
EXTRA = "EXTRA FILE"
UNREAD = "COULD NOT BE CHECKED"
RECORD_ONLY = "RECORD CHECKED. THE EVIDENCE ITSELF WAS NOT CHECKED"
NOTHING = "NO CHANGE FOUND"

SEVERITY = {"change": 1, "open": 3, "attention": 0}
NOT_SUPPLIED = object()


def vector(
    name,
    bundle,
    severity=None,
    result=None,
    *,
    also=(),
    untrusted=(),
    now=None,
    change=None,
    edit=None,
    args=None,
    seen=None,
    tsa=None,
    times=None,
    why=None,
    roster=None,
    second=None,
    root=9,
    trusted=None,
    **place,
):
    """One vector. The finding is of the code that the folder is named after, at `link`, `path` and so on; `places`
    gives several. `also` are others that the rules make unavoidable. `untrusted` are keys that nobody confirmed. `now`
    is the evidence as it is found, where that is not what was sealed. `change` is done to the values after signing,
    `edit` to the text. `seen` is the bundle that the verifier saw before. `roster` is a roster with key `root` pinned; then
    it confirms whom it confirms, and `trusted` are the keys that are confirmed besides. `second` is another roster,
    pinned under the root it was made with. `tsa` is the root of the time
    stamp authority that is pinned."""
    places = place.pop("places", [place])
    findings = [finding(name.split(".")[0], severity, **one) for one in places] if severity else []
    usual = RECORD if severity == "change" else NOTHING
    confirmed = trusted if trusted is not None else [] if roster else bundle.signers
    expect = {
        "exit": SEVERITY[severity] if severity else 0,
        "result": result or usual,
        "findings": [*findings, *also],
        "trust": sorted(KEYS[number].id for number in confirmed if number not in untrusted),
        "root": [KEYS[root].id, KEYS[second.root].id] if second else KEYS[root].id if roster else None,
        "args": args,
        "times": times,
        "why": why,
    }
    value = bundle.json()
    if change:
        change(value)
    text = file_form(value)
    here = f"findings/{name}/"
    if now is not NOT_SUPPLIED:
        rules = supply(here, bundle, bundle.things if now is None else now)
        expect["make"] = rules or None
    if roster:
        MADE[f"{here}roster.json"] = roster.text()
    if second:
        MADE[f"{here}roster-2.json"] = second.text()
    MADE[f"{here}bundle.custody.json"] = edit(text) if edit else text
    if seen:
        MADE[f"{here}seen.custody.json"] = file_form(seen.json())
    if tsa:
        MADE[f"{here}tsa-root.pem"] = pem("CERTIFICATE", tsa.der).encode()
    MADE[f"{here}expect.json"] = file_form(without_none(expect))


def finding(code, severity, ranges=None, **place):
    ranges = ranges and [{"start": start, "end": end} for start, end in ranges]
    return without_none({"code": code, "severity": severity, "ranges": ranges, **place})


def supply(here, bundle, things):
    """Stores the evidence, and gives the rules for what is made."""
    rules = []
    if not things:
        rules.append({"path": "evidence", "dir": True})
    for thing in things:
        path = "evidence.bin" if bundle.one_file else f"evidence/{thing.path}"
        if thing.stored is not None:
            MADE[here + path] = thing.stored
        if thing.rule:
            rules.append({"path": path, **thing.rule})
    return rules


FIRST = file("first.txt", b"The first file of the exhibit.\n")
SECOND = file("notes/second.txt", b"The second file, in a folder.\n")
NOTES = folder("notes")
THREE = [FIRST, NOTES, SECOND]
SAYS = {"reason": "Looked at on the screen"}


def small(**seal):
    """The usual exhibit: a file, a folder, a file in it."""
    return Bundle(THREE, **seal)


def one(**fields):
    return Bundle([file("letter.txt", b"Dear Sir or Madam,\n")], one_file=True, **fields)


def examined(bundle=None, by=1, **fields):
    return (bundle or small()).add("examine", by, **{**SAYS, **fields})


def flip_signature(link=-1, byte=40):
    def change(value):
        signature = value["chain"][link]["signatures"][0]
        raw = bytearray(base64.b64decode(signature["sig"]))
        raw[byte] ^= 1
        signature["sig"] = b64(bytes(raw))

    return change


def put_signature(make):
    """Replaces the only signature of the last link by what `make` gives for key and message."""

    def change(value):
        link = value["chain"][-1]
        [signature] = link["signatures"]
        key = next(key for key in KEYS.values() if key.id == signature["keyid"])
        signature["sig"] = b64(make(key, pae(link["statement"]), base64.b64decode(signature["sig"])))

    return change


def with_order_added(_key, _message, signature):
    """S and the group order: the same number for a lenient check, another text for one signature."""
    return signature[:32] + (int.from_bytes(signature[32:], "little") + GROUP_ORDER).to_bytes(32, "little")


def with_small_order_r(key, message, _signature):
    """R is the neutral point and S = k·a: the equation holds, and R is of small order."""
    neutral = bytes([1] + [0] * 31)
    scalar, _ = key.secrets()
    return neutral + (hram(neutral, key, message) * scalar % GROUP_ORDER).to_bytes(32, "little")


def with_cofactor_only(key, message, signature):
    """R moved by the point of order two, (x, y) to (-x, -y): the equation holds only times the cofactor."""
    scalar, prefix = key.secrets()
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % GROUP_ORDER
    r = int.from_bytes(signature[:32], "little")
    sign, y = r >> 255, r & (2**255 - 1)
    moved = ((sign ^ 1) << 255 | (2**255 - 19 - y)).to_bytes(32, "little")
    return moved + ((nonce + hram(moved, key, message) * scalar) % GROUP_ORDER).to_bytes(32, "little")


def small_order_everything(_key, _message, _signature):
    """Under the neutral point as key, this fits every text where the check is lenient."""
    return bytes([1] + [0] * 63)


def keys_and_signatures():
    vector("signature-invalid", examined(), "change", link=1, change=flip_signature())
    vector("signature-invalid.seal", small(), "change", link=0, change=flip_signature())
    vector("signature-invalid.short", examined(), "change", link=1, change=put_signature(lambda _k, _m, sig: sig[:63]))
    vector("signature-invalid.high-s", examined(), "change", link=1, change=put_signature(with_order_added))
    vector("signature-invalid.small-order-r", examined(), "change", link=1, change=put_signature(with_small_order_r))
    vector("signature-invalid.cofactor", examined(), "change", link=1, change=put_signature(with_cofactor_only))
    neutral = small().add("verify", "neutral", **SAYS)
    vector("signature-invalid.small-order", neutral, "change", link=1, change=put_signature(small_order_everything))
    vector("signature-invalid.no-point", small().add("verify", "no point", **SAYS), "change", link=1)
    vector("signature-invalid.other-key", examined(), "change", link=1, change=sign_with_key_2)
    vector("signature-missing", examined(attest=[5], signers=[1]), "change", link=1)
    vector("signature-missing.all", examined(signers=[]), "change", link=1)
    vector("signature-extra", examined(signers=[1, 2]), "change", link=1, change=put_key(2))
    twice = examined()
    twice.links[1]["signatures"] *= 2
    vector("signature-extra.twice", twice, "change", link=1)
    vector("key-missing", small(), "change", link=0, change=lambda value: value.update(keys=[]))
    vector("key-missing.false-id", small(), "change", change=false_id)
    vector(
        "key-missing.false-id-in-use",
        small(),
        "change",
        places=[{}, {"link": 0}],
        change=lambda value: value["keys"][0].update(pem=KEYS[2].pem),
        why="An item whose id is false is named, and serves no signature.",
    )
    vector(
        "signature-missing.seal-without-effect",
        examined(small(signers=[])),
        "change",
        link=0,
        also=[finding("out-of-turn", "change", link=1)],
        why="A seal with a finding has no effect, so nobody holds the exhibit, and every later link is out of turn.",
    )
    release = small().release(to=2, chain={"prev": "ab" * 32}).receipt(2)
    vector(
        "link-broken.release-without-effect",
        release,
        "change",
        link=1,
        also=[finding("out-of-turn", "change", link=2)],
        why="A release with a finding has no effect, so there is nothing to receive.",
    )


def sign_with_key_2(value):
    link = value["chain"][1]
    link["signatures"][0]["sig"] = b64(KEYS[2].sign(pae(link["statement"])))


def put_key(number):
    def change(value):
        value["keys"] = sorted([*value["keys"], KEYS[number].record()], key=lambda key: key["id"])

    return change


def false_id(value):
    value["keys"] = sorted([*value["keys"], {**KEYS[2].record(), "id": "ff" * 32}], key=lambda key: key["id"])


def places_in_the_chain():
    vector("link-broken", examined(chain={"prev": "ab" * 32}), "change", link=1)
    vector("link-broken.first", small(chain={"prev": "ab" * 32}), "change", link=0)
    cut = examined().add("store", **SAYS).add("copy", **SAYS)
    del cut.links[1]
    for number, link in enumerate(cut.links):
        link["statement"]["predicate"]["chain"]["seq"] = number
        link["signatures"][0]["sig"] = b64(KEYS[1].sign(pae(link["statement"])))
    cut.links[2]["statement"]["predicate"]["chain"]["prev"] = cut.hash(1)
    cut.links[2]["signatures"][0]["sig"] = b64(KEYS[1].sign(pae(cut.links[2]["statement"])))
    vector("link-broken.taken-out", cut, "change", link=1, why="A link was taken out, and those behind it made to fit.")
    for variant, false in [
        ("covers", {"sha512": "ab" * 64}),
        ("covers-itself", {"seq": 1}),
        ("covers-token", {"tokens": ["ab" * 32]}),
    ]:
        bundle = small()
        bundle.add("renew", covers={**covers(bundle, 0), **false})
        vector(f"link-broken.{variant}", bundle, "change", link=1)
    renewed = small()
    stamps = [stamp(renewed.hash(0))]
    renewed.add("renew", covers=covers(renewed, 0, stamps))
    renewed.more["timestamps"] = stamps
    vector("timestamp-untrusted.covered", renewed, "attention", link=0)
    doubled = examined()
    stamps = [stamp(hash) for hash in sorted([doubled.hash(0), doubled.hash(1)])]
    doubled.more["timestamps"] = stamps
    false = covers(doubled, 1, stamps)
    false["tokens"] = sorted([false["tokens"][0], "ab" * 32])
    doubled.add("renew", covers=false)
    vector(
        "link-broken.covers-token-twice",
        doubled,
        "change",
        link=2,
        also=[finding("timestamp-untrusted", "attention", link=doubled.place_of(one["link"])) for one in stamps],
        why="Two items for one token and none for the other are two, but not one for each.",
    )
    vector("sequence-wrong", examined(chain={"seq": 2}), "change", link=1)
    vector("sequence-wrong.first", small(chain={"seq": 1}), "change", link=0)
    vector("seal-mismatch", examined(chain={"seal": "ab" * 32}), "change", link=1)
    vector("seal-mismatch.absent", examined(chain={"seal": None}), "change", link=1)
    vector("seal-mismatch.in-seal", small(chain={"seal": ZEROS}), "change", link=0)
    vector("subject-changed", examined(case="2026-CR-00418"), "change", link=1)
    vector("subject-changed.exhibit", examined(exhibit="EXH-2"), "change", link=1)
    bundle = small()
    other = {**bundle.subject, "digest": {"sha256": sha256(b"another listing")}}
    vector("subject-changed.digest", examined(bundle, subject=other), "change", link=1)
    vector("subject-changed.name", examined(subject={**bundle.subject, "name": "EXH-1"}), "change", link=1)
    vector(
        "subject-changed.more",
        examined(subject={**bundle.subject, "size": 3}),
        "change",
        link=1,
        also=[finding("unknown-field", "attention", link=1)],
        why="The bytes of the subject are compared, with a field that nobody knows, too.",
    )


def covers(bundle, seq, stamps=()):
    tokens = sorted(sha256(base64.b64decode(stamp["rfc3161"])) for stamp in stamps)
    covered = {"chain": bundle.links[: seq + 1], "timestamps": list(stamps)}
    return {"seq": seq, "tokens": tokens, "sha512": hashlib.sha512(canonical(covered)).hexdigest()}


def who_holds():
    vector("not-the-holder", examined(by=2), "change", link=1)
    vector("not-the-holder.release", small().release(to=3, by=2), "change", link=1)
    withdrawn = small().release(to=2).add("withdraw", 3, **SAYS).receipt(2)
    vector("not-the-holder.withdraw", withdrawn, "change", link=2)
    given = small().release(to=2).receipt(2)
    vector("not-the-holder.giver-after-receipt", examined(given), "change", link=3)
    refused = small().release(to=2).receipt(3).receipt(2)
    vector("not-the-receiver", refused, "change", link=2)
    vector("not-the-receiver.giver", small().release(to=2).receipt(1).receipt(2), "change", link=2)
    vector("out-of-turn", small().receipt(1), "change", link=1)
    vector("out-of-turn.withdraw", small().add("withdraw", **SAYS), "change", link=1)
    bundle = small()
    vector("out-of-turn.second-seal", bundle.add("seal", manifest=bundle.manifest()), "change", link=1)
    vector("out-of-turn.while-pending", examined(small().release(to=2)).receipt(2), "change", link=2)
    vector(
        "out-of-turn.verify-while-pending", small().release(to=2).add("verify", 3, **SAYS).receipt(2), "change", link=2
    )
    vector("out-of-turn.no-seal", examined(small(sealed=False)), "change", link=0)
    ahead = {"corrects": {"seq": 1, "field": "place", "text": "room 3"}}
    vector(
        "out-of-turn.corrects-itself",
        small().add("correct", **ahead),
        "change",
        link=1,
        also=[finding("corrected", "attention", link=1)],
        why="V26 names each correct link.",
    )
    vector("after-close", examined(small().add("return", to={"name": "The owner"}, **SAYS)), "change", link=2)
    vector("after-close.dispose", small().add("dispose", **SAYS).add("verify", 2, **SAYS), "change", link=2)
    closed = small().add("return", **SAYS).add("takeover", 4, to=party(2), **SAYS)
    vector("after-close.takeover", closed, "change", link=2)
    vector("in-transit", small().release(to=2), "open", link=1)
    takeover = small().add("takeover", 4, to=party(2), reason="The key was lost")
    vector(
        "signer-unknown.takeover",
        takeover.add("store", 2, **SAYS),
        "open",
        link=1,
        why="No roster is at hand, so only that can be said of the authority; the takeover has its effect.",
    )
    twice = small().add("takeover", 4, to=party(2), **SAYS).add("takeover", 4, to=party(3), **SAYS)
    vector("signer-unknown.takeover-twice", twice, "open", link=1, why="One finding for each key.")
    pending = small().release(to=2).add("takeover", 4, to=party(3), **SAYS).add("store", 3, **SAYS)
    vector("signer-unknown.takeover-while-pending", pending, "open", link=2)
    renewed = small()
    renewed.add("renew", 3, covers=covers(renewed, 0))
    vector("signer-unknown.renew", renewed, "open", link=1)


def signers_and_heads():
    handed = small().release(to=2).receipt(2).add("store", 2, **SAYS)
    vector("signer-unknown", handed, "open", link=2, untrusted=[2])
    vector("signer-unknown.witness", examined(attest=[5]), "open", link=1, untrusted=[5])
    earlier = small().add("verify", 4, **SAYS).add("takeover", 4, to=party(2), **SAYS)
    once = "One finding for each key, at the first link that it had to sign."
    vector("signer-unknown.first-link", earlier, "open", link=1, untrusted=[4], why=once)
    grown = examined().add("store", **SAYS)
    cut = examined().add("store", **SAYS)
    cut.links.pop()
    vector("head-unknown", cut, "change", missing=1, args=["--expect-head", grown.card()])
    other = examined(note="Another head under the same number")
    vector("head-unknown.fork", examined(), "change", args=["--expect-head", other.card()])
    foreign = f"custody:v1:{'ab' * 32}:1:{cut.hash(1)}"
    vector("head-unknown.other-seal", cut, "change", args=["--expect-head", foreign])
    vector("rolled-back", cut, "change", missing=1, seen=grown)
    vector("rolled-back.seal", small(), "change", missing=2, seen=grown)
    vector("forked", examined(), "change", link=1, seen=other)
    longer = examined(note="Another head under the same number").add("store", **SAYS)
    vector("forked.grown", grown, "change", link=1, seen=other, why="It goes on behind the fork.")
    vector(
        "forked.shorter",
        cut,
        "change",
        link=1,
        seen=longer,
        also=[finding("rolled-back", "change", missing=1)],
        why="V44 and V45 are looked at for each link that was seen.",
    )
    vector("none-seen-shorter", grown, seen=cut)
    vector("none-seen-same", grown, seen=grown)
    vector("none-seen-other-seal", grown, seen=small(note="Another seal of the same things"))
    vector("none-head-grown", grown, args=["--expect-head", grown.card(0), "--expect-head", grown.card(1)])


def invalid(variant, roster, why=None, **more):
    """A roster that is not sound: whoever is confirmed otherwise stays confirmed."""
    name = f"roster-invalid.{variant}" if variant else "roster-invalid"
    vector(name, examined(), "change", roster=roster, trusted=[1], why=why, **more)


def rosters():
    invalid(None, Roster(), root=5, why="It does not begin with the key that is pinned.")
    invalid("root-of-another", Roster(by=5), why="The subject names the pinned key; another signed.")
    invalid("root-in-subject", Roster(subject={"name": "north-river", "digest": {"sha256": KEYS[5].id}}))
    invalid("threshold-0", Roster(threshold=0), why="The threshold is never 0.")
    invalid("threshold-too-high", Roster(threshold=2))
    same = [member(9), member(10, name=PEOPLE[9][0], agency=PEOPLE[9][1])]
    one_person = Roster(same, next=[9, 10], threshold=2)
    invalid("one-person-two-keys", one_person, why="Two keys of one person are one person.")
    third = Roster([*same, member(6)], next=[9, 10, 6], threshold=2)
    third.version(attest=[10])
    invalid("one-person-signs-twice", third, why="Two keys of one person sign, and two people must.")
    names = [(9, "A"), (10, "A"), (10, "B"), (6, "B")]
    shared = [member(number, name=name, agency="Records Office") for number, name in names]
    chained = Roster(shared, next=[9, 10, 6], threshold=2)
    invalid("one-person-by-shared-key", chained, why="A key under two names makes one person of the two.")
    invalid("too-few", Roster(next=[9, 5], threshold=2).version())
    invalid("too-few-of-next", Roster(next=[9, 5], threshold=2).version(attest=[6]))
    invalid("not-next", Roster().version(by=5))
    invalid("by-not-next", Roster().version(by=5, attest=[9]), why="Enough sign, but `by` is none of them.")
    invalid("root-no-longer-next", Roster(next=[5]).version(by=9))
    later = Roster().version(by=9, next=[5]).version(by=9)
    invalid("before-its-turn", later)
    invalid("signature", Roster().version().but(lambda v: v["chain"][1]["signatures"][0].update(sig=b64(bytes(64)))))
    invalid("signature-missing", Roster(next=[9, 5], threshold=2).version(attest=[5], signers=[9]))
    invalid("signature-extra", Roster().version(signers=[9, 5]).but(put_key(5)))
    invalid("key-missing", Roster().but(lambda v: v.update(keys=[])))
    invalid("changed", Roster().but(lambda v: predicate(v)["members"][0].update(role="authority")))
    invalid("changed-before", Roster().version().but(lambda v: predicate(v).update(note="Nothing else changed")))
    invalid("version-taken-out", Roster().version().version().but(lambda v: v["chain"].pop(1)))
    invalid("versions-swapped", Roster().version().version().but(lambda v: v["chain"].insert(1, v["chain"].pop(2))))
    invalid("number", Roster().version(chain={"seq": 2}))
    invalid("follows-another", Roster().version(chain={"prev": "ab" * 32}))
    invalid("of-another-roster", Roster().version(chain={"seal": "ab" * 32}))
    invalid("subject", Roster().version(subject={"name": "south-river", "digest": {"sha256": KEYS[9].id}}))
    invalid("member-key", Roster([member(1), member(2, pem=KEYS[3].pem)]), why="The PEM is not that of the key id.")
    vector(
        "roster-invalid.confirms-nobody",
        examined(),
        "change",
        roster=Roster(threshold=0),
        also=[finding("signer-unknown", "open", link=0)],
    )
    vector(
        "roster-invalid.judges-no-takeover",
        small().add("takeover", 4, to=party(2), **SAYS),
        "change",
        roster=Roster(threshold=0),
        trusted=[1, 4],
        also=[finding("signer-unknown", "open", link=1)],
        why="It counts as not at hand: only a roster could tell whether the signer may.",
    )
    vector("none-roster", examined(), roster=Roster())
    handed = Roster([], next=[9, 5, 6], threshold=2).version(by=5, attest=[6], next=[5], threshold=1)
    vector("none-roster-handed-on", examined(), roster=handed.version(by=5, members=usual_members()))
    vector("none-roster-own-key", examined(), roster=Roster([member(2)]), trusted=[1])
    vector("signer-unknown.roster", small().add("verify", 5, **SAYS), "open", link=1, roster=Roster())
    vector("signer-unknown.roster-former", examined(), "open", link=0, roster=Roster().version(members=[member(2)]))
    more = Roster([member(1, shoes=42)])
    vector("unknown-field.roster", examined(), "attention", roster=more)
    own = small()
    own.more["rosters"] = Roster().links
    own.keys[9] = KEYS[9].record()
    why = "The roster of a bundle confirms nobody."
    vector("signer-unknown.roster-in-bundle", own, "open", link=0, trusted=[], why=why)


def members():
    vector("one-key-two-names", examined(signer={"name": "Inez Kaya"}), "change", link=1, roster=Roster())
    other = examined(signer={"agency": "North River Police, Traffic Unit"})
    vector("one-key-two-names.agency", other, "change", link=1, roster=Roster())
    twice = Roster([member(1), member(1, name="Somebody Else")])
    vector("one-key-two-names.roster", small(), "change", link=0, roster=twice, why="The roster itself has two names.")
    moved = member(1, agency="Traffic Unit", **{"from": "2026-11-05T09:30:01Z"})
    two = [member(1, until="2026-11-05T09:30:00Z"), moved]
    vector("none-roster-two-periods", examined(signer={"agency": "Traffic Unit"}), roster=Roster(two))
    vector("none-roster-initials", examined(attest=[5]), roster=Roster([member(1), member(5, name="P. V.")]))

    def period(*first):
        return Roster([*first, member(2), member(3), member(4)])

    seal, hour = "2026-11-05T09:00:00Z", "2026-11-05T10:00:00Z"
    vector("none-roster-first-and-last-second", examined(), roster=period(member(1, until=hour, **{"from": seal})))
    ended = period(member(1, until="2026-11-05T09:59:59Z"))
    vector("signer-not-valid-then", examined(), "change", link=1, roster=ended)
    late = small().add("verify", 3, **SAYS)
    after = Roster([member(1), member(3, **{"from": "2026-11-05T10:00:01Z"})])
    vector("signer-not-valid-then.before", late, "change", link=1, roster=after)
    retired = Roster([member(1, revoked={**RETIRED, "at": "2026-11-05T09:59:59Z"})])
    vector("signer-not-valid-then.retired", examined(), "change", link=1, roster=retired)
    vector("none-roster-retired-later", examined(), roster=Roster([member(1, revoked={**RETIRED, "at": hour})]))
    gap = [member(3, until=seal), member(3, **{"from": "2026-11-05T11:00:00Z"})]
    vector("signer-not-valid-then.between-periods", late, "change", link=1, roster=Roster([member(1), *gap]))
    witness = Roster([member(1), member(5, until=seal)])
    vector("signer-not-valid-then.witness", examined(attest=[5]), "change", link=1, roster=witness)
    released = small().release(to=2, by=1).receipt(2)
    expired = Roster([member(1, until=seal), member(2)])
    vector(
        "signer-not-valid-then.without-effect",
        released,
        "change",
        link=1,
        also=[finding("out-of-turn", "change", link=2)],
        roster=expired,
        why="A release with this finding has no effect, so there is nothing to receive.",
    )
    vector("signer-not-valid-then.own-key", examined(), "change", link=1, roster=expired, trusted=[1])

    def lost(at, number=3, **fields):
        revoked = {"at": at, "kind": "compromised", **fields}
        return Roster([member(one, **({"revoked": revoked} if one == number else {})) for one in (1, 2, 3, 4)])

    vector("signer-compromised", late, "change", link=1, roster=lost("2026-11-05T09:30:00Z", reason="Stolen"))
    vector("signer-compromised.at-that-second", late, "change", link=1, roster=lost(hour))
    vector("signer-compromised.trusted", late, "change", link=1, roster=lost(hour), trusted=[1, 3])
    vector("unproven-time", late, "open", link=1, roster=lost("2026-11-05T10:00:01Z"))
    both = [{"link": 0}, {"link": 1}]
    vector("unproven-time.every-link", examined(), "open", places=both, roster=lost("2028-01-01T00:00:00Z", 1))
    first = member(3, until=seal, revoked={"at": hour, "kind": "compromised"})
    other = Roster([member(1), first, member(3, role="archive")])
    vector("signer-compromised.other-period", late, "change", link=1, roster=other)
    known_later = Roster().version(members=[member(1, revoked={**RETIRED, "at": seal})], at="2026-12-01T00:00:00Z")
    vector("signer-not-valid-then.known-later", examined(), "change", link=1, roster=known_later)
    vector("none-as-of", examined(), roster=known_later, args=["--as-of", "2026-11-30T23:59:59Z"])
    then = ["--as-of", "2026-12-01T00:00:00Z"]
    vector("signer-not-valid-then.as-of", examined(), "change", link=1, roster=known_later, args=then)
    early = ["--as-of", "2026-10-01T07:59:59Z"]
    vector("signer-unknown.as-of-before-roster", examined(), "open", link=0, roster=Roster(), args=early)


def offices():
    def takeover(by, then=2):
        return small().add("takeover", by, to=party(2), reason="The key was lost").add("store", then, **SAYS)

    vector("none-roster-takeover", takeover(4), roster=Roster())
    vector("not-the-holder.takeover", takeover(3, then=1), "change", link=1, roster=Roster())
    vector("not-the-holder.takeover-by-holder", takeover(1, then=1), "change", link=1, roster=Roster())
    stranger = "Nobody has confirmed the key either."
    vector(
        "not-the-holder.takeover-by-stranger",
        takeover(5, then=1),
        "change",
        link=1,
        roster=Roster(),
        also=[finding("signer-unknown", "open", link=1)],
        why=stranger,
    )
    vector("not-the-holder.takeover-trusted", takeover(5, then=1), "change", link=1, roster=Roster(), trusted=[5])
    before = [member(4, role="clerk"), member(4, **{"from": "2026-11-05T10:00:01Z"})]
    before = Roster([member(1), *before])
    vector("not-the-holder.takeover-before-office", takeover(4, then=1), "change", link=1, roster=before)
    left = [member(4, role="clerk"), member(4, revoked=RETIRED)]
    left = Roster([member(1), *left])
    vector("not-the-holder.takeover-after-office", takeover(4, then=1), "change", link=1, roster=left)
    pending = small().release(to=2).add("takeover", 4, to=party(3), **SAYS).add("store", 3, **SAYS)
    vector("none-roster-takeover-while-pending", pending, roster=Roster())

    def renewed(by):
        bundle = small()
        return bundle.add("renew", by, covers=covers(bundle, 0))

    archive = Roster([member(1), member(2), member(3, role="archive")])
    vector("none-roster-renew", renewed(3), roster=archive)
    vector("not-the-holder.renew", renewed(2), "change", link=1, roster=archive)
    vector("none-roster-renew-by-holder", renewed(1), roster=archive)
    vector("none-roster-verify", small().add("verify", 3, **SAYS), roster=Roster())


def two_rosters():
    late, hour = small().add("verify", 3, **SAYS), "2026-11-05T10:00:00Z"

    def south(*members, **fields):
        return Roster(list(members), root=10, **fields)

    def lost(number, at):
        return member(number, revoked={"at": at, "kind": "compromised"})

    one, early = Roster([member(1)]), member(3, until="2026-11-05T09:00:00Z")
    vector("none-two-rosters", late, roster=one, second=south(member(3)))
    vector("signer-unknown.two-rosters", late, "open", link=1, roster=one, second=south(member(2)))
    vector("one-key-two-names.two-rosters", late, "change", link=1, roster=Roster(), second=south(member(3, name="S. S.")))
    vector("none-two-rosters-two-agencies", late, roster=Roster(), second=south(member(3, agency="Court of South River")))
    other = "One roster lets the key sign then, and that is enough."
    vector("none-two-rosters-two-periods", late, roster=Roster([member(1), early]), second=south(member(3)), why=other)
    vector("signer-not-valid-then.two-rosters", late, "change", link=1, roster=Roster([member(1), early]), second=south(early))
    second = south(lost(3, hour))
    vector("signer-compromised.two-rosters", late, "change", link=1, roster=Roster(), second=second, why="One says so.")
    both = Roster([member(1), lost(3, "2026-11-06T00:00:00Z")])
    vector("signer-compromised.earliest-of-two-rosters", late, "change", link=1, roster=both, second=second)
    second = south(lost(3, "2026-11-06T00:00:00Z"))
    vector("unproven-time.two-rosters", late, "open", link=1, roster=Roster(), second=second)
    taken = small().add("takeover", 4, to=party(2), **SAYS).add("store", 2, **SAYS)
    vector("none-two-rosters-takeover", taken, roster=Roster([member(1), member(2)]), second=south(member(4)))
    clerk = south(member(4, role="clerk"))
    taken = small().add("takeover", 4, to=party(2), **SAYS)
    vector("not-the-holder.two-rosters", taken, "change", link=1, roster=Roster([member(1)]), second=clerk)
    unsound = south(member(3), threshold=0)
    vector("roster-invalid.one-of-two", small(), "change", roster=one, second=unsound, why="The other still counts.")
    also = [finding("signer-unknown", "open", link=1)]
    vector("roster-invalid.one-of-two-confirms-nobody", late, "change", roster=one, second=unsound, also=also)
    also = [finding("not-the-holder", "change", link=1), finding("signer-unknown", "open", link=1)]
    unsound, why = south(member(4), threshold=0), "The one that is at hand knows no such authority."
    vector("roster-invalid.one-of-two-and-takeover", taken, "change", roster=one, second=unsound, also=also, why=why)
    twice, why = [{}, {}], "One finding for each of them."
    unsound = south(threshold=0)
    vector("roster-invalid.both", small(), "change", places=twice, roster=Roster(threshold=0), second=unsound, trusted=[1], why=why)
    later, then = south(member(3), at="2026-12-01T00:00:00Z"), ["--as-of", "2026-11-30T23:59:59Z"]
    vector("signer-unknown.as-of-before-second-roster", late, "open", link=1, roster=one, second=later, args=then)
    vector("none-two-rosters-as-of", late, roster=one, second=later, args=["--as-of", "2026-12-01T00:00:00Z"])


def stamp(link, text="a token that nobody opens"):
    return {"link": link, "rfc3161": b64(text.encode())}


def stamped(der):
    """A bundle of two links with a token over link 0. `der` makes it, of the link's hash."""
    bundle = examined()
    bundle.more["timestamps"] = [{"link": bundle.hash(0), "rfc3161": b64(der(bytes.fromhex(bundle.hash(0))))}]
    return bundle


def time_stamps():
    a = authority
    info = lambda link: a.tst_info(link)
    pinned = {"tsa": a.ROOT}
    times = [{"link": 0, "at": "2026-11-05T10:00:02Z", "authority": "Example TSA (root Example Root)"}]
    path = [a.BETWEEN]
    good = lambda link: a.token(info(link), a.TSA, path)
    vector("none-time-stamp", stamped(good), times=times, **pinned)
    vector(
        "none-time-stamp-spare-certificate",
        stamped(lambda link: a.token(info(link), a.TSA, [a.BETWEEN, a.OTHER_TSA, a.OTHER_ROOT])),
        times=times,
        **pinned,
    )
    vector(
        "timestamp-untrusted.other-authority",
        stamped(lambda link: a.token(info(link), a.OTHER_TSA, [a.OTHER_ROOT])),
        "attention",
        link=0,
        **pinned,
    )
    vector(
        "timestamp-untrusted.path-missing", stamped(lambda link: a.token(info(link), a.TSA)), "attention", link=0, **pinned
    )
    same_name = a.Certificate("Example TSA", a.OTHER_ROOT, a.stamping(), key=a.KEYS["Other TSA"])
    vector(
        "timestamp-untrusted.true-certificate-beside",
        stamped(lambda link: a.token(info(link), same_name, bag=[same_name, a.TSA, a.BETWEEN])),
        "attention",
        link=0,
        why="Of two certificates with one name, the one that leads to the root is not the one that signed.",
        **pinned,
    )
    no_authority = a.Certificate("Example Between", a.ROOT, a.stamping())
    below = a.Certificate("Example TSA", no_authority, a.stamping())
    vector(
        "timestamp-untrusted.by-no-authority",
        stamped(lambda link: a.token(info(link), below, [no_authority])),
        "attention",
        link=0,
        **pinned,
    )

    def with_key(number, value):
        return a.extension(number, value, critical=False)

    named = a.Certificate("Example Between", a.ROOT, [*a.AUTHORITY, with_key(14, a.octets(bytes(20)))])
    meant = a.Certificate("Example TSA", named, [*a.stamping(), with_key(35, a.sequence(a.element(0x80, bytes(20))))])
    vector(
        "none-time-stamp-issuer-key",
        stamped(lambda link: a.token(info(link), meant, [named])),
        times=times,
        **pinned,
    )
    other = a.Certificate("Example TSA", named, [*a.stamping(), with_key(35, a.sequence(a.element(0x80, b"\1" * 20)))])
    vector(
        "timestamp-untrusted.other-issuer-key",
        stamped(lambda link: a.token(info(link), other, [named])),
        "attention",
        link=0,
        why="Its certificate says that another key than the authority's signed it.",
        **pinned,
    )

    def invalid(name, der, why=None):
        vector(name, stamped(der), "change", link=0, why=why, **pinned)

    def changed(link):
        der = bytearray(good(link))
        der[-1] ^= 1
        return bytes(der)

    invalid("timestamp-invalid", lambda link: a.token(info(bytes(32)), a.TSA, path), "It is over another hash.")
    longer = lambda link: a.tst_info(hashlib.sha512(link).digest(), a.SHA512)
    invalid("timestamp-invalid.sha-512", lambda link: a.token(longer(link), a.TSA, path))
    named = lambda link: a.tst_info(link, a.SHA512)
    invalid("timestamp-invalid.algorithm-swapped", lambda link: a.token(named(link), a.TSA, path))
    invalid("timestamp-invalid.no-token", lambda link: b"no token")
    invalid("timestamp-invalid.more-behind", lambda link: good(link) + b"\0")
    invalid("timestamp-invalid.cut", lambda link: good(link)[:-1])
    invalid("timestamp-invalid.signature", changed)
    invalid("timestamp-invalid.without-certificate", lambda link: a.token(info(link), a.TSA, bag=path))
    invalid("timestamp-invalid.other-authority-unsound", lambda link: a.token(info(bytes(32)), a.OTHER_TSA, [a.OTHER_ROOT]))
    swapped = a.Certificate("Example TSA", a.BETWEEN, a.stamping(), key=a.KEYS["Other TSA"])
    invalid(
        "timestamp-invalid.certificate-swapped",
        lambda link: a.token(info(link), swapped, bag=[a.TSA, a.BETWEEN]),
        "Issuer and number are those of the certificate that lies there; another one signed.",
    )
    invalid(
        "timestamp-invalid.other-certificate-named",
        lambda link: a.token(info(link), swapped, bag=[a.TSA, a.BETWEEN], named=a.TSA),
        "Name, issuer and number are true, and the key is another.",
    )
    for variant, certificate in [
        ("usage-not-critical", {"extensions": a.stamping(critical=False)}),
        ("usage-and-more", {"extensions": a.stamping((a.TIME_STAMPING, a.CODE_SIGNING))}),
        ("usage-other", {"extensions": a.stamping((a.CODE_SIGNING,))}),
        ("before-its-time", {"dates": ("20261105100001Z", "20491231235959Z"), "extensions": a.stamping()}),
        ("after-its-time", {"dates": ("20200101000000Z", "20261105095959Z"), "extensions": a.stamping()}),
    ]:
        tsa = a.Certificate("Example TSA", a.BETWEEN, **certificate)
        invalid(f"timestamp-invalid.{variant}", lambda link, tsa=tsa: a.token(info(link), tsa, path))
    past = a.Certificate("Example Between", a.ROOT, a.AUTHORITY, dates=("20200101000000Z", "20261105095959Z"))
    proxy = a.sequence(a.oid("1.3.6.1.5.5.7.1.14"), a.octets(a.sequence(a.sequence(a.oid("1.3.6.1.5.5.7.21.1")))))
    proxy = a.Certificate("Example TSA", a.BETWEEN, [*a.stamping(), proxy])
    invalid("timestamp-invalid.proxy", lambda link: a.token(info(link), proxy, path), "It speaks for somebody else.")
    invalid("timestamp-invalid.path-out-of-date", lambda link: a.token(info(link), a.TSA, [past]))
    edge = a.Certificate("Example TSA", a.BETWEEN, a.stamping(), dates=("20261105100000Z", "20261105100000Z"))
    old = a.Certificate("Example Root", dates=("20200101000000Z", "20210101000000Z"))
    vector(
        "none-time-stamp-to-the-second",
        stamped(lambda link: a.token(info(link), edge, path)),
        times=times,
        tsa=old,
        why="Both dates of a certificate are within its time. Those of the pinned root are not judged.",
    )


def head_of_the_file():
    vector("about-changed", small(), "change", change=lambda v: v["about"].update(verify="All was checked already."))
    vector("about-changed.absent", small(), "change", change=lambda v: v["about"].pop("verify"))
    vector("about-changed.third-field", small(), "change", change=lambda v: v["about"].update(note="All is well."))
    vector("reformatted", small(), "attention", edit=lambda text: text + b"\n")
    vector("reformatted.order", small(), "attention", edit=lambda text: json.dumps(unsorted(text), indent=2).encode())
    vector("reformatted.canonical", small(), "attention", edit=lambda text: canonical(json.loads(text)))
    vector("reformatted.escape", small(), "attention", edit=lambda text: text.replace(b'"EXH-1"', b'"EXH\\u002d1"', 1))
    vector("unknown-field", small(), "attention", change=lambda v: v.update(mood="calm"))
    vector("unknown-field.key", small(), "attention", change=lambda v: v["keys"][0].update(owner="Ines Kaya"))
    vector("unknown-field.predicate", examined(mood="calm"), "attention", link=1)
    vector("unknown-field.by", examined(signer={"shoes": [{"size": 42}]}), "attention", link=1)
    vector("unknown-field.item", examined(item={"kind": "device", "smell": "smoke"}), "attention", link=1)
    vector(
        "unknown-field.within-unknown-action",
        small().add("photograph", lens="50 mm", item={"smell": "smoke"}),
        "attention",
        link=1,
        also=[finding("unknown-action", "attention", link=1)],
        why="In an action that nobody knows the fields of every predicate are read; its own are not named.",
    )
    present = [{"name": "A. B."}, {"name": "C. D.", "shoes": 42}]
    vector("unknown-field.list", examined(present=present), "attention", link=1)
    vector("unknown-field.own-of-another", examined(outcome="accepted"), "attention", link=1)
    marked = [file("first.txt", FIRST.stored, colour="blue"), NOTES, SECOND]
    vector("unknown-field.entry", Bundle(marked), "attention", path="first.txt")
    vector(
        "unknown-field.signature",
        examined(),
        "attention",
        link=1,
        change=lambda v: v["chain"][1]["signatures"][0].update(made="by hand"),
    )
    stamped = small()
    stamped.more["timestamps"] = [stamp(stamped.hash(0))]
    vector("timestamp-untrusted", stamped, "attention", link=0)
    foreign = small()
    foreign.more["timestamps"] = [stamp("ab" * 32)]
    vector("timestamp-of-unknown-link", foreign, "change")
    vector("unknown-action", small().add("photograph", lens="50 mm", checked="no object"), "attention", link=1)


def unsorted(text):
    value = json.loads(text)
    return {"timestamps": value.pop("timestamps"), **value}


def notes_on_events():
    correct = {"corrects": {"seq": 0, "field": "place", "text": "room 3"}}
    vector("corrected", small().add("correct", **correct), "attention", link=1)
    refused = small().release(to=2).receipt(2, "refused", note="The bag was open")
    vector("refused", examined(refused), "attention", link=2)
    vector("time-backwards", examined(at="2026-11-05T08:44:59Z"), "attention", link=1)
    later = examined(at="2026-11-05T12:00:00Z").add("store", at="2026-11-05T11:50:00Z", **SAYS)
    vector(
        "time-backwards.latest",
        later.add("copy", at="2026-11-05T11:40:00Z", **SAYS),
        "attention",
        link=3,
        why="Link 3 is ten minutes before link 2, and twenty before the latest time.",
    )
    vector("none-time-15-minutes", examined(at="2026-11-05T08:45:00Z"))
    late = {"start": "2026-11-04T08:00:00Z", "end": "2026-11-04T09:59:59Z"}
    vector("late-entry", examined(occurred=late, lateReason="No power at the place"), "attention", link=1)
    vector("late-entry.start", examined(occurred={"start": "2026-11-04T09:59:59Z"}), "attention", link=1)
    vector("none-late-24-hours", examined(occurred={**late, "end": "2026-11-04T10:00:00Z"}))
    bag = {"number": "A 100", "kind": "bag"}
    applied = {"seals": [{**bag, "state": "applied"}]}
    other = examined(small(**applied), seals=[{**bag, "number": "A 101", "state": "intact"}])
    vector("seal-number-mismatch", other, "attention", link=1)
    unstated = examined(small(**applied), seals=[{"number": "A 101"}])
    vector("seal-number-mismatch.no-state", unstated, "attention", link=1)
    broken = small(**applied).add("open", seals=[{**bag, "state": "broken"}], **SAYS)
    vector("seal-broken", broken, "attention", link=1)
    vector("seal-broken.when-sealed", small(seals=[{**bag, "state": "broken"}]), "attention", link=0)
    gone = examined(small(**applied), seals=[{**bag, "state": "absent"}])
    vector("seal-broken.absent", gone, "attention", link=1)
    again = small(**applied).add("open", seals=[{**bag, "state": "broken"}, {"number": "A 102", "state": "applied"}])
    vector(
        "seal-number-mismatch.after-broken",
        examined(again, seals=[{**bag, "state": "intact"}, {"number": "A 102", "state": "intact"}]),
        "attention",
        link=2,
        also=[finding("seal-broken", "attention", link=1)],
        why="The bag was broken in link 1, which is named, too.",
    )


def manifests():
    bundle = small(sealed=False)
    for variant, false in [("", {"root": "ab" * 32}), (".files", {"files": 3}), (".bytes", {"bytes": 1})]:
        vector(f"manifest-mismatch{variant}", small(manifest=bundle.manifest(**false)), "change")
    vector("entry-count-mismatch", small(manifest=bundle.manifest(entries=4)), "change")
    vector("entry-count-mismatch.too-many", small(manifest=bundle.manifest(entries=2)), "change")
    false = {"name": "EXH-1.sha256sums", "digest": {"sha256": "ab" * 32}}
    vector("listing-mismatch", small(subject=false), "change")
    vector("listing-mismatch.name", small(subject={**bundle.subject, "name": "EXH-1"}), "change")
    vector("listing-mismatch.salt", small(), "change", change=lambda v: v.update(listingSalt="ab" * 32))
    vector("listing-mismatch.no-salt", small(), "change", change=lambda v: v.pop("listingSalt"))
    single = one(sealed=False)
    vector("listing-mismatch.one-file", one(subject={**single.subject, "name": "note.txt"}), "change")
    vector("listing-mismatch.one-file-hash", one(subject={**single.subject, "digest": {"sha256": "ab" * 32}}), "change")
    pieces()
    alike = [written("Report.txt", "One.\n"), written("report.TXT", "Two.\n")]
    vector("names-alike", Bundle(alike), "attention", path="report.TXT")
    twins = [written("caf\u00e9", "Composed.\n"), written("cafe\u0301", "Decomposed.\n")]
    vector("names-alike.normal-forms", Bundle(twins), "attention", path="caf\u00e9")
    vector("hidden", small(), "open", change=hide(2), why="The hidden file is supplied; it is not `unexpected`.")
    vector("hidden.with-listing-salt", small(), "open", change=hide(2, salt=True))
    vector(
        "manifest-mismatch.hidden",
        small(manifest=bundle.manifest(files=0)),
        "change",
        also=[finding("hidden", "open")],
        change=hide(2),
        why="With hidden entries the visible ones may not exceed the totals.",
    )
    vector("hidden.all", small(), "open", RECORD_ONLY, change=hide(0, 1, 2))
    closed = [file("letter.txt", b"Dear Sir or Madam,\n")]
    vector("hidden.only-entry", Bundle(closed), "open", RECORD_ONLY, change=hide(0))


def hide(*numbers, salt=False):
    def change(value):
        for number in numbers:
            value["files"][number] = {"hidden": leaf(canonical(value["files"][number])).hex()}
        if not salt:
            value.pop("listingSalt")

    return change


def pieces():
    disk = "disk.dd"
    size = 2**21 + 1

    def cut(**false):
        thing = large(disk, size)
        thing.entry["pieces"].update(false)
        return Bundle([thing], one_file=True)

    def in_list(change):
        def run(value):
            [root] = value["pieces"]
            change(value["pieces"], root)

        return run

    swap = in_list(lambda lists, root: lists[root].reverse())
    vector("pieces-mismatch", cut(), "change", path=disk, change=swap)
    vector("pieces-mismatch.short-list", cut(), "change", path=disk, change=in_list(lambda ls, root: ls[root].pop()))
    absent = small(), lambda value: value.update(pieces={"ab" * 32: ["cd" * 32]})
    vector("pieces-mismatch.unbound", absent[0], "change", change=absent[1])
    vector("pieces-mismatch.size", cut(size=2**20 + 2), "change", path=disk)
    vector("pieces-mismatch.size-small", cut(size=2**19, count=5), "change", path=disk)
    vector("pieces-mismatch.count", cut(count=4), "change", path=disk)
    vector("pieces-mismatch.absent", cut(), "change", path=disk, change=lambda value: value.update(pieces={}))
    vector("none-pieces", cut())
    vector("none-pieces-full", cut(), args=["--full"])
    vector("none-pieces-of-2-mib", Bundle([large(disk, 2**22 + 1, 2**21)], one_file=True))
    vector("none-pieces-left-out", cut(), change=lambda value: value.pop("pieces"))
    vector("none-pieces-shared", Bundle([large("disk.dd", size), large("copy.dd", size)]))
    vector("none-pieces-exact", Bundle([large(disk, 2**21)], one_file=True))


def evidence():
    def altered(content):
        return [file("first.txt", content), SECOND]

    place = {"path": "first.txt"}
    vector(
        "altered",
        small(),
        "change",
        CHANGED,
        now=altered(b"The First file of the exhibit.\n"),
        ranges=[[0, 31]],
        **place,
    )
    vector("altered.longer", small(), "change", CHANGED, now=altered(FIRST.stored + b"\n"), ranges=[[0, 32]], **place)
    vector("altered.empty", small(), "change", CHANGED, now=altered(b""), ranges=[[0, 31]], **place)
    single = [file("letter.txt", b"Dear Sir or Madam.\n")]
    vector("altered.one-file", one(), "change", CHANGED, now=single, path="letter.txt", ranges=[[0, 19]])
    linked = Bundle([FIRST, symlink("latest", "first.txt")])
    vector("altered.link", linked, "change", CHANGED, now=[FIRST, symlink("latest", "notes")], path="latest")
    disk = Bundle([large("disk.dd", 2**21 + 1)], one_file=True)
    flipped = {"path": "disk.dd", "pieces": [1], "ranges": [[2**20, 2**21]]}
    vector("altered.piece", disk, "change", CHANGED, now=[large("disk.dd", 2**21 + 1, flip=[1500000])], **flipped)
    ends = {"path": "disk.dd", "pieces": [0, 2], "ranges": [[0, 2**20], [2**21, 2**21 + 1]]}
    vector("altered.pieces", disk, "change", CHANGED, now=[large("disk.dd", 2**21 + 1, flip=[0, 2**21])], **ends)
    joined = {"path": "disk.dd", "pieces": [1, 2], "ranges": [[2**20, 2**21 + 1]]}
    vector("altered.cut-off", disk, "change", CHANGED, now=[large("disk.dd", 2**20)], **joined)
    thing = large("disk.dd", 2**21 + 1)
    thing.entry["sha256"] = sha256(b"another file")
    two = Bundle([thing], one_file=True)
    vector(
        "altered.two-hashes",
        two,
        "change",
        CHANGED,
        args=["--full"],
        path="disk.dd",
        ranges=[[0, 2**21 + 1]],
        why="A dishonest sealer signed the pieces of one file and the hash of another: a full check finds it.",
    )
    vector("none-two-hashes", two, why="The same bundle: a plain check takes the pieces, and they agree.")
    piped = [Thing("first.txt", {}, rule={"fifo": True}), SECOND]
    vector("type-changed", small(), "change", CHANGED, now=piped, path="first.txt")
    vector(
        "type-changed.link",
        small(),
        "change",
        CHANGED,
        now=[symlink("first.txt", "notes/second.txt"), SECOND],
        path="first.txt",
    )
    vector("type-changed.one-file", one(), "change", CHANGED, now=[folder("letter.txt", empty=True)], path="letter.txt")
    vector(
        "type-changed.one-file-link",
        one(),
        "change",
        CHANGED,
        now=[symlink("letter.txt", "elsewhere")],
        path="letter.txt",
    )
    third = file("notes/third.txt", b"A third file in the folder.\n")
    wide = Bundle([*THREE, third])
    renamed = [FIRST, third, file("notes/renamed.txt", SECOND.stored)]
    vector("moved", wide, "change", CHANGED, now=renamed, path="notes/second.txt")
    inside = [FIRST, file("papers/second.txt", SECOND.stored)]
    vector(
        "moved.folder",
        small(),
        "change",
        CHANGED,
        now=inside,
        places=[{"path": "notes"}, {"path": "notes/second.txt"}],
        why="A folder moves with what is in it: one finding for each of the two entries.",
    )
    vector("missing", wide, "change", MISSING, now=[FIRST, third], path="notes/second.txt")
    vector(
        "missing.only",
        wide,
        "change",
        MISSING,
        now=[third],
        args=["--only", "first.txt"],
        path="first.txt",
        also=[finding("not-supplied", "open")],
        why="What --only leaves out is not supplied.",
    )
    vector("unexpected", small(), "change", EXTRA, now=[*THREE, third], path="notes/third.txt")
    vector("unexpected.folder", small(), "change", EXTRA, now=[*THREE, folder("empty", empty=True)], path="empty")
    vector("not-supplied", small(), "open", RECORD_ONLY, now=NOT_SUPPLIED)
    vector("not-supplied.record-only", small(), "open", RECORD_ONLY, args=["--record-only"])
    extra = [*THREE, file("extra.txt", b"Not sealed.\n")]
    why = "While only a part is checked, a file more is not `unexpected`."
    vector("not-supplied.part", small(), "open", now=extra, args=["--only", "notes"], why=why)
    unread = {"type": "unreadable", "reason": "read error at byte 0"}
    torn = Bundle([FIRST, Thing("torn.dat", unread)], unread=["torn.dat"])
    vector("unreadable", torn, "open", UNREAD, path="torn.dat", why="It could not be read when it was sealed.")
    vector(
        "unreadable.not-supplied",
        torn,
        "open",
        UNREAD,
        now=NOT_SUPPLIED,
        path="torn.dat",
        also=[finding("not-supplied", "open")],
        why="What was sealed unread stays open ever after, with or without the evidence at hand.",
    )
    back = [FIRST, file("torn.dat", b"It can be read now.\n")]
    vector("unreadable.readable-now", torn, "open", UNREAD, now=back, path="torn.dat")
    dated = [written("first.txt", "The first file.\n", modified="2001-01-01T00:00:00Z", at=978307201), NOTES, SECOND]
    vector("metadata-changed", Bundle(dated), "attention", path="first.txt")
    rights = [written("first.txt", "The first file.\n", mode="0600", as_mode="0640")]
    vector("metadata-changed.mode", Bundle(rights), "attention", path="first.txt")
    kept = [
        written(
            "first.txt", "The first file.\n", modified="2001-01-01T00:00:00Z", at=978307200, mode="0640", as_mode="0640"
        )
    ]
    vector("none-metadata", Bundle(kept))


def without_findings():
    vector("none-one-file", one())
    vector("none-folder", small())
    vector("none-empty-exhibit", Bundle([]))
    vector("none-empty-file", Bundle([file("nothing", b"")], one_file=True))
    vector("none-one-file-in-a-folder", Bundle([file("letter.txt", b"Dear Sir or Madam,\n")]))
    odd = [
        "caf%E9.txt",
        "100%25",
        "two%0Alines",
        "back\\slash",
        "bidi%E2%80%AE.txt",
        "\u00fc\U0001f4ce",
        " blank ",
        "%0D",
    ]
    vector("none-strange-names", Bundle([written(name, f"File {number}.\n") for number, name in enumerate(odd)]))
    kinds = [
        FIRST,
        NOTES,
        SECOND,
        folder("empty", empty=True),
        symlink("latest", "first.txt"),
        symlink("nowhere", "../%E9"),
        special("pipe", "fifo"),
    ]
    vector("none-other-kinds", Bundle(kinds))
    # Order is by raw bytes: a point stands before a stroke, and an upper-case letter before a lower-case one.
    names = [folder("a"), file("a/b.txt", b"1\n"), file("a.txt", b"2\n"), file("B.txt", b"3\n")]
    vector("none-order", Bundle(names))
    twins = [FIRST, file("second.txt", FIRST.stored, sameFileAs="first.txt")]
    vector("none-hard-link", Bundle(twins))
    content = FIRST.stored
    digests = {name: hashlib.new(name, content).hexdigest() for name in ("md5", "sha1", "sha512", "sha3_256")}
    vector("none-cross-references", Bundle([file("first.txt", content, digests=digests), NOTES, SECOND]))
    vector("none-handover", small().release(to=2).receipt(2).release(to=3, by=2).receipt(3))
    failed = {"failed": [{"path": "first.txt", "code": "metadata-changed"}]}
    exceptions = small().release(to=2)
    vector(
        "none-with-exceptions", exceptions.receipt(2, "acceptedWithExceptions", checked=exceptions.checked(**failed))
    )
    vector("none-withdraw", examined(small().release(to=2).add("withdraw", **SAYS)))
    retained = {"exhibit": "EXH-1A", "seal": "ab" * 32, "sha256": "cd" * 32}
    vector("none-return", small().add("return", to={"name": "The owner", "role": "owner"}, retained=retained, **SAYS))
    closed = small().add("dispose", authority={"kind": "court decision", "number": "17/2026"}, **SAYS)
    vector("none-dispose-and-renew", closed.add("renew", covers=covers(closed, 1)))
    recorded = small()
    for action in ("examine", "copy", "store", "present", "disclose", "incident", "open"):
        recorded.add(action, checked=recorded.checked(), **SAYS)
    vector("none-recorded", recorded.add("verify", 3, checked=recorded.checked(mode="pieces"), **SAYS))
    vector("none-witness", examined(attest=[5, 4]))
    vector("none-eight-signatures", examined(attest=[2, 3, 4, 5, 6, 7, 8]))
    vector("none-witness-twice", examined(attest=[5, 5, 1], signers=[1, 5]), why="Each required key signs once.")
    vector("none-spare-key", small(), change=put_key(2))
    vector(
        "none-ext", examined(ext={"lab": {"ticket": 7, "open": True}}), change=lambda v: v.update(ext={"seen": ["x"]})
    )
    vector("none-all-fields", everything())
    seals = small(seals=[{"number": "A 100", "kind": "bag", "state": "applied"}])
    vector(
        "none-physical-seals",
        examined(seals, seals=[{"number": "A 100", "state": "intact"}, {"number": "A 101", "state": "applied"}]),
    )
    carried = small()
    carried.more["rosters"] = Roster([member(1), member(2), member(3, revoked=RETIRED)], tsa=[]).links
    carried.keys[9] = KEYS[9].record()
    vector("none-rosters", carried)


def everything():
    """A chain with every field that section 5 knows."""
    zero = {"seal": "ab" * 32, "sha256": "cd" * 32}
    tool = {"name": "imager", "version": "4.2", "kind": "software", "serial": "0001"}
    bundle = small(
        signer={"rank": "inspector", "badge": "417"},
        occurred={"start": "2026-11-05T08:00:00Z", "end": "2026-11-05T08:30:00Z"},
        lateReason="none",
        zone="-03:30",
        clock={"source": "gps", "offsetSeconds": "-3", "checkedAgainst": "radio", "checkedAt": "2026-11-05T07:00:00Z"},
        place="14 Quay Street, room 2",
        reason="Search",
        note='Two lines\nof a note, "quoted", with a \\ in it',
        description="A folder of three things",
        authority={
            "kind": "court decision",
            "number": "17",
            "date": "4 November",
            "issuer": "court",
            "provision": "s. 8",
        },
        protocol={"kind": "record of search", "number": "3", "date": "5 November", "sha256": "ab" * 32},
        seals=[{"number": "A 100", "kind": "bag", "state": "applied"}],
        tools=[tool],
        present=[{"name": "A. B.", "role": "owner"}],
        witnesses=[],
        attachments=[{"name": "photo.jpg", "sha256": "ab" * 32, "size": 2**53 - 1, "title": "The desk"}],
        countersigned=[{"kind": "asice", "sha256": "ab" * 32, "signer": "Ines Kaya"}],
        notRecorded=[{"field": "item.serial", "reason": "The label was gone"}],
        item={
            "kind": "device",
            "description": "black",
            "manufacturer": "Acme",
            "model": "X",
            "serial": "1",
            "condition": "used",
            "power": "off",
            "clockShown": "09:02",
            "quantity": 1,
            "imei": ["350000000000001"],
            "capacity": "2 TB",
        },
        acquisition={
            "method": "logical",
            "tool": tool,
            "writeBlocker": {"name": "bridge"},
            "declared": [
                {"algorithm": "md5", "value": "D41D8CD98F00B204E9800998ECF8427E", "scope": "file", "source": "log"}
            ],
        },
        ext={"any": [{"thing": [[[[]]]]}]},
        derivedFrom={"exhibit": "EXH-0", **zero},
        media={"sectors": 2048, "anything": "goes"},
        unread=[],
    )
    bundle.add(
        "examine",
        clock={"source": "ntp", "offsetSeconds": 0},
        zone="+00:00",
        item={"capacity": 2048},
        checked=bundle.checked(mode="none", files=0, bytes=0),
    )
    bundle.add(
        "present",
        countersigned=[{"kind": kind, "sha256": "ab" * 32} for kind in ("edoc", "cms", "paper")],
        witnesses=[{"name": "C. D.", "role": "neighbour"}],
    )
    return bundle


# --- What a reader refuses ---

REFUSED = []


def refused(name, step, phrase, text, line=None, column=None):
    MADE[f"refused/{name}.custody.json"] = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    REFUSED.append(
        without_none({"file": f"{name}.custody.json", "step": step, "phrase": phrase, "line": line, "column": column})
    )


def refused_text(name, step, phrase, old, new, base):
    """Replaces `old`, which stands there once. The character ‸ in `new` marks where the fault is."""
    assert base.count(old) == 1, (name, base.count(old))
    text = base.replace(old, new)
    line = column = None
    if "‸" in text:
        before_it = text[: text.index("‸")]
        line, column = before_it.count("\n") + 1, len(before_it) - (before_it.rfind("\n") + 1) + 1
        text = text.replace("‸", "")
    refused(name, step, phrase, text, line, column)


def refused_value(name, step, phrase, change, base=None):
    """Changes the values. Signatures stay as they are: a file that is refused is not judged."""
    value = (base or refused_base()).json()
    change(value)
    refused(name, step, phrase, file_form(value))


def refused_base():
    """One file, sealed, with every field that the faults need."""
    thing = file("letter.txt", b"Dear Sir or Madam,\n", modified="2026-11-03T08:00:00Z", mode="0644")
    return Bundle(
        [thing],
        one_file=True,
        zone="+04:00",
        clock={"source": "ntp", "offsetSeconds": 2},
        seals=[{"number": "A 100", "state": "applied"}],
        note="EXAMPLE",
        ext={"deep": True},
    )


def handed_over():
    """The same after a release and a receipt."""
    return refused_base().release(to=2).receipt(2)


def predicate(value, link=0):
    return value["chain"][link]["statement"]["predicate"]


def put(path, new):
    """A change: the value at a path of names and numbers becomes another; None takes it away."""

    def change(value):
        for step in path[:-1]:
            value = value[step]
        if new is None:
            del value[path[-1]]
        else:
            value[path[-1]] = new(value[path[-1]]) if callable(new) else new

    return change


def put_in_roster(path, new):
    """A change within the first version of `rosters`."""

    def change(value):
        value["rosters"] = Roster([member(1)]).links
        put(("rosters", 0, "statement", "predicate", *path), new)(value)

    return change


P0 = ("chain", 0, "statement", "predicate")
P1 = ("chain", 1, "statement", "predicate")
P2 = ("chain", 2, "statement", "predicate")


def refused_by_the_profile():
    base = file_form(refused_base().json()).decode()

    def at(name, step, phrase, old, new):
        refused_text(name, step, phrase, old, new, base)

    refused("empty", "R2", "must stand here", "", 1, 1)
    refused("byte-order-mark", "R1", "byte order mark", b"\xef\xbb\xbf" + base.encode(), 1, 1)
    refused(
        "not-utf-8", "R1", "not UTF-8", base.encode().replace(b'"EXAMPLE"', b'"EXAMPL\xc9"'), *find(base, "EXAMPLE", 6)
    )
    refused("truncated", "R2", "the text ends", base[: base.index('"files"')], *find(base, '"files"'))
    refused("trailing-data", "R2", "behind the end", base + "{}\n", base.count("\n") + 1, 1)
    refused("two-documents", "R2", "behind the end", base + base, base.count("\n") + 1, 1)
    refused("top-level-array", "R2", "an object", f"[{base}]", 1, 1)
    note, seq = '"note": "EXAMPLE"', '"offsetSeconds": 2'
    for name, phrase, value in [
        ("null", "null", "‸null"),
        ("fraction", "fraction", "‸2.0"),
        ("exponent", "exponent", "‸2e0"),
        ("minus", "sign", "‸-2"),
        ("plus", "sign", "‸+2"),
        ("minus-zero", "sign", "‸-0"),
        ("leading-zero", "begin with 0", "‸02"),
        ("two-to-the-53", "9007199254740991", "‸9007199254740992"),
        ("not-a-number", "a value must stand here", "‸NaN"),
    ]:
        at(name, "R2", phrase, seq, f'"offsetSeconds": {value}')
    at("comma-at-the-end", "R2", "in quotes", '"deep": true\n          }', '"deep": true,\n          ‸}')
    at("comment", "R2", "must stand here", note, f"{note} ‸/* a comment */")
    at("single-quotes", "R2", "must stand here", note, "\"note\": ‸'EXAMPLE'")
    at("duplicate-key", "R3", "stands twice", note, f'{note},\n          ‸"note": "another"')
    at("duplicate-key-by-escape", "R3", "stands twice", note, f'{note},\n          ‸"\\u006eote": "another"')
    at("duplicate-key-at-the-top", "R3", "stands twice", '"timestamps": []', '"timestamps": [],\n  ‸"timestamps": []')
    at(
        "duplicate-key-of-pieces",
        "R3",
        "stands twice",
        '"timestamps": []',
        f'"pieces": {{"{ZEROS}": [], ‸"{ZEROS}": []}}, "timestamps": []',
    )
    at("name-of-65-characters", "R3", "64", '"deep": true', f'"{"n" * 65}": true')
    at("name-of-digits", "R3", "digits alone", '"deep"', '‸"2026"')
    at("name-empty", "R3", "field's name", '"deep"', '‸""')
    at("name-with-hyphen", "R3", "field's name", '"deep"', '‸"so-deep"')
    at("name-not-ascii", "R3", "field's name", '"deep"', '‸"größe"')
    # The object around `deep` is the sixth; seven arrays more make thirteen.
    at("depth-13", "R4", "more than 12", '"deep": true', '"deep": ' + "[" * 7 + "]" * 7)
    for name, phrase, value in [
        ("bidi", "U+202E", "EX‸\u202eAMPLE"),
        ("bidi-by-escape", "U+202E", "EX‸\\u202eAMPLE"),
        ("isolate", "U+2066", "EX‸\u2066AMPLE"),
        ("lone-surrogate", "surrogate", "EX‸\\ud800AMPLE"),
        ("lone-low-surrogate", "surrogate", "EX‸\\udc00AMPLE"),
        ("surrogates-swapped", "surrogate", "EX‸\\udc00\\ud800AMPLE"),
        ("noncharacter", "U+FDD0", "EX‸\ufdd0AMPLE"),
        ("noncharacter-of-plane-1", "U+1FFFE", "EX‸\\ud83f\\udffeAMPLE"),
        ("nul-by-escape", "U+0000", "EX‸\\u0000AMPLE"),
        ("tab-by-escape", "U+0009", "EX‸\\tAMPLE"),
        ("carriage-return-by-escape", "U+000D", "EX‸\\rAMPLE"),
        ("delete", "U+007F", "EX‸\u007fAMPLE"),
        ("next-line", "U+0085", "EX‸\u0085AMPLE"),
        ("line-separator", "U+2028", "EX‸\u2028AMPLE"),
        ("unknown-escape", "escape", "EX‸\\xAMPLE"),
    ]:
        at(name, "R5" if "U+" in phrase or "surrogate" in phrase else "R2", phrase, note, f'"note": "{value}"')
    at("control", "R5", "U+0001", note, '"note": "EX‸\x01AMPLE"')
    at("line-feed-raw", "R5", "U+000A", note, '"note": "EX‸\nAMPLE"')
    at("note-too-long", "R5", "16384", note, f'"note": "{"n" * 16385}"')
    at(
        "text-too-long",
        "R5",
        "4096",
        '"case": "2026-CR-00417",\n          "chain": {\n            "prev": "' + ZEROS,
        f'"case": "{"n" * 4097}",\n          "chain": {{\n            "prev": "' + ZEROS,
    )
    at("text-too-long-in-bytes", "R5", "4096", '"deep": true', f'"deep": "{"ü" * 2049}"')
    at("text-too-long-by-escapes", "R5", "4096", '"deep": true', '"deep": "' + "n" * 4096 + '\\u006e"')


def find(text, needle, further=0):
    before_it = text[: text.index(needle) + further]
    return before_it.count("\n") + 1, len(before_it) - (before_it.rfind("\n") + 1) + 1


def refused_by_shape():
    v = refused_value
    v("other-format-version", "R6", "custody-bundle/v1", put(("about", "format"), "custody-bundle/v2"))
    v("other-kind-of-file", "R6", "custody-bundle/v1", put(("about", "format"), "custody-roster/v1"))
    v("no-format", "R6", "custody-bundle/v1", put(("about", "format"), None))
    for name in ("about", "chain", "files", "keys", "timestamps"):
        v(f"no-{name}", "R7", f"`{name}` is missing", put((name,), None))
    v("chain-empty", "R8", "chain", put(("chain",), []))
    v("chain-an-object", "R7", "an array", put(("chain",), {}))
    v("no-signatures", "R7", "signatures", put(("chain", 0, "signatures"), None))
    v("no-statement", "R7", "statement", put(("chain", 0, "statement"), None))
    v("no-sig", "R7", "sig", put(("chain", 0, "signatures", 0, "sig"), None))
    v("no-subject-digest", "R7", "digest", put(("chain", 0, "statement", "subject", 0, "digest"), None))
    for name in ("action", "at", "by", "case", "exhibit", "chain", "manifest"):
        v(f"no-{name}" if name != "chain" else "no-place-in-the-chain", "R7", name, put((*P0, name), None))
    v("no-name-of-signer", "R7", "name", put((*P0, "by", "name"), None))
    v("no-key-of-signer", "R7", "key", put((*P0, "by", "key"), None))
    v("no-prev", "R7", "prev", put((*P0, "chain", "prev"), None))
    v("no-to", "R7", "to", put((*P1, "to"), None), handed_over())
    v("no-key-of-receiver", "R7", "key", put((*P1, "to", "key"), None), handed_over())
    v("no-outcome", "R7", "outcome", put((*P2, "outcome"), None), handed_over())
    v("no-checked", "R7", "checked", put((*P2, "checked"), None), handed_over())
    v("no-clock-source", "R7", "source", put((*P0, "clock", "source"), None))
    v("no-salt", "R7", "salt", put(("files", 0, "salt"), None))
    v("no-sha256", "R7", "sha256", put(("files", 0, "sha256"), None))
    v("no-key-pem", "R7", "pem", put(("keys", 0, "pem"), None))
    v("seq-as-text", "R7", "whole number", put((*P0, "chain", "seq"), "0"))
    v("note-as-number", "R7", "text", put((*P0, "note"), 7))
    v("seals-as-object", "R7", "array", put((*P0, "seals"), {"number": "A 100"}))
    v("ext-as-text", "R7", "object", put((*P0, "ext"), "more"))
    v("bundle-ext-as-text", "R7", "object", lambda value: value.update(ext="more"))
    v("rosters-not-links", "R7", "rosters", lambda value: value.update(rosters=[{"statement": {}}]))
    v("rosters-of-events", "R8", "predicateType", lambda value: value.update(rosters=value["chain"]))
    long_line = "-----BEGIN CERTIFICATE-----\n" + "MDAw" * 20 + "\n-----END CERTIFICATE-----\n"
    other_label = KEYS[1].pem.replace("PUBLIC", "RSA PUBLIC")
    for name, step, phrase, path, new in [
        ("no-next", "R7", "next", ("next",), None),
        ("no-threshold", "R7", "threshold", ("threshold",), None),
        ("threshold-as-text", "R7", "whole number", ("threshold",), "1"),
        ("members-as-object", "R7", "array", ("members",), {}),
        ("no-member-until", "R7", "until", ("members", 0, "until"), None),
        ("member-key-as-name", "R9", "hex digits", ("members", 0, "key"), "Ines Kaya"),
        ("member-pem-with-other-label", "R9", "PEM", ("members", 0, "pem"), other_label),
        ("member-from-without-zone", "R9", "time", ("members", 0, "from"), "2026-01-01T00:00:00"),
        ("revoked-lost", "R8", "compromised", ("members", 0, "revoked"), {**RETIRED, "kind": "lost"}),
        ("action-seal", "R8", "roster", ("action",), "seal"),
        ("tsa-in-one-line", "R9", "PEM", ("tsa",), [long_line]),
        ("next-as-name", "R9", "hex digits", ("next",), ["Records Bureau"]),
    ]:
        v(f"rosters-{name}", step, phrase, put_in_roster(path, new))
    v("pieces-as-array", "R7", "object", lambda value: value.update(pieces=[]))
    closed_lists()


def closed_lists():
    v = refused_value
    v("unknown-entry-type", "R8", "fifo", put(("files", 0, "type"), "door"))
    v("unknown-outcome", "R8", "acceptedWithExceptions", put((*P2, "outcome"), "taken"), handed_over())
    v("unknown-mode-of-check", "R8", "pieces", put((*P2, "checked", "mode"), "most"), handed_over())
    v("unknown-clock-source", "R8", "unsynchronised", put((*P0, "clock", "source"), "sun"))
    v("unknown-seal-state", "R8", "intact", put((*P0, "seals", 0, "state"), "torn"))
    v(
        "unknown-countersignature",
        "R8",
        "asice",
        lambda value: predicate(value).update(countersigned=[{"kind": "wax", "sha256": ZEROS}]),
    )
    v("algorithm-reserved", "R8", "algorithm", put(("keys", 0, "algorithm"), "ml-dsa-65"))
    v("algorithm-unknown", "R8", "ed25519", put(("keys", 0, "algorithm"), "ed448"))
    v("other-type", "R8", "in-toto", put(("chain", 0, "statement", "_type"), "https://in-toto.io/Statement/v0.1"))
    v(
        "other-predicate-type",
        "R8",
        "urn:x-custody:event:v1",
        put(("chain", 0, "statement", "predicateType"), "urn:x-custody:roster:v1"),
    )
    subject = ("chain", 0, "statement", "subject")
    v("two-subjects", "R8", "exactly one", put(subject, lambda old: old * 2))
    v("no-subjects", "R8", "exactly one", put(subject, []))
    v("hidden-with-company", "R8", "hidden", lambda value: value["files"][0].update(hidden=ZEROS))


def refused_by_text_form():
    v = refused_value
    sig = ("chain", 0, "signatures", 0, "sig")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    v("base64-bits-left-over", "R9", "base64", put(sig, lambda old: old[:-3] + last[last.index(old[-3]) + 1] + "=="))
    v("base64-without-padding", "R9", "base64", put(sig, lambda old: old.rstrip("=")))
    v("base64-for-urls", "R9", "base64", put(sig, lambda old: "-_" + old[2:]))
    v("base64-with-line-feed", "R9", "base64", put(sig, lambda old: old[:64] + "\n" + old[64:]))
    v("hex-upper-case", "R9", "lower-case hex", put(("files", 0, "sha256"), str.upper))
    v("hex-too-short", "R9", "lower-case hex", put(("files", 0, "sha256"), lambda old: old[1:]))
    v("salt-too-long", "R9", "lower-case hex", put(("files", 0, "salt"), lambda old: old + "00"))
    v("listing-salt-too-short", "R9", "listingSalt", lambda value: value.update(listingSalt="ab"))
    v("pieces-name-no-hash", "R9", "lower-case hex", lambda value: value.update(pieces={"A" * 64: []}))
    v("mode-of-three-digits", "R9", "octal", put(("files", 0, "mode"), "644"))
    v("mode-not-octal", "R9", "octal", put(("files", 0, "mode"), "0688"))
    for name, text in [
        ("second-60", "2026-11-05T09:00:60Z"),
        ("hour-24", "2026-11-05T24:00:00Z"),
        ("february-30", "2026-02-30T09:00:00Z"),
        ("february-29", "2026-02-29T09:00:00Z"),
        ("lower-case-t", "2026-11-05t09:00:00Z"),
        ("lower-case-z", "2026-11-05T09:00:00z"),
        ("offset", "2026-11-05T09:00:00+00:00"),
        ("fraction", "2026-11-05T09:00:00.5Z"),
        ("day-only", "2026-11-05"),
    ]:
        v(f"time-with-{name}", "R9", "must be a time", put((*P0, "at"), text))
    for name, text in [("zeros", ".000000000"), ("three-digits", ".123"), ("second-60", None)]:
        time = f"2026-11-03T08:00:00{text}Z" if text else "2026-11-03T08:00:60Z"
        v(f"file-time-with-{name}", "R9", "must be a time", put(("files", 0, "modified"), time))
    for name, text in [("minus-zero", "-00:00"), ("hour-24", "+24:00"), ("minute-60", "+04:60"), ("z", "Z")]:
        v(f"zone-{name}", "R9", "offset", put((*P0, "zone"), text))
    for name, text in [("minus-zero", "-0"), ("leading-zero", "-02"), ("no-sign", "2"), ("too-large", "-4294967296")]:
        v(f"clock-offset-{name}", "R9", "offsetSeconds", put((*P0, "clock", "offsetSeconds"), text))
    for name, text in [
        ("parent", "../letter.txt"),
        ("parent-within", "a/../letter.txt"),
        ("current", "./letter.txt"),
        ("absolute", "/letter.txt"),
        ("empty-part", "a//letter.txt"),
        ("stroke-at-the-end", "letter.txt/"),
        ("empty", ""),
    ]:
        v(f"path-{name}", "R9", "path", put(("files", 0, "path"), text))
    for name, text in [
        ("two-spellings", "%41.txt"),
        ("stroke-escaped", "a%2Fletter.txt"),
        ("lower-case-escape", "caf%e9.txt"),
        ("nul", "a%00.txt"),
        ("percent-alone", "100%.txt"),
        ("utf-8-escaped", "caf%C3%A9.txt"),
        ("zero-width", "a\u200b.txt"),
        ("tag", "a\U000e0041.txt"),
    ]:
        v(f"path-with-{name}", "R9", "path", put(("files", 0, "path"), text))
    v("same-file-two-spellings", "R9", "sameFileAs", lambda value: value["files"][0].update(sameFileAs="%41"))
    v(
        "target-two-spellings",
        "R9",
        "target",
        lambda value: value["files"].append({"path": "z", "salt": "00" * 16, "type": "symlink", "target": "%41"}),
    )
    v(
        "failed-path-two-spellings",
        "R9",
        "path",
        put((*P2, "checked"), lambda old: {**old, "failed": [{"path": "%41", "code": "altered"}]}),
        handed_over(),
    )
    refused_keys()


def refused_keys():
    v = refused_value
    form = ("keys", 0, "pem")
    v("pem-with-crlf", "R5", "U+000D", put(form, lambda old: old.replace("\n", "\r\n")))
    v("pem-without-line-feed", "R9", "PEM", put(form, lambda old: old.rstrip("\n")))
    v("pem-twice", "R9", "PEM", put(form, lambda old: old * 2))
    v("pem-with-text-before", "R9", "PEM", put(form, lambda old: "A key:\n" + old))
    v("pem-in-short-lines", "R9", "PEM", put(form, lambda old: old.replace("MCowBQYDK2Vw", "MCowBQYDK2Vw\n")))
    v("pem-with-other-label", "R9", "PEM", put(form, lambda old: old.replace("PUBLIC", "ED25519 PUBLIC")))
    x25519 = bytes.fromhex("302a300506032b656e032100") + bytes(range(32))
    v("pem-of-another-algorithm", "R10", "Ed25519", put(form, pem("PUBLIC KEY", x25519)))
    v("der-of-45-bytes", "R10", "Ed25519", put(form, pem("PUBLIC KEY", KEYS[1].der + b"\0")))
    v("der-of-43-bytes", "R10", "Ed25519", put(form, pem("PUBLIC KEY", KEYS[1].der[:-1])))
    v(
        "der-with-parameters",
        "R10",
        "Ed25519",
        put(form, pem("PUBLIC KEY", bytes.fromhex("302c300706032b65700500032100") + bytes(range(32)))),
    )


def refused_by_order_and_limits():
    v = refused_value
    entry = {"path": "a.txt", "salt": "00" * 16, "type": "dir"}
    v("files-unsorted", "R11", "ascending order", lambda value: value["files"].append(entry))
    v("files-doubled", "R11", "ascending order", lambda value: value["files"].append({**entry, "path": "letter.txt"}))
    v(
        "files-unsorted-around-hidden",
        "R11",
        "ascending order",
        lambda value: value["files"].extend([{"hidden": ZEROS}, entry]),
    )
    v("keys-unsorted", "R11", "ascending order", put(("keys",), lambda old: old[::-1]), handed_over())
    v("keys-doubled", "R11", "ascending order", put(("keys",), lambda old: old[:1] * 2), handed_over())
    stamps = [stamp("cd" * 32), stamp("ab" * 32)]
    v("timestamps-unsorted", "R11", "ascending order", put(("timestamps",), stamps))
    v("timestamps-doubled", "R11", "ascending order", put(("timestamps",), stamps[:1] * 2))
    two = [{"keyid": "cd" * 32, "sig": ""}, {"keyid": "ab" * 32, "sig": ""}]
    v("signatures-unsorted", "R11", "ascending order", put(("chain", 0, "signatures"), two))
    for name, tokens in [("unsorted", ["cd" * 32, "ab" * 32]), ("doubled", ["ab" * 32] * 2)]:
        renew = {"covers": {"seq": 0, "tokens": tokens, "sha512": "ab" * 64}, "action": "renew"}
        v(
            f"tokens-{name}",
            "R11",
            "ascending order",
            lambda value, renew=renew: predicate(value, 2).update(renew),
            handed_over(),
        )
    nine = [{"keyid": f"{number}" * 64, "sig": ""} for number in range(9)]
    v("nine-signatures", "R12", "more than 8", put(("chain", 0, "signatures"), nine))
    v("path-of-4097-bytes", "R12", "4096", put(("files", 0, "path"), "n" * 4097))
    v("bytes-above-2-to-the-46", "R12", "2^46", put(("files", 0, "bytes"), 2**46 + 1))


# --- Writing and comparing ---


def make():
    keys_and_signatures()
    places_in_the_chain()
    who_holds()
    signers_and_heads()
    rosters()
    members()
    offices()
    two_rosters()
    head_of_the_file()
    time_stamps()
    notes_on_events()
    manifests()
    evidence()
    without_findings()
    refused_by_the_profile()
    refused_by_shape()
    refused_by_text_form()
    refused_by_order_and_limits()
    MADE["refused/refused.json"] = file_form(sorted(REFUSED, key=lambda one: one["file"]))
    for name in FOLDERS:
        # Hashes run over these bytes: no checkout may change line ends.
        MADE[f"{name}/.gitattributes"] = b"* -text\n"


def there():
    paths = [path for name in FOLDERS for path in (HERE / name).rglob("*") if path.is_file()]
    return {path.relative_to(HERE).as_posix(): path.read_bytes() for path in paths}


def main(arguments):
    make()
    if arguments == ["--check"]:
        found = there()
        differing = sorted(path for path in MADE.keys() | found.keys() if MADE.get(path) != found.get(path))
        for path in differing:
            print(f"{path} is not what make.py makes")
        return 1 if differing else 0
    if arguments:
        print(__doc__)
        return 2
    for name in FOLDERS:
        shutil.rmtree(HERE / name, ignore_errors=True)
    for path, content in MADE.items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
