"""Quick responses (INB-07…09, INB-17)."""

import pytest

from house import policy
from house.inbox import quick
from house.inbox.actions import open_conversation
from house.inbox.models import QuickResponse
from house.process import Refusal

from ..web.page import send, visit

pytestmark = pytest.mark.django_db


def titles(owner) -> list[str]:
    return [each.title for each in quick.all_of(owner)]


def test_two_are_there_from_the_beginning(amir):
    """INB-08, INB-09, INB-17"""
    first, second = quick.all_of(amir)
    assert "לא אוכל לקבל את הבקשה כרגע" in first.text
    assert "אין באפשרותי לספק דוגמאות" in second.text


def test_own_ones_are_made_changed_and_removed(amir, dana):
    """INB-17"""
    quick.save(amir, title="מחיר", text="המחיר כולל מע״מ.")
    [mine] = quick.all_of(amir)[2:]
    quick.save(amir, key=mine.key, title="מחיר מלא", text="המחיר כולל מע״מ והובלה.")
    assert titles(amir)[2:] == ["מחיר מלא"]
    assert quick.find(dana, mine.key) is None
    quick.remove(dana, mine.key)
    with pytest.raises(Refusal, match="stranger"):
        quick.save(dana, key=mine.key, title="שלי", text="עכשיו זה שלי.")
    assert titles(amir)[2:] == ["מחיר מלא"]
    for _ in range(2):
        quick.remove(amir, mine.key)
    assert len(titles(amir)) == 2


def test_those_of_the_beginning_can_be_changed_and_removed(amir, dana):
    quick.save(amir, key="preset-1", title="עסוקים", text="בחודש הזה הכול תפוס.")
    quick.remove(amir, "preset-2")
    assert titles(amir) == ["עסוקים"]
    assert len(titles(dana)) == 2, "others keep theirs"
    quick.save(amir, key="preset-1", title="עסוקים מאוד", text="בחודש הזה הכול תפוס.")
    assert titles(amir) == ["עסוקים מאוד"]
    assert QuickResponse.objects.count() == 2


@pytest.mark.parametrize("key", ["preset-3", "preset-x", "x", "0", "99999999999999999999", "-1", "preset-"])
def test_a_made_up_key_names_nothing(amir, key):
    assert quick.find(amir, key) is None
    quick.remove(amir, key)
    with pytest.raises(Refusal, match="stranger"):
        quick.save(amir, key=key, title="שם", text="טקסט")


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("", "טקסט", "quick_response_empty"),
        ("שם", " \u200b ", "quick_response_empty"),
        ("שם", "א" * (policy.MESSAGE_MAX + 1), "message_too_long"),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(amir, title, text, code):
    with pytest.raises(Refusal, match=code):
        quick.save(amir, title=title, text=text)


def test_there_is_an_end_to_the_list(amir):
    for number in range(policy.QUICK_RESPONSES_MAX):
        quick.save(amir, title=f"תגובה {number}", text="תודה!")
    with pytest.raises(Refusal, match="quick_responses_full"):
        quick.save(amir, title="עוד אחת", text="תודה!")


def test_one_press_puts_the_words_into_the_message_with_the_name(noa, amir, amir_web, now):
    """INB-07: without JavaScript too; they can still be changed before they are sent."""
    send(amir_web, "/seller/quick-responses/", {"title": "ברכה", "text": "שלום [שם], מתי נוח לדבר?"})
    thread = open_conversation(noa, amir, now=now)
    key = quick.all_of(amir)[2].key
    page = amir_web.get(f"/inbox/{thread.pk}/?insert={key}").content.decode()
    assert "שלום נועה, מתי נוח לדבר?</textarea>" in page
    assert "ברכה" in visit(amir_web, f"/inbox/{thread.pk}/").text


def test_a_client_has_none(noa, amir, noa_web, now):
    thread = open_conversation(noa, amir, now=now)
    assert "תגובות מהירות" not in visit(noa_web, f"/inbox/{thread.pk}/?insert=preset-1").text
