"""Verifying somebody by the number of their document: counted first, looked up, and always in their list of scans."""

from __future__ import annotations

from chalicelib.codes.documents.allowances import Allowances
from chalicelib.codes.looks import Looks
from chalicelib.codes.model import Plain, Reason, Rejected, Verdict
from chalicelib.codes.refusals import PlaceNeeded
from chalicelib.status.model import Carrier, Scan
from chalicelib.status.residents import Document, Residents


class DocumentVerifier:
    """Verifies people who have nothing with them."""

    def __init__(self, residents: Residents, looks: Looks, *, allowances: Allowances, specimen: bool) -> None:
        self._residents = residents
        self._looks = looks
        self._allowances = allowances
        self._shown = Plain(Carrier.DOCUMENT, specimen)

    def verify(self, document_type: str, document_number: str, *, scan: Scan, now: float) -> Verdict:
        """Verify whoever a document belongs to; raises a `Refusal`.

        1. The verifier says where the person stands.
        2. There can be such a document.
        3. The verifier has not looked up too many people; numbers that are nobody's count alike, or they could be
           tried out.
        4. The document belongs to somebody.
        5. They are in good standing; the same write puts the look into their list.
        """
        if not scan.place.strip():
            raise PlaceNeeded
        index = self._residents.index_of(Document(document_type, document_number), now=now)
        self._allowances.use(scan.verifier, now=int(now))
        holder = self._residents.holder_of(index)
        if holder is None:
            return Rejected(Reason.UNKNOWN_PERSON, self._shown)
        return self._looks.accept(holder, self._shown, scan=scan, now=now, stranger=Reason.UNKNOWN_PERSON)
