"""moto and botocore, quicker: for every call they look for each attribute under four spellings, for their own methods
anew, ask of every value that is compared what type it is, up to six times, and compose the name of the program.

That is more than half of the time of tests which make tens of thousands of calls.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from botocore.useragent import UserAgentString
from moto.core import responses
from moto.core.model import StructureShape
from moto.core.serialize import ResponseSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models.dynamo_type import DynamoType


@contextmanager
def quick_moto() -> Iterator[None]:
    """Items come out of DynamoDB's tables as they went in; a string is its own value; methods and names stay."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(UserAgentString, "to_string", lambda agent: "tests"))
        stack.enter_context(patch.object(ResponseSerializer, "_serialize_type_structure", _structures()))
        stack.enter_context(patch.object(DynamoType, "cast_value", _values()))
        stack.enter_context(
            patch.object(responses, "method_names_from_class", functools.cache(method_names_from_class))
        )
        yield


def _structures() -> Any:
    """Of the ten members of an attribute's value one is there, under the only spelling there is."""
    serialize = ResponseSerializer._serialize_type_structure

    @functools.wraps(serialize)
    def quick(self: Any, serialized: Any, value: Any, shape: StructureShape, key: str) -> None:
        if shape.name != "AttributeValue" or type(value) is not dict:
            return serialize(self, serialized, value, shape, key)
        wrapper = self.MAP_TYPE() if key else serialized
        for member, content in value.items():
            if content is not None:
                self._serialize(wrapper, content, shape.members[member], member)
        if key:
            self._default_serialize(serialized, wrapper, shape, key)
        return None

    return quick


def _values() -> property:
    """What a value is compared by."""
    cast: Any = vars(DynamoType)["cast_value"].fget

    def quick(self: DynamoType) -> Any:
        return self.value if self.type == "S" else cast(self)

    return property(quick)
