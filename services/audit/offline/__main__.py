"""Verifies an export of an audit log with Python 3.9 or later alone: `python3 -I export.zip`.

It reads `log`, `checkpoints` and `keys` beside it in the zip. Every line of `log` is an event (its leaf
hash, a space, its bytes) or a hidden subtree (its hash, a space, `*` and its level). Hashes as RFC 6962
has them, checkpoints as C2SP has them, Ed25519 as RFC 8032 has it. Exit codes: 0 whole, 1 not, 2 usage.

The keys in the export are those of whoever made it. Compare them with the ones you were given by another
way, or name your own: `python3 -I export.zip --log-key KEY --witness-key KEY`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from typing import NamedTuple

Point = tuple[int, int, int, int]  # (x, y, z, t): X = x/z, Y = y/z, X*Y = t/z

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, P - 2, P) % P


class TamperedError(Exception):
    """What is wrong; its text is the sentence."""


def add(p: Point, q: Point) -> Point:
    """The sum of two points of edwards25519 (RFC 8032, section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """A multiple of a point."""
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def x_of(y: int, sign: int) -> int | None:
    """The x of a point; None where no point has this y."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point_of(data: bytes) -> Point | None:
    """The point that 32 bytes stand for; None where they stand for none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is that of a key (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point_of(public), point_of(signature[:32])
    base = point_of(BASE_Y.to_bytes(32, "little"))
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or base is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little")
    left, right = times(s, base), add(r, times(h % ORDER, a))
    return all((left[at] * right[2] - right[at] * left[2]) % P == 0 for at in (0, 1))


class Key(NamedTuple):
    """A verifier key (C2SP signed-note); kind 1 signs the text, kind 4 the text and a time."""

    name: str
    kind: int
    public: bytes
    id: bytes


class Checkpoint(NamedTuple):
    """A signed checkpoint (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes
    text: str
    lines: list[str]

    def is_signed_by(self, key: Key) -> bool:
        """Whether a line below it is a signature of this key."""
        for line in self.lines:
            _dash, name, encoded = line.split(" ")
            data = base64.b64decode(encoded, validate=True)
            if (name, data[:4]) != (key.name, key.id):
                continue
            if key.kind == 1:
                return is_signature(key.public, self.text.encode(), data[4:])
            timed = f"cosignature/v1\ntime {int.from_bytes(data[4:12], 'big')}\n{self.text}"
            return is_signature(key.public, timed.encode(), data[12:])
        return False


def key_of(text: str) -> Key:
    """A verifier key from its text."""
    name, key_id, key = text.strip().split("+", 2)
    raw = base64.b64decode(key, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
        raise TamperedError("a key does not have the id that it is given with")
    return Key(name, raw[0], raw[1:], bytes.fromhex(key_id))


def checkpoint_of(note: str) -> Checkpoint:
    """A checkpoint from its signed note."""
    text, _, below = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    raw = base64.b64decode(root, validate=True)
    return Checkpoint(origin, int(size), raw, text + "\n", below.splitlines())


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an interior node (RFC 6962)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows by leaves and by whole subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[tuple[int, bytes]] = []  # level and hash, largest first

    def put(self, level: int, hash_: bytes) -> None:
        """Put a subtree of 2**level leaves behind the others."""
        if self.size % (1 << level):
            raise TamperedError(f"a hidden part does not fit where it stands, at {self.size}")
        self.size += 1 << level
        while self.peaks and self.peaks[-1][0] == level:
            hash_ = node(self.peaks.pop()[1], hash_)
            level += 1
        self.peaks.append((level, hash_))

    def root(self) -> bytes:
        """The root of everything that was put."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1][1]
        for _, hash_ in reversed(self.peaks[:-1]):
            root = node(hash_, root)
        return root


class Log:
    """Reads the lines of a log, and holds them against the roots of checkpoints."""

    def __init__(self, roots: dict[int, bytes]) -> None:
        self.tree = Tree()
        self.seen = 0
        self.wrong: list[str] = []
        self._roots = roots
        self._flagged: set[int] = set()
        self._good = 0  # size of the last checkpoint that holds
        self._chained = True  # every event since then was seen
        self._before: bytes | None = bytes(32)  # leaf hash of the event before; None: hidden
        self._hold_against_checkpoint()

    def read(self, line: bytes) -> None:
        """Take one line."""
        encoded, _, rest = line.partition(b" ")
        leaf = bytes.fromhex(encoded.decode())
        if rest.startswith(b"*"):
            self.tree.put(int(rest[1:]), leaf)
            self._before, self._chained = None, False
        else:
            self.seen += 1
            self._event(leaf, rest)
            self.tree.put(0, leaf)
            self._before = leaf
        self._hold_against_checkpoint()

    def end(self) -> None:
        """Say what is lacking at the end."""
        late = [size for size in self._roots if size > self.tree.size]
        if late:
            self._flag(self.tree.size, f"and what follows is cut off, up to {max(late) - 1}")
        elif not self.wrong and self._good != self.tree.size:
            self._flag(self._good, f"and what follows, up to {self.tree.size - 1}: no checkpoint")

    def _event(self, leaf: bytes, body: bytes) -> None:
        seq = self.tree.size
        if hashlib.sha256(b"\x00" + body).digest() != leaf:
            self._flag(seq, "was changed: its bytes do not have its hash")
            return
        event = json.loads(body)
        if event["seq"] != seq:
            if event["seq"] < seq:
                self._flag(event["seq"], "was put in, or stands twice")
            self._flag(seq, f"is not in its place: event {event['seq']} stands there")
        elif self._before is not None and event["prev"] != self._before.hex():
            self._flag(max(seq - 1, 0), "was replaced: the one after it names another")

    def _hold_against_checkpoint(self) -> None:
        size = self.tree.size
        root = self._roots.pop(size, None)
        if root is None:
            return
        if root == self.tree.root():
            self._good, self._chained = size, True
        elif self._flagged:
            return  # told already
        elif self._chained:
            # The chain vouches for every event but the last.
            self._flag(size - 1, f"was replaced, or all from {self._good} to it were rewritten")
        else:
            self._flag(self._good, f"or one up to {size - 1} is not that of the checkpoint")

    def _flag(self, seq: int, sentence: str) -> None:
        if seq not in self._flagged:
            self._flagged.add(seq)
            self.wrong.append(f"event {seq} {sentence}")


def verify(archive: zipfile.ZipFile, log_key: str, witness_key: str) -> tuple[list[str], int, bool]:
    """Sentences about what is wrong, how many events were seen, whether a witness vouches."""
    keys = json.loads(archive.read("keys"))
    own = key_of(log_key or keys["log"])
    given = witness_key or keys["witness"]
    witness = key_of(given) if given else None
    notes = [checkpoint_of(note) for note in json.loads(archive.read("checkpoints"))]
    if not notes:
        raise TamperedError("it holds no checkpoint")
    newest = max(notes, key=lambda one: one.size)
    wrong = [
        f"the checkpoint at {one.size} is not signed by the log's key"
        for one in notes
        if one.origin != own.name or not one.is_signed_by(own)
    ]
    if witness and not newest.is_signed_by(witness):
        wrong.append(f"the checkpoint at {newest.size} is not countersigned by the witness")
    log = Log({one.size: one.root for one in notes})
    with archive.open("log") as lines:
        for line in lines:
            log.read(line.rstrip(b"\n"))
    log.end()
    return wrong + log.wrong, log.seen, witness is not None


def main() -> int:
    """Verify the zip this stands in."""
    parser = argparse.ArgumentParser(description=__doc__, prog="export.zip")
    parser.add_argument("--log-key", default="", help="the log's verifier key, got by another way")
    parser.add_argument("--witness-key", default="", help="the witness's, got by another way")
    options = parser.parse_args()
    try:
        with zipfile.ZipFile(sys.path[0]) as archive:
            wrong, seen, is_witnessed = verify(archive, options.log_key, options.witness_key)
    except (TamperedError, ValueError, KeyError, TypeError, IndexError, zipfile.error) as broken:
        wrong, seen, is_witnessed = [f"the export cannot be read: {broken}"], 0, False
    for sentence in wrong:
        print(f"NOT WHOLE: {sentence}")
    if wrong:
        print("Keep this file, ask for another export, and tell the level above.")
        return 1
    print(
        f"WHOLE: {seen} events verified{'' if is_witnessed else '; no witness vouches for them'}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
