"""Time stamp authorities for make.py: RSA keys, certificates and tokens, byte by byte, the same in every run.

Written from section 11 of docs/format.md and the RFCs it names (3161, 5035, 5280, 5652, 8017). The keys are test keys
and no secret: the primes of a key are the first two that follow from SHA-256 of `custody example authority NAME`.
"""

import hashlib
import itertools

# --- DER (X.690) ---


def element(tag, *parts):
    value = b"".join(parts)
    length = len(value)
    if length < 128:
        return bytes([tag, length]) + value
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + value


def sequence(*parts):
    return element(0x30, *parts)


def a_set(*parts):
    return element(0x31, *sorted(parts))


def integer(number):
    return element(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def octets(value):
    return element(4, value)


def bits(value, unused=0):
    return element(3, bytes([unused]), value)


def oid(text):
    first, second, *rest = (int(arc) for arc in text.split("."))
    value = bytearray([first * 40 + second])
    for arc in rest:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.append(arc & 127 | 128)
        value += bytes(reversed(digits))
    return element(6, bytes(value))


NULL = element(5)
SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), NULL)
SHA512 = sequence(oid("2.16.840.1.101.3.4.2.3"), NULL)
RSA = sequence(oid("1.2.840.113549.1.1.1"), NULL)
RSA_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), NULL)
TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
CODE_SIGNING = "1.3.6.1.5.5.7.3.3"


# --- RSA (RFC 8017) ---


def prime(text):
    """The first odd number from SHAKE-256 of the text that is prime, its two highest bits set."""
    start = int.from_bytes(hashlib.shake_256(text.encode()).digest(128), "big") | 3 << 1022 | 1
    small = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
    for number in itertools.count(start, 2):
        if all(number % n for n in small) and (number - 1) % 65537 and all(witness(number, base) for base in range(2, 22)):
            return number


def witness(number, base):
    """One round of Miller and Rabin: whether the base speaks for a prime."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    value = pow(base, odd, number)
    if value in (1, number - 1):
        return True
    return any((value := value * value % number) == number - 1 for _ in range(twos - 1))


class Key:
    def __init__(self, name):
        p, q = (prime(f"custody example authority {name} {part}") for part in "pq")
        self.modulus = p * q
        self.secret = pow(65537, -1, (p - 1) * (q - 1))
        self.info = sequence(RSA, bits(sequence(integer(self.modulus), integer(65537))))

    def sign(self, message):
        digest = sequence(SHA256, octets(hashlib.sha256(message).digest()))
        padded = b"\0\1" + b"\xff" * (256 - 3 - len(digest)) + b"\0" + digest
        return pow(int.from_bytes(padded, "big"), self.secret, self.modulus).to_bytes(256, "big")


# --- Certificates (RFC 5280) ---


def name(text):
    return sequence(a_set(sequence(oid("2.5.4.3"), element(0x0C, text.encode()))))


def extension(number, value, critical=True):
    return sequence(oid(f"2.5.29.{number}"), element(1, b"\xff") if critical else b"", octets(value))


AUTHORITY = [extension(19, sequence(element(1, b"\xff"))), extension(15, bits(b"\x06", 1))]


def stamping(usages=(TIME_STAMPING,), critical=True):
    return [extension(37, sequence(*map(oid, usages)), critical), extension(15, bits(b"\x80", 7))]


class Certificate:
    def __init__(self, owner, issuer=None, extensions=(), dates=("20200101000000Z", "20491231235959Z"), key=None):
        """Without an issuer it is a root."""
        self.owner, self.key = name(owner), key or KEYS[owner]
        self.issuer = issuer.owner if issuer else self.owner
        self.serial = integer(int.from_bytes(hashlib.sha256(owner.encode()).digest()[:8], "big"))
        # UTCTime up to the year 2049.
        dates = [element(0x17, date[2:].encode()) for date in dates]
        signed = sequence(
            element(0xA0, integer(2)),
            self.serial,
            RSA_SHA256,
            self.issuer,
            sequence(*dates),
            self.owner,
            self.key.info,
            element(0xA3, sequence(*(extensions or AUTHORITY))),
        )
        signer = issuer.key if issuer else self.key
        self.der = sequence(signed, RSA_SHA256, bits(signer.sign(signed)))


# --- Tokens (RFC 3161, RFC 5652, RFC 5035) ---


def tst_info(imprint, algorithm=SHA256, time="20261105100000Z"):
    return sequence(
        integer(1),
        oid("1.2.3.4.1"),
        sequence(algorithm, octets(imprint)),
        integer(7),
        element(0x18, time.encode()),
        sequence(integer(1), element(0x80, b"\1\xf4")),
    )


def token(info, signer, path=(), bag=None, named=None):
    """A token by a certificate, with those of its path. `bag` are other certificates to put there instead; `named` is the
    one that the signed attributes name."""
    named = (named or signer).der
    attributes = [
        attribute("1.2.840.113549.1.9.3", TST_INFO),
        attribute("1.2.840.113549.1.9.4", octets(hashlib.sha256(info).digest())),
        attribute(
            "1.2.840.113549.1.9.16.2.47",
            sequence(sequence(sequence(octets(hashlib.sha256(named).digest())))),
        ),
    ]
    attributes = a_set(*attributes)
    signer_info = sequence(
        integer(1),
        sequence(signer.issuer, signer.serial),
        SHA256,
        b"\xa0" + attributes[1:],
        RSA,
        octets(signer.key.sign(attributes)),
    )
    certificates = [signer, *path] if bag is None else bag
    signed_data = sequence(
        integer(3),
        a_set(SHA256),
        sequence(TST_INFO, element(0xA0, octets(info))),
        element(0xA0, *sorted(certificate.der for certificate in certificates)) if certificates else b"",
        a_set(signer_info),
    )
    return sequence(oid("1.2.840.113549.1.7.2"), element(0xA0, signed_data))


def attribute(kind, value):
    return sequence(oid(kind), a_set(value))


KEYS = {owner: Key(owner) for owner in ("Example Root", "Example Between", "Example TSA", "Other Root", "Other TSA")}
ROOT = Certificate("Example Root")
BETWEEN = Certificate("Example Between", ROOT, AUTHORITY)
TSA = Certificate("Example TSA", BETWEEN, stamping())
OTHER_ROOT = Certificate("Other Root")
OTHER_TSA = Certificate("Other TSA", OTHER_ROOT, stamping())
