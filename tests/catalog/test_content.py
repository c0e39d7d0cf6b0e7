"""Categories are kept by editors, and the log keeps what they were (CAT-03, DEC-20)."""

import pytest

from house.catalog.actions import change_category
from house.people.models import AuditEntry, Role
from house.process import Refusal
from tests import make, persons

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(now):
    return persons.staff("editor", "עורכת", "", now, Role.EDITOR)


def test_what_differs_is_written_and_what_it_was_is_logged(editor, now):
    """CAT-03, CAT-05…08, DEC-20"""
    row = make.category()
    values = {"name": "שיפוץ ובנייה", "open": False, "intro": row.intro}
    entry = change_category(row, values=values, subcategories={"bathrooms": " אמבטיות "}, by=editor, now=now)
    row.refresh_from_db()
    assert (row.name, row.open, row.subcategories.get().name) == ("שיפוץ ובנייה", False, "אמבטיות")
    assert entry.data == {"before": {"name": "שיפוצים", "open": True}, "subcategories": {"bathrooms": "חדרי רחצה"}}
    assert (entry.by, entry.about, entry.at) == (editor, "category:renovation", now)


def test_only_what_changed_is_written(editor, now):
    """Somebody else's change of another field, saved meanwhile, stays."""
    row = make.category()
    make.category().__class__.objects.filter(pk=row.pk).update(price_note="לפי מ״ר")
    change_category(row, values={"name": "שיפוץ"}, subcategories={}, by=editor, now=now)
    row.refresh_from_db()
    assert (row.name, row.price_note) == ("שיפוץ", "לפי מ״ר")


def test_nothing_new_writes_nothing(editor, now):
    row = make.category()
    assert change_category(row, values={"name": row.name}, subcategories={}, by=editor, now=now) is None
    assert not AuditEntry.objects.filter(what="category_changed").exists()


@pytest.mark.parametrize(("values", "names"), [({"name": " "}, {}), ({}, {"bathrooms": "\u200b"})])
def test_a_category_and_its_parts_have_names(editor, now, values, names):
    with pytest.raises(Refusal, match="name_missing"):
        change_category(make.category(), values=values, subcategories=names, by=editor, now=now)


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.EDITOR, Role.OWNER}))
def test_only_editors_change_a_category(now, role):
    """DEC-20"""
    by = persons.staff("one", "צוות", "", now, role)
    with pytest.raises(Refusal, match="wrong_party"):
        change_category(make.category(), values={"name": "אחר"}, subcategories={}, by=by, now=now)
