"""The verbs of the onboarding questionnaire (ONB-01): the provider sends it, the client answers all or some."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from house import policy
from house.people.models import User
from house.process import Party, Refusal
from house.text import clean_text, visible_length

from .. import diary
from ..models import Order, Questionnaire
from ..onboarding import QUESTIONS
from ..parties import party_of


def send(order: Order, *, by: User, now: datetime) -> Questionnaire:
    """Once in an order; sent again it is the same. Refusal: `wrong_party`."""
    if party_of(order, by) is not Party.PROVIDER:
        raise Refusal("wrong_party")
    with transaction.atomic():
        row, made = Questionnaire.objects.get_or_create(order=order, defaults={"sent_at": now})
        if made:
            diary.announce(order, "questionnaire", {Party.CLIENT}, key="questionnaire:sent", now=now)
    return row


def answer(order: Order, answers: Mapping[str, str], *, by: User, now: datetime) -> Questionnaire:
    """Keeps what was written, over as many visits as it takes; the other side is told once a day.

    Refusals: `wrong_party`, `questionnaire_missing`, `message_too_long`.
    """
    if party_of(order, by) is not Party.CLIENT:
        raise Refusal("wrong_party")
    words = {code: clean_text(answers.get(code, "")) for code in QUESTIONS}
    if any(len(text) > policy.MESSAGE_MAX for text in words.values()):
        raise Refusal("message_too_long", most=policy.MESSAGE_MAX)
    with transaction.atomic():
        row = Questionnaire.objects.select_for_update(of=("self",)).filter(order=order).first()
        if row is None:
            raise Refusal("questionnaire_missing")
        row.answers = {code: text for code, text in words.items() if visible_length(text)}
        row.answered_at = now
        row.save(update_fields=["answers", "answered_at"])
        key = f"questionnaire:answered:{now.date()}"
        diary.announce(order, "questionnaire", {Party.PROVIDER}, key=key, now=now, answered=len(row.answers))
    return row
