"""A file that a department of the demo city has handed in: most of its rows good, two of them not.

It is opened and put down here; the functions read it once the city is open, as they would any other.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from io import StringIO

from chalicelib.partners.imports.model import Encoding, Format, ImportKind, State, file_key
from chalicelib.partners.imports.service import Wish
from chalicelib.status.evidence.reported import Source
from chalicelib.wiring import City
from infra.local import story
from infra.local.government import wish

COLUMNS = ("document_type", "document_number", "kind", "happened_at", "reference", "attributes.dose")


def hand_in(city: City, source: Source, *, now: int) -> None:
    """Hand the file in, once."""
    wanted = Wish(ImportKind.EVIDENCE, Format.CSV, Encoding.UTF_8, None)
    one = city.imports.open(source, wanted, wish("vaccinations"), now=now).one
    if one.state is not State.WAITING:
        return
    key = file_key(one.import_id)
    city.uploads.put(key, vaccinations(now).encode())
    city.running_imports.arrived(key, now=now)


def vaccinations(now: int) -> str:
    """The file: those who came on one morning, somebody with a slip of the pen in their number, and an unknown dose."""
    morning = datetime.fromtimestamp(now, story.ZONE) - timedelta(days=45)
    happened = morning.replace(hour=9, minute=30, second=0, microsecond=0).isoformat()
    out = StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    rows = [(*story.document_of(name), "2") for name in story.VACCINATED]
    slip, strange = rows[0], rows[1]
    rows += [(slip[0], slip[1][:-1] + ("0" if slip[1][-1] != "0" else "1"), "2"), (*strange[:2], "twice")]
    for number, (document_type, document_number, dose) in enumerate(rows, start=1):
        reference = f"CDC-{morning:%Y%m%d}-V{number:03d}"
        table.writerow((document_type, document_number, "vaccination", happened, reference, dose))
    return out.getvalue()
