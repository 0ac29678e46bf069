"""moto, quicker: it looks for every attribute of every item under four spellings, half of the time of these tests."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from moto.core.serialize import AttributePicker, AttributePickerContext


@contextmanager
def quick_moto() -> Iterator[None]:
    """Items come out of DynamoDB's tables as they went in: the only spelling is the right one."""
    pick = AttributePicker.__call__

    @functools.wraps(pick)
    def take(self: AttributePicker, context: AttributePickerContext) -> object:
        holder = getattr(context.shape, "parent", None)
        if holder is not None and holder.name == "AttributeValue" and type(context.obj) is dict:
            return context.obj.get(context.key)
        return pick(self, context)

    with patch.object(AttributePicker, "__call__", take):
        yield
