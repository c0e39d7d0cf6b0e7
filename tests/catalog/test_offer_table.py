"""Every state × step × party of an offer (3.5), by the table and through the verbs."""

from datetime import timedelta

import pytest
from django.db import transaction

from house.catalog import actions as catalog
from house.catalog.models import Offer
from house.catalog.process import OFFER, Step
from house.people.models import Role
from house.process import Party, Refusal
from tests import make, persons
from tests.orders import steps

LONG = make.DESCRIPTION + " נוסף משפט."


def test_the_table_says_exactly_what_the_rules_say():
    assert {str(step) for step in Step} == set(steps.OFFER_TABLE) == set(OFFER.rules)
    assert {str(state) for state in Offer.State} == set(steps.OFFER_STATES)
    for step in steps.OFFER_TABLE:
        for state in steps.OFFER_STATES:
            for party in steps.PARTIES:
                code = steps.verdict(steps.OFFER_TABLE, step, state, party)
                assert OFFER.allows(step, state=state, party=Party(party)) == (not code), (step, state, party)
                if not code:
                    assert OFFER.path(step, state=state) == steps.end(steps.OFFER_TABLE, step, state)
                    continue
                with pytest.raises(Refusal, match=code):
                    OFFER.check(step, state=state, party=Party(party))


def reached(state: str, amir, now) -> Offer:
    row = make.draft(amir, now)
    if state == "draft":
        return row
    if state == "removed":
        return catalog.remove(row, by=amir, reason="", now=now)
    row = catalog.submit(row, by=amir, now=now, rights=True)
    staff = make.reviewer(now)
    if state == "denied":
        return catalog.deny(row, by=staff, reason="התמונה אינה שלך", now=now)
    if state in ("published", "paused"):
        row = catalog.approve(row, by=staff, now=now)
    return catalog.pause(row, by=amir, now=now, returns_on=None) if state == "paused" else row


def saved(offer: Offer, *, by, now) -> Offer:
    return catalog.save_description(offer, by=by, now=now, description=LONG)


VERBS = {
    "save": saved,
    "submit": lambda offer, **who: catalog.submit(offer, rights=True, **who),
    "approve": catalog.approve,
    "deny": lambda offer, **who: catalog.deny(offer, reason="סיבה", **who),
    "pause": lambda offer, **who: catalog.pause(offer, returns_on=None, **who),
    "reactivate": catalog.reactivate,
    "edit": saved,
    "remove": lambda offer, **who: catalog.remove(offer, reason="סיבה", **who),
}


def tried(step: str, offer: Offer, by, now) -> tuple[str, str]:
    with transaction.atomic():
        try:
            VERBS[step](offer, by=by, now=now)
            code = ""
        except Refusal as refusal:
            code = refusal.code
        state = Offer.objects.get(pk=offer.pk).state
        transaction.set_rollback(True)
    return code, state


def code_of(step: str, state: str, party: str) -> str:
    """One verb saves a draft and edits what is live: the state decides which row of the table it is."""
    live = state in ("published", "paused")
    return steps.verdict(steps.OFFER_TABLE, "edit" if live and step == "save" else step, state, party)


@pytest.mark.django_db
@pytest.mark.parametrize("state", steps.OFFER_STATES)
def test_every_verb_allows_or_refuses_as_the_table_says(amir, dana, now, state):
    offer, later = reached(state, amir, now), now + timedelta(hours=1)
    both = persons.staff("both", "צוות", "", now, Role.REVIEWER, Role.MODERATOR)
    people = {"provider": amir, "staff": both}
    assert offer.state == state
    for step in sorted(set(VERBS) - {"edit"}):
        for party, by in people.items():
            code = code_of(step, state, party)
            row = "edit" if step == "save" and state in ("published", "paused") else step
            wanted = (code, state if code else steps.end(steps.OFFER_TABLE, row, state))
            assert tried(step, offer, by, later) == wanted, (step, party)
        stranger = tried(step, offer, dana, later)
        assert stranger == ("wrong_party" if step in ("approve", "deny") else "stranger", state), step


@pytest.mark.django_db
def test_a_moderator_removes_but_does_not_approve(amir, now):
    """DEC-20: approval is the reviewer's."""
    moderator = persons.staff("moderator", "מפקחת", "", now, Role.MODERATOR)
    offer = reached("pending_approval", amir, now)
    for step in ("approve", "deny"):
        assert tried(step, offer, moderator, now)[0] == "wrong_party"
    assert tried("remove", offer, moderator, now) == ("", "removed")


@pytest.mark.django_db
def test_a_reviewer_approves_but_does_not_remove(amir, now):
    """DEC-20, F-10: removal is the moderator's."""
    offer = reached("pending_approval", amir, now)
    assert tried("remove", offer, make.reviewer(now), now) == ("wrong_party", "pending_approval")
    assert tried("approve", offer, make.reviewer(now), now) == ("", "published")


@pytest.mark.django_db
def test_a_reviewer_does_not_decide_on_an_offer_of_their_own(amir, now):
    """DEC-41: to their own offer they are its provider."""
    from house.desk.people import grant_role
    from house.people.models import User

    grant_role(amir, role=Role.REVIEWER, by=None, now=now)
    both = User.objects.get(pk=amir.pk)
    offer = reached("pending_approval", both, now)
    assert tried("approve", offer, both, now)[0] == "wrong_party"
