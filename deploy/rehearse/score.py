"""Holds what a reader said against the truth: counts by level, and percentages with their counts."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.rehearse.troubles import NoResultsError
from deploy.rehearse.truth import Line

Place = tuple[str, int]  # file name and page


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a score; `whole` 0 means that nothing was there to be counted."""

    name: str
    part: int
    whole: int

    @property
    def text(self) -> str:
        """As a percentage with its counts."""
        if not self.whole:
            return "-"
        return f"{100 * self.part / self.whole:.1f} % ({self.part}/{self.whole})"


@dataclass(slots=True)
class Tally:
    """What became of the pictures of one level."""

    counts: Counter[str] = field(default_factory=Counter)

    def add_page(self, truth: Line, said: Line) -> None:
        """One page of a photo or scan, as `kit read --cells` tells of it."""
        counts = self.counts
        counts["pages"] += 1
        sheet = said.get("sheet")
        counts["found"] += sheet == truth["sheet"]
        counts["wrong"] += sheet not in (None, truth["sheet"])
        if sheet != truth["sheet"] or not said.get("cells"):
            return
        counts["read"] += 1
        for name, true in truth["fields"].items():
            answer = said["cells"].get(name) or {}
            self._add_field(true, answer)
            if true["ink"]:
                counts[f"by {truth.get('pen')}"] += 1
                counts[f"missed of {truth.get('pen')}"] += answer.get("ink") == "blank"
        for part in ("signature", "date"):
            if truth.get(part) is not None:
                self._add_presence(part, bool(truth[part]), str(said.get(part)))

    def add_cell(self, truth: Line, said: Line) -> None:
        """One single cell, as `scan cell` tells of it."""
        if truth["text"]:
            self._add_text(truth["kind"], truth["stored"], said)
            return
        self.counts["blank cells"] += 1
        self.counts["blank cells suggested"] += said.get("suggestion") is not None

    def add(self, other: "Tally") -> None:
        """Another one's pictures too."""
        self.counts += other.counts

    def _add_field(self, true: Line, said: Line) -> None:
        counts = self.counts
        kind = "written" if true["ink"] else "blank"
        kinds = [kind] if true.get("soiled") else [kind, f"clean {kind}"]
        for one in kinds:
            counts[one] += 1
            counts[f"{one} {said.get('ink')}"] += 1
        ticked = "ticked" if true["tick"] else "unticked"
        counts[ticked] += 1
        counts[f"{ticked} {said.get('tick')}"] += 1
        if true["ink"]:
            self._add_text(true["kind"], true["stored"], said)

    def _add_text(self, kind: str, stored: str, said: Line) -> None:
        counts = self.counts
        suggestion = said.get("suggestion")
        counts[f"{kind} texts"] += 1
        counts[f"{kind} suggested"] += suggestion is not None
        counts[f"{kind} wrong"] += suggestion not in (None, stored)
        if said.get("class") == "A":
            counts[f"{kind} A"] += 1
            counts[f"{kind} A wrong"] += suggestion != stored
        counts[f"{kind} among"] += stored in (suggestion, *(said.get("candidates") or ()))

    def _add_presence(self, part: str, is_there: bool, said: str) -> None:
        kind = f"{part} there" if is_there else f"{part} missing"
        self.counts[kind] += 1
        self.counts[f"{kind} {said}"] += 1


def figures(tally: Tally) -> list[Figure]:
    """Everything that a level's tally says, ids first."""
    counts = tally.counts
    found: list[Figure] = []
    if counts["pages"]:
        found += [
            Figure("ids found", counts["found"], counts["pages"]),
            Figure("wrong ids", counts["wrong"], counts["pages"]),
            Figure("pages whose cells are read", counts["read"], counts["pages"]),
        ]
    if counts["read"]:
        found += [*_inks(counts), *_presences(counts)]
    found += _texts(counts)
    if counts["blank cells"]:
        found.append(
            Figure("blank, suggested", counts["blank cells suggested"], counts["blank cells"])
        )
    return found


