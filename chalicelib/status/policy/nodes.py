"""From the text of a policy file to plain values, each with its line. Only texts, whole numbers, lists and tables.

YAML means more than it shows: `no` is false, 1:30 is ninety, 2026-01-01 is a date, and an anchor may stand for a
million lines. A policy decides about people, so it is held to what its reader sees; whatever could be read in two
ways is a mistake with its line. PyYAML is imported on first use: the API function owes its import time to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chalicelib.status.policy.mistakes import Mistake, MistakenPolicy

LIMIT_BYTES = 256 * 1024
DEEPEST = 12
MOST_MISTAKES = 50
"""Further ones are not told: they would not be read."""

TEXT, WHOLE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"
SURPRISES = {
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:float": "a number with a fraction",
    "tag:yaml.org,2002:int": "a number in another notation",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:merge": "an instruction to merge",
    "tag:yaml.org,2002:value": "a default value",
}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
SHOWN = 40


class Reader:
    """Reads one file. `lines` has the line of every place, `mistakes` what was found on the way, `spoiled` where."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.spoiled: set[str] = set()
        self.mistakes: list[Mistake] = []

    def read(self, text: str) -> Any:
        """The file as plain values; raises `MistakenPolicy` where it cannot be read any further."""
        import yaml

        if len(text.encode("utf-8", "surrogatepass")) > LIMIT_BYTES:
            raise MistakenPolicy([Mistake(1, "", "The file is larger than 256 KB.", "Split it into shorter rules.")])
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            self._refuse_tricks(yaml.parse(text, loader), yaml)
            root = yaml.compose(text, loader)
        except (yaml.YAMLError, UnicodeError) as error:
            raise MistakenPolicy([*self.mistakes, _unreadable(error, text)]) from error
        if root is None:
            raise MistakenPolicy([Mistake(1, "", "The file is empty.", "Write a policy; docs/policies.md shows one.")])
        return self._value(root, "")

    def add(self, place: str, problem: str, advice: str) -> None:
        """Note a mistake at a place, or at the nearest place around it that stands in the file."""
        self.spoiled.add(place)
        self._note(Mistake(self.lines.get(place) or self._line_around(place), place, problem, advice))

    def _note(self, mistake: Mistake) -> None:
        self.mistakes.append(mistake)
        if len(self.mistakes) >= MOST_MISTAKES:
            raise MistakenPolicy(self.mistakes)

    def _line_around(self, place: str) -> int:
        while place:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
            if place in self.lines:
                return self.lines[place]
        return self.lines.get("", 1)

    def _refuse_tricks(self, events: Iterator[Any], yaml: Any) -> None:
        """See that what is written once is meant once, before anything is built from it."""
        depth = documents = 0
        for event in events:
            line = event.start_mark.line + 1
            documents += isinstance(event, yaml.DocumentStartEvent)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST or documents > 1:
                what = "A second document begins here." if documents > 1 else "This is nested too deeply."
                raise MistakenPolicy([*self.mistakes, Mistake(line, "", what, "Write one policy per file.")])
            if getattr(event, "anchor", None):
                self._note(Mistake(line, "", "An anchor or alias (& or *) stands here.", "Write out what is meant."))
            if getattr(event, "tag", None):
                self._note(Mistake(line, "", "A type tag (!) stands here.", "Leave it out; use quotes to mark a text."))
        if self.mistakes:
            raise MistakenPolicy(self.mistakes)

    def _value(self, node: Any, place: str) -> Any:
        """A node as a plain value."""
        self.lines.setdefault(place, node.start_mark.line + 1)
        if node.id == "mapping":
            return self._table(node.value, place)
        if node.id == "sequence":
            return [self._value(each, f"{place}[{index}]") for index, each in enumerate(node.value, 1)]
        return self._scalar(node, place)

    def _table(self, pairs: list[tuple[Any, Any]], place: str) -> dict[str, Any]:
        """A mapping; each name once."""
        table: dict[str, Any] = {}
        for name_node, node in pairs:
            name = self._name(name_node, place)
            if name is None:
                continue
            here = f"{place}.{name}" if place else name
            line = name_node.start_mark.line + 1
            if name in table:
                problem = f"{name!r} is written twice, first in line {self.lines[here]}."
                self._note(Mistake(line, here, problem, "Keep one of them."))
                continue
            self.lines[here] = line
            table[name] = self._value(node, here)
        return table

    def _name(self, node: Any, place: str) -> str | None:
        """What stands before a colon; None where it is no name."""
        if node.id == "scalar" and node.tag == TEXT and len(node.value) <= SHOWN and not CONTROL.search(node.value):
            return str(node.value)
        line = node.start_mark.line + 1
        self._note(Mistake(line, place, "What stands before the colon is not a name.", "Write the name of a field."))
        return None

    def _scalar(self, node: Any, place: str) -> str | int:
        """A text or a whole number; what only looks like one is a mistake."""
        value: str = node.value
        if node.tag == WHOLE and re.fullmatch("0|[1-9][0-9]{0,9}", value):
            return int(value)
        if node.tag == TEXT:
            if CONTROL.search(value):
                self.add(place, "There is a line break or an invisible character in this text.", "Write one line.")
            return value
        shown = value[:SHOWN]
        if value == "" or node.tag not in SURPRISES:
            self.add(place, "Nothing is written here.", "Write a value, or leave the whole line out.")
        else:
            advice = f'If a text is meant, put it in quotes: "{shown}".'
            self.add(place, f"YAML reads {shown!r} as {SURPRISES[node.tag]}, not as a text.", advice)
        return value


def _unreadable(error: Exception, text: str) -> Mistake:
    """Where and why YAML itself gave up."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = getattr(error, "position", None)
    line = mark.line + 1 if mark else 1 + text.count("\n", 0, position or 0)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not well-formed")
    return Mistake(
        line,
        "",
        f"The file cannot be read as YAML from here on ({problem}).",
        "Look for a missing colon, quote or bracket, a tab, or lines that are indented differently.",
    )
