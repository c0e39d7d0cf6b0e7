"""Casework: support, reports, and the machine's calls for help (SUP, INB-05, DEC-49)."""

from functools import partial

import pytest

from house.desk.actions import (
    add_note,
    close,
    open_machine_case,
    open_outside_case,
    open_report,
    open_support_case,
)
from house.desk.models import Case, CaseNote
from house.people.models import AuditEntry
from house.process import Refusal
from tests.orders.racing import TWENTY, at_once, empty_queue

pytestmark = pytest.mark.django_db


def opened(noa, now, **changes) -> Case:
    values = {"about": "order:BH-1", "subject": "בעיה בתשלום", "text": "הכרטיס חויב פעמיים"}
    return open_support_case(by=noa, now=now, **{**values, **changes})


def test_a_case_has_a_number_and_its_opener_is_told(noa, now):
    """SUP-01"""
    case = opened(noa, now)
    assert (case.kind, case.state, str(case)[:3]) == ("support", "open", "SV-")
    assert noa.notices.get(kind="case_opened").path == f"/support/{case.number}/"


def test_who_has_no_account_writes_as_well_and_nobody_is_told(now):
    case = open_outside_case(name="אורח", email="guest@example.org", subject="ביטול", text="לבטל בבקשה", now=now)
    assert case.opened_by is None
    assert "guest@example.org" in case.text


def test_a_report_without_words_is_its_reason(noa, now):
    """INB-05"""
    assert open_report(by=noa, about="offer:1", reason="copied", text="", now=now).text == "copied"


@pytest.mark.parametrize("changes", [{"text": " \u200b"}, {"subject": ""}])
def test_an_empty_case_is_refused(noa, now, changes):
    with pytest.raises(Refusal, match="message_empty"):
        opened(noa, now, **changes)


def test_numbers_never_collide(noa, now, monkeypatch):
    first = opened(noa, now)
    numbers = iter([first.number[3:], first.number[3:], "000000"])
    monkeypatch.setattr("house.desk.actions.get_random_string", lambda *args: next(numbers))
    assert opened(noa, now).number == "SV-000000"


def test_staff_answer_and_take_notes_and_the_opener_adds(noa, shira, now):
    case = opened(noa, now)
    add_note(case, by=shira, text="נבדק מול חברת הסליקה", internal=True, now=now)
    assert not noa.notices.filter(kind="case_answered").exists()
    answer = add_note(case, by=shira, text="החיוב השני הוחזר", internal=False, now=now)
    assert noa.notices.filter(kind="case_answered").count() == 1
    own = add_note(case, by=noa, text="תודה!", internal=True, now=now)
    assert (own.internal, str(answer)) == (False, "החיוב השני הוחזר")
    assert AuditEntry.objects.filter(by=shira, what="case_note").count() == 2


def test_a_stranger_has_no_part_in_a_case(noa, dana, now):
    case = opened(noa, now)
    with pytest.raises(Refusal, match="stranger"):
        add_note(case, by=dana, text="גם אני", internal=False, now=now)
    for person in (dana, noa):
        with pytest.raises(Refusal, match="stranger"):
            close(case, by=person, now=now)
    assert not CaseNote.objects.exists()


def test_an_empty_note_is_refused(noa, now):
    with pytest.raises(Refusal, match="message_empty"):
        add_note(opened(noa, now), by=noa, text="\u200b", internal=False, now=now)


def test_a_closed_case_is_closed(noa, shira, now):
    case = opened(noa, now)
    assert close(case, by=shira, now=now).closed_by == shira
    assert noa.notices.filter(kind="case_closed").count() == 1
    with pytest.raises(Refusal, match="case_closed"):
        close(case, by=shira, now=now)
    with pytest.raises(Refusal, match="case_closed"):  # `case` here is older than the closing
        add_note(case, by=noa, text="ועוד משהו", internal=False, now=now)


def test_the_machine_s_case_is_closed_without_telling_anybody(shira, now):
    case = open_machine_case(key="k", about="ledger", subject="הספרים", text="x", now=now)
    close(case, by=shira, now=now)
    assert not shira.notices.filter(kind="case_closed").exists()


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
def test_the_machine_calls_once_per_key_however_many_call(now):
    """DEC-49"""
    empty_queue()
    call = partial(open_machine_case, key="k", about="ledger", subject="הספרים", text="x", now=now)
    assert at_once([call] * TWENTY) == {"done": TWENTY}
    assert Case.objects.count() == 1