def _inks(counts: Counter[str]) -> Iterator[Figure]:
    parts = [("ink", ""), ("ink without soil", "clean ")]
    if all(counts[f"clean {kind}"] == counts[kind] for kind in ("written", "blank")):
        parts.pop()  # nothing lay over any cell
    for name, prefix in parts:
        written, blank = f"{prefix}written", f"{prefix}blank"
        unsure = counts[f"{written} unsure"] + counts[f"{blank} unsure"]
        yield Figure(f"{name} missed", counts[f"{written} blank"], counts[written])
        yield Figure(f"{name} invented", counts[f"{blank} ink"], counts[blank])
        yield Figure(f"{name} unsure", unsure, counts[written] + counts[blank])
    pens = sorted(name.removeprefix("by ") for name in counts if name.startswith("by "))
    for pen in pens:
        yield Figure(f"ink missed, {pen}", counts[f"missed of {pen}"], counts[f"by {pen}"])
    yield Figure("ticks missed", counts["ticked empty"], counts["ticked"])
    yield Figure("ticks invented", counts["unticked marked"], counts["unticked"])
    unsure = counts["ticked unsure"] + counts["unticked unsure"]
    yield Figure("ticks unsure", unsure, counts["ticked"] + counts["unticked"])


def _presences(counts: Counter[str]) -> Iterator[Figure]:
    for part in ("signature", "date"):
        there, missing = f"{part} there", f"{part} missing"
        unsure = counts[f"{there} unsure"] + counts[f"{missing} unsure"]
        yield Figure(f"{part} missed", counts[f"{there} absent"], counts[there])
        yield Figure(f"{part} invented", counts[f"{missing} present"], counts[missing])
        yield Figure(f"{part} unsure", unsure, counts[there] + counts[missing])


def _texts(counts: Counter[str]) -> Iterator[Figure]:
    kinds = [name.removesuffix(" texts") for name in counts if name.endswith(" texts")]
    for kind in sorted(kinds):
        texts = counts[f"{kind} texts"]
        yield Figure(f"{kind}, suggested", counts[f"{kind} suggested"], texts)
        yield Figure(
            f"{kind}, wrong among suggested", counts[f"{kind} wrong"], counts[f"{kind} suggested"]
        )
        yield Figure(f"{kind}, wrong of class A", counts[f"{kind} A wrong"], counts[f"{kind} A"])
        yield Figure(f"{kind}, right among candidates", counts[f"{kind} among"], texts)


def score(truth: Iterable[Line], results: Iterable[Line]) -> dict[str, Tally]:
    """A tally per level; single cells have none and are told as "cells".

    A picture of the truth that the results are silent about counts as not found.

    Raises:
        NoResultsError: the results name no picture of the truth.
    """
    said = {(Path(one["file"]).name, int(one.get("page", 1))): one for one in results}
    tallies: dict[str, Tally] = {}
    named = 0
    for line in truth:
        place = (line["file"], line["page"])
        answer = said.get(place, {})
        named += place in said
        is_cell = line["picture"] == "cell"
        tally = tallies.setdefault("cells" if is_cell else line["level"], Tally())
        (tally.add_cell if is_cell else tally.add_page)(line, answer)
    if not named:
        raise NoResultsError
    return tallies


def read_results(file: Path) -> list[Line]:
    """The lines of `kit read --cells` or `scan cell`.

    Raises:
        NoResultsError: the file is none of theirs.
    """
    try:
        lines = [json.loads(one) for one in file.read_text("utf-8").splitlines() if one.strip()]
    except (OSError, ValueError):
        raise NoResultsError(str(file)) from None
    if not all(isinstance(one, dict) and "file" in one for one in lines):
        raise NoResultsError(str(file))
    return lines


def as_plain(tallies: dict[str, Tally]) -> dict[str, Any]:
    """A score as JSON has it: level, figure, part and whole."""
    return {
        level: {one.name: [one.part, one.whole] for one in figures(tally)}
        for level, tally in tallies.items()
    }
