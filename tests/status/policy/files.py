"""A small policy file, and ways to change it."""

from __future__ import annotations

from chalicelib.status.policy.mistakes import Mistake, MistakenPolicy
from chalicelib.status.policy.reading import read

GOOD = """\
policy: story
version: 3
title: {zh: 故事, en: Story}
time_zone: Asia/Shanghai
otherwise: {colour: green, reason: {zh: 无, en: Nothing}}
rules:
  - id: arrival
    when: {kind: arrival, attributes: {risk: [medium, high]}}
    colour: yellow
    precedence: 50
    reason: {zh: 抵达, en: Arrival}
    until: {days: 7}
  - id: contact
    when: {kind: close_contact}
    colour: red
    precedence: 60
    reason: {zh: 接触, en: Contact}
    from: {hours: 0}
    until: {days: 14}
    cleared_by:
      - kind: test_result
        attributes: {result: negative}
        count: 2
        apart: {hours: 24}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The good file with each text replaced by another, once."""
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def mistakes(text: str) -> list[Mistake]:
    """What is wrong with a file; nothing where it is a policy."""
    try:
        read(text)
    except MistakenPolicy as error:
        return error.mistakes
    return []
