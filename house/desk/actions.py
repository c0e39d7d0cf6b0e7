"""The verbs of casework."""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import get_random_string

from house.notices.actions import tell
from house.people import audit
from house.people.models import User
from house.process import Refusal
from house.text import clean_line, clean_text, visible_length

from .models import Case, CaseNote


def _number() -> str:
    """SV- and six digits that no other case has."""
    number = "SV-" + get_random_string(6, "0123456789")
    return _number() if Case.objects.filter(number=number).exists() else number


def open_support_case(*, by: User, about: str, subject: str, text: str, now: datetime) -> Case:
    """A person asks support (SUP-01, SUP-03). Refusal: `message_empty`."""
    return _open(Case.Kind.SUPPORT, by, about, subject, text, now)


def open_outside_case(*, name: str, email: str, subject: str, text: str, now: datetime) -> Case:
    """Somebody who has not signed in writes to support; staff answer to the address in the text.

    A deal is cancelled this way too: the Consumer Protection Law asks for no account (section 14ט).
    """
    return _open(Case.Kind.SUPPORT, None, "", subject, f"{clean_line(name)} · {email}\n\n{text}", now)


def open_report(*, by: User, about: str, reason: str, text: str, now: datetime) -> Case:
    """A person reports an offer or a person to the moderators (INB-05)."""
    return _open(Case.Kind.REPORT, by, about, reason, text or reason, now)


def _open(kind: Case.Kind, by: User | None, about: str, subject: str, text: str, now: datetime) -> Case:
    if not visible_length(text) or not visible_length(subject):
        raise Refusal("message_empty")
    return new_case(kind, by=by, about=about, subject=subject, text=text, now=now)


def new_case(
    kind: Case.Kind,
    *,
    by: User | None,
    about: str,
    subject: str,
    text: str,
    now: datetime,
    due_at: datetime | None = None,
) -> Case:
    """A case of any kind, and its receipt."""
    with transaction.atomic():
        case = Case.objects.create(
            number=_number(),
            kind=kind,
            about=about,
            opened_by=by,
            subject=clean_line(subject)[:160],
            text=clean_text(text),
            opened_at=now,
            due_at=due_at,
        )
        _tell(case, "case_opened", "opened", now)
    return case


def open_machine_case(*, key: str, about: str, subject: str, text: str, now: datetime) -> Case:
    """The machine calls for help, once per key (DEC-49)."""
    return Case.objects.get_or_create(
        key=key,
        defaults={
            "number": _number(),
            "kind": Case.Kind.MACHINE,
            "about": about,
            "subject": subject[:160],
            "text": text,
            "opened_at": now,
        },
    )[0]


def add_note(case: Case, *, by: User, text: str, internal: bool, now: datetime) -> CaseNote:
    """An answer of staff to the opener, a note among staff, or the opener's own addition.

    Refusals: `message_empty`, `stranger`, `case_closed`.
    """
    if not visible_length(text):
        raise Refusal("message_empty")
    own = by.pk == case.opened_by_id
    if not own:
        _needs_staff(by)
    with transaction.atomic():
        if Case.objects.select_for_update().get(pk=case.pk).state != Case.State.OPEN:
            raise Refusal("case_closed")
        note = CaseNote.objects.create(
            case=case, author=by, text=clean_text(text), internal=internal and not own, at=now
        )
        if not own:
            audit.record(by=by, what="case_note", about=f"case:{case.number}", now=now)
        if not own and not internal:
            _tell(case, "case_answered", f"note:{note.pk}", now)
    return note


def close(case: Case, *, by: User, now: datetime) -> Case:
    """Ends a case. Refusals: `stranger`, `case_closed`."""
    _needs_staff(by)
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.state == Case.State.CLOSED:
            raise Refusal("case_closed")
        case.state, case.closed_at, case.closed_by = Case.State.CLOSED, now, by
        case.save()
        audit.record(by=by, what="case_closed", about=f"case:{case.number}", now=now)
        _tell(case, "case_closed", "closed", now)
    return case


def _needs_staff(by: User) -> None:
    if not by.role_names:
        raise Refusal("stranger")


def _tell(case: Case, kind: str, key: str, now: datetime) -> None:
    if case.opened_by is None:
        return
    about = f"case:{case.number}"
    tell(
        case.opened_by,
        kind,
        key=f"{about}:{key}",
        about=about,
        path=f"/support/{case.number}/",
        now=now,
        number=case.number,
        subject=case.subject,
    )
