"""What only grows: the database refuses every change, and the application has no right to try."""

from datetime import datetime

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from house.clock import ISRAEL
from house.inbox.actions import send
from house.ledger import chain
from house.ledger.grants import ROLE
from house.ledger.models import Seal, SealedHead
from house.orders.models import Stage
from tests import make, persons
from tests.shared import by_a_module

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ISRAEL)
# Written out: a table that is dropped from the program's list must be missed here.
APPEND_ONLY = (
    "ledger_transfer",
    "ledger_entry",
    "ledger_link",
    "ledger_seal",
    "ledger_sealedhead",
    "orders_orderevent",
    "people_auditentry",
    "inbox_archived",
)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker, tmp_path_factory):
    """A row in every table that only grows."""
    with by_a_module(django_db_blocker, tmp_path_factory.mktemp("media")):
        noa, amir = persons.client("noa", "נועה", "ברק", NOW), persons.provider("amir", "אמיר", "לוי", NOW)
        order = make.order(noa, amir, NOW, state=Stage.State.APPROVED)
        send(order.thread, author=noa, text="תודה רבה על הכול", now=NOW)
        connection.check_constraints()  # as a commit would
        head = chain.head(order.about)
        seal = Seal.objects.create(at=NOW, until=0, root=head.hash)
        SealedHead.objects.create(seal=seal, about=head.about, number=head.number, hash=head.hash)
        yield order


@pytest.mark.parametrize("table", [*APPEND_ONLY, "ledger_account"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"], ids=["update", "delete"])
def test_what_only_grows_is_never_changed_not_even_by_its_owner(lived, table, change):
    """DEC-20, DEC-45, house.md: books, diary, audit log and the platform's copies of messages."""
    with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
        run(change.format(table))


@pytest.fixture
def as_app(lived):
    """The role of the application."""
    run(f"SET ROLE {ROLE}")
    yield
    run("RESET ROLE")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"], ids=["update", "delete", "truncate"]
)
def test_the_application_has_no_right_to_try(as_app, table, change):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        run(change.format(table))


@pytest.mark.parametrize(
    "trick",
    [
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_entry_stays ON ledger_entry",
        "SET session_replication_role = replica",
        "TRUNCATE orders_order CASCADE",
        "GRANT DELETE ON ledger_entry TO house_app",
        "CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    ],
)
def test_the_application_cannot_lift_the_guards(as_app, trick):
    with transaction.atomic():
        try:
            with transaction.atomic():
                run(trick)
        except ProgrammingError as error:
            assert "permission denied" in str(error) or "must be" in str(error)
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            run("DELETE FROM ledger_entry")
