"""Files sent along: which are taken, how many, and who reads them."""

from __future__ import annotations

import pytest

from chalicelib.status.appeals.items import AppealItem
from tests.status.appeals.hall import GU, LIN, LU, PNG, SHEN, XU, ZHOU, Hall

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
PDF = b"%PDF-1.7\n" + bytes(100)
MEGABYTES_3 = 3 * 1024 * 1024

TAKEN = {
    "a photograph": (JPEG, "image/jpeg"),
    "a screenshot": (PNG, "image/png"),
    "a document": (PDF, "application/pdf"),
    "a photograph of three megabytes": (JPEG + bytes(MEGABYTES_3 - len(JPEG)), "image/jpeg"),
}


@pytest.mark.parametrize(("data", "media_type"), TAKEN.values(), ids=TAKEN)
def test_a_file_is_known_by_its_first_bytes_whatever_it_is_named(hall: Hall, data: bytes, media_type: str) -> None:
    appeal_id = hall.filed()
    reply = hall.attach(appeal_id, data=data, name="application/x-nonsense")
    assert (reply.status, reply.body) == (201, {"n": 1, "media_type": media_type, "size": len(data)})
    file = hall.api.get(f"/v1/appeals/{appeal_id}/attachments/1", token=hall.token(LIN)).body
    assert file["media_type"] == media_type
    assert hall.see(appeal_id).body["attachments"] == [reply.body]


REFUSED = {
    "nothing": (b"", "attachment_type_unknown"),
    "a program": (b"MZ" + bytes(100), "attachment_type_unknown"),
    "an archive": (b"PK\x03\x04" + bytes(100), "attachment_type_unknown"),
    "a moving picture": (b"GIF89a" + bytes(100), "attachment_type_unknown"),
    "a page": (b"<html><script>", "attachment_type_unknown"),
    "a text": ("我的车票".encode(), "attachment_type_unknown"),
    "one byte too many": (JPEG + bytes(MEGABYTES_3 - len(JPEG) + 1), "attachment_too_large"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_and_no_document_is_refused_whatever_it_is_named(hall: Hall, data: bytes, code: str) -> None:
    appeal_id = hall.filed()
    reply = hall.attach(appeal_id, data=data, name="image/png")
    assert (reply.status, reply.code) == (422, code)
    assert hall.see(appeal_id).body["attachments"] == []


def test_content_that_is_no_base64_is_refused(hall: Hall) -> None:
    body = {"media_type": "image/png", "content": "no base64!"}
    reply = hall.api.post(f"/v1/appeals/{hall.filed()}/attachments", body, token=hall.token(LIN), key="x")
    assert reply.code == "malformed_body"


def test_the_same_wish_again_is_the_same_attachment(hall: Hall) -> None:
    appeal_id = hall.filed()
    first, again = (hall.attach(appeal_id, key="one") for _ in range(2))
    assert first.body == again.body
    assert len(hall.see(appeal_id).body["attachments"]) == 1
    reused = hall.attach(appeal_id, data=JPEG, key="one")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")


def test_an_appeal_has_five_attachments_at_most(hall: Hall) -> None:
    appeal_id = hall.filed()
    numbers = [hall.attach(appeal_id).body["n"] for _ in range(5)]
    reply = hall.attach(appeal_id)
    assert numbers == [1, 2, 3, 4, 5]
    assert (reply.status, reply.code, reply.body["most"]) == (409, "too_many_attachments", 5)


def test_a_closed_appeal_takes_no_more(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    assert hall.attach(appeal_id).status == 201, "while it is under review, it does"
    hall.withdraw(appeal_id)
    assert hall.attach(appeal_id).code == "appeal_closed"


def test_a_repeat_is_answered_after_the_appeal_is_closed(hall: Hall) -> None:
    appeal_id = hall.filed()
    first = hall.attach(appeal_id, key="one")
    hall.withdraw(appeal_id)
    assert hall.attach(appeal_id, key="one").body == first.body


def test_only_its_two_sides_read_a_file(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.attach(appeal_id)
    assert hall.api.get(f"/v1/appeals/{appeal_id}/attachments/1", token=hall.token(XU)).code == "appeal_not_found"
    assert hall.case(appeal_id, rest="/attachments/1").code == "appeal_not_found", "not taken yet"
    hall.take(appeal_id)
    assert hall.case(appeal_id, rest="/attachments/1").body["media_type"] == "image/png"
    assert hall.case(appeal_id, SHEN, "/attachments/1").code == "appeal_not_found", "on another desk"
    hall.decide(appeal_id, "rejected")
    assert hall.case(appeal_id, rest="/attachments/1").code == "appeal_not_found", "decided: no longer their business"


def test_who_reviews_one_level_up_reads_the_files_of_the_first_appeal(hall: Hall) -> None:
    first = hall.filed()
    hall.attach(first)
    hall.take(first, ZHOU)
    hall.decide(first, "rejected", ZHOU)
    higher = hall.escalate(first).body["appeal_id"]
    assert hall.case(first, GU, "/attachments/1").code == "appeal_not_found"
    hall.take(higher, GU)
    assert hall.case(first, GU, "/attachments/1").status == 200
    assert hall.case(first, LU, "/attachments/1").code == "appeal_not_found"


@pytest.mark.parametrize("number", ["0", "2", "01", "-1", "x", "9" * 40])
def test_there_is_no_other_attachment(hall: Hall, number: str) -> None:
    appeal_id = hall.filed()
    hall.attach(appeal_id)
    reply = hall.api.get(f"/v1/appeals/{appeal_id}/attachments/{number}", token=hall.token(LIN))
    assert (reply.status, reply.code) == (404, "attachment_not_found")


def test_a_file_that_is_gone_is_no_mistake_of_ours(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.attach(appeal_id)
    appeal = hall.city.appeals.sides.filed(appeal_id)
    hall.city.blobs.delete(appeal.attachments[0].key)
    reply = hall.api.get(f"/v1/appeals/{appeal_id}/attachments/1", token=hall.token(LIN))
    assert (reply.status, reply.code) == (404, "attachment_not_found")


def test_files_lie_under_random_keys_which_nobody_is_told(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.attach(appeal_id)
    hall.attach(appeal_id)
    keys = [one.key for one in hall.city.appeals.sides.filed(appeal_id).attachments]
    assert len(set(keys)) == 2
    for key in keys:
        assert key.startswith("appeals/")
        assert len(key) == len("appeals/") + 32
        assert appeal_id not in key
        assert hall.lin not in key
        assert key not in str(hall.see(appeal_id).body)
    assert AppealItem.get(appeal_id).attachments.count("appeals/") == 2
