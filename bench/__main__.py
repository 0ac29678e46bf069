"""`python -m bench`, which is `make bench`: measure the city beside its yardsticks.

Prints a report and keeps it in docs/performance.md; takes a few minutes. `--quick` takes seconds, is too noisy to
keep, and shows that everything still runs. `--json` prints promises and verdicts for a program.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench import local_server, population, report
from bench.report import Section
from bench.surroundings import ROOT, surroundings
from bench.timing import Effort

if TYPE_CHECKING:
    from bench.stage import Stage

PAGE = ROOT / "docs/performance.md"
ROUNDS = 60


def main() -> int:
    """Answers 1 where a promise is missed, so that nobody overlooks it; a quick run proves nothing and answers 0."""
    options = _options()
    effort = Effort(1, brief=True) if options.quick else Effort(ROUNDS)
    with surroundings() as port:
        from bench import verdicts
        from bench.stage import Stage

        stage = Stage(port)
        told = verdicts.compare(stage)
        sections = list(_sections(stage, effort))
    if not options.quick:
        sections += population.measure()
    sections.append(local_server.measure(effort))
    text = report.markdown(sections, "make bench")
    if options.json:
        print(json.dumps({"promises": report.plain(sections), "verdicts": told}, ensure_ascii=False, indent=1))
    else:
        print(text)
    if options.quick:
        return 0
    report.put_into(PAGE, text)
    return 0 if all(promise["kept"] for promise in report.plain(sections)) else 1


def _sections(stage: Stage, effort: Effort) -> Iterator[Section]:
    """One table after the other; nothing else runs meanwhile."""
    from bench import carriers, crypto, disclosure, hot_path, imports, ingest, parts, status_lists, symbols, timelines

    yield from hot_path.measure(stage, effort)
    yield carriers.measure(stage, effort)
    yield parts.measure(stage, effort)
    yield disclosure.measure(stage, effort)
    yield timelines.measure(effort)
    yield status_lists.measure(stage, effort)
    yield imports.measure(stage, effort)
    yield crypto.measure(effort)
    yield symbols.measure(stage, effort)
    yield ingest.measure(effort)


def _options() -> argparse.Namespace:
    assert __doc__
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few seconds; keeps nothing")
    parser.add_argument("--json", action="store_true", help="promises and verdicts as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
