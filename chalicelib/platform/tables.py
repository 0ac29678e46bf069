"""Tables as PynamoDB models: the names, keys, streams and life times that infra/aws declares for the cloud."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from botocore.exceptions import ClientError
from pynamodb.connection.base import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.models import Model

from chalicelib.platform.aws import CONNECT_TIMEOUT_S, READ_TIMEOUT_S
from chalicelib.platform.settings import Settings

STORES = (
    "chalicelib.trust.store",
    "chalicelib.trust.journal_store",
    "chalicelib.trust.status_lists.store",
    "chalicelib.status.store",
    "chalicelib.status.policy.roll_out_store",
    "chalicelib.status.policy.store",
    "chalicelib.status.policy.sweep_store",
    "chalicelib.status.evidence.store",
    "chalicelib.status.overrides.store",
    "chalicelib.status.appeals.items",
    "chalicelib.status.policy.store",
    "chalicelib.people.store",
    "chalicelib.people.notices",
    "chalicelib.people.sessions.store",
    "chalicelib.people.family.store",
    "chalicelib.people.proofing.attempts_store",
    "chalicelib.people.proofing.channel_store",
    "chalicelib.people.tags.store",
    "chalicelib.codes.store",
    "chalicelib.codes.carriers_store",
    "chalicelib.codes.cards.store",
    "chalicelib.codes.documents.store",
    "chalicelib.partners.clients.store",
    "chalicelib.partners.terminals.store",
    "chalicelib.partners.nonces",
    "chalicelib.partners.office_log.store",
    "chalicelib.partners.watching.store",
    "chalicelib.partners.watching.counters",
    "chalicelib.partners.consents.store",
    "chalicelib.partners.imports.store",
    "chalicelib.partners.webhooks.store",
    "chalicelib.partners.webhooks.deliveries_store",
    "chalicelib.partners.webhooks.deliveries_marks",
    "chalicelib.partners.disclosures.store",
    "chalicelib.desk.store",
    "chalicelib.accounts.store",
    "chalicelib.accounts.retention_store",
)
_settings = Settings.from_environment()
_shared: dict[tuple[str | None, str | None], Connection] = {}
"""One connection per store. PynamoDB would make a client per table, and making one takes longer than most questions."""


class TableMeta:
    """What every table shares; a model's `Meta` inherits it and adds `table_name`."""

    region = _settings.aws_region
    host = _settings.dynamodb_endpoint
    billing_mode = "PAY_PER_REQUEST"
    connect_timeout_seconds = CONNECT_TIMEOUT_S
    read_timeout_seconds = READ_TIMEOUT_S
    max_retry_attempts = 2


def table_name(contents: str) -> str:
    """The name of a table in the deployment of this process."""
    return _settings.table(contents)


class TableModel(Model):
    """An item of one table. A stream is said by `Meta.stream_view_type`, a time to live by a `TTLAttribute`."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """What this table is asked through: the connection that all tables of its store share."""
        table = super()._get_connection()
        shared = _shared.setdefault((cls.Meta.host, cls.Meta.region), table.connection)
        if table.connection is not shared:
            shared.add_meta_table(table.get_meta_table())
            table.connection = shared
        return table


def is_refused_condition(error: PutError | UpdateError | DeleteError) -> bool:
    """Whether the store looked and said no. PynamoDB cannot tell of itself where no answer came at all."""
    return isinstance(error.cause, ClientError) and error.cause_response_code == "ConditionalCheckFailedException"


def carried_out(write: Callable[[], object]) -> bool:
    """Whether a conditional write was carried out; False where the store looked and said no."""
    try:
        write()
    except (PutError, UpdateError, DeleteError) as error:
        if not is_refused_condition(error):
            raise
        return False
    return True


def all_models() -> list[type[TableModel]]:
    """One model per table of the city, from every room."""
    for store in STORES:
        import_module(store)
    return [model for model in TableModel.__subclasses__() if hasattr(model.Meta, "table_name")]


def connect(settings: Settings) -> None:
    """Point every model at another store: for a process that serves several in turn, as the test suite does."""
    for model in all_models():
        if (model.Meta.host, model.Meta.region) != (settings.dynamodb_endpoint, settings.aws_region):
            model.Meta.host, model.Meta.region = settings.dynamodb_endpoint, settings.aws_region
            model._connection = None
            _shared.clear()


def create_all() -> None:
    """Create whatever tables are missing, as infra/aws does in the cloud: for emulation and tests."""
    for model in all_models():
        if not model.exists():
            model.create_table()
