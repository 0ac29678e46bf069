"""moto, quicker: for every call it looks for each attribute under four spellings, and for its own methods anew.

That is half of the time of tests which make tens of thousands of calls.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from moto.core import responses
from moto.core.serialize import AttributePicker, AttributePickerContext
from moto.core.utils import method_names_from_class


@contextmanager
def quick_moto() -> Iterator[None]:
    """Items come out of DynamoDB's tables as they went in: the only spelling is the right one. Methods stay."""
    pick = AttributePicker.__call__

    @functools.wraps(pick)
    def take(self: AttributePicker, context: AttributePickerContext) -> object:
        holder = getattr(context.shape, "parent", None)
        if holder is not None and holder.name == "AttributeValue" and type(context.obj) is dict:
            return context.obj.get(context.key)
        return pick(self, context)

    methods = functools.cache(method_names_from_class)
    with patch.object(AttributePicker, "__call__", take), patch.object(responses, "method_names_from_class", methods):
        yield
