"""The task list of an order (INV-04, INV-07)."""

from datetime import timedelta

import pytest

from house import policy
from house.orders.actions import tasks
from house.orders.models import Stage, Task
from house.process import Refusal

from .. import make


@pytest.fixture
def order(noa, amir, now):
    return make.order(noa, amir, now)


def refused(code, act, *args, **words):
    with pytest.raises(Refusal) as found:
        act(*args, **words)
    assert found.value.code == code


def test_both_sides_make_and_change_tasks(order, noa, amir, now):
    """INV-04, INV-07"""
    one = tasks.add(order, text="  לבחור   אריחים ", day=now.date(), by=noa, now=now)
    assert (one.text, one.state, one.by) == ("לבחור אריחים", Task.State.OPEN, noa)
    two = tasks.change(one, text=one.text, day=one.day, state="doing", by=amir, now=now)
    assert (two.state, two.by) == (Task.State.DOING, noa)


def test_strangers_and_staff_change_nothing(order, dana, shira, now):
    """INV-04"""
    for who in (dana, shira):
        refused("stranger", tasks.add, order, text="לבחור", day=now.date(), by=who, now=now)
    assert not order.tasks.exists()


@pytest.mark.parametrize(("text", "code"), [(" \u200b ", "task_empty"), ("א" * 201, "task_too_long")])
def test_a_task_says_something_short(order, noa, now, text, code):
    """INV-07"""
    refused(code, tasks.add, order, text=text, day=now.date(), by=noa, now=now)


def test_a_state_is_one_of_three(order, noa, now):
    """INV-07"""
    row = tasks.add(order, text="לבחור", day=now.date(), by=noa, now=now)
    refused("unknown_task_state", tasks.change, row, text="לבחור", day=row.day, state="lost", by=noa, now=now)


@pytest.mark.parametrize(("days", "good"), [(-30, True), (-31, False), (730, True), (731, False)])
def test_a_day_is_near_its_order(order, noa, now, days, good):
    """INV-07: a schedule, not a slip of the keyboard"""
    words = {"text": "לבחור", "day": now.date() + timedelta(days=days), "by": noa, "now": now}
    if good:
        tasks.add(order, **words)
    else:
        refused("bad_task_day", tasks.add, order, **words)


def test_the_list_has_an_end(order, noa, now, monkeypatch):
    monkeypatch.setattr(policy, "TASKS_MAX", 1)
    tasks.add(order, text="לבחור", day=now.date(), by=noa, now=now)
    refused("too_many_tasks", tasks.add, order, text="לקנות", day=now.date(), by=noa, now=now)


def test_a_month_after_the_end_the_list_is_closed(noa, amir, now):
    """INV-04"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    last = order.ended_at + policy.TASKS_AFTER
    tasks.add(order, text="לבדוק", day=now.date(), by=noa, now=last - timedelta(seconds=1))
    refused("tasks_over", tasks.add, order, text="לבדוק", day=now.date(), by=noa, now=last)


def test_the_page_adds_and_changes(order, noa_web, amir_web, dana_web):
    """INV-04, INV-07"""
    path = f"/orders/{order.number}/tasks/"
    assert noa_web.post(path, {"text": "לבחור אריחים", "day": "2026-12-01"}).status_code == 302
    row = order.tasks.get()
    assert "לבחור אריחים" in amir_web.get(path).content.decode()
    words = {"text": "לבחור אריחים", "day": "2026-12-02", "state": "done"}
    assert amir_web.post(f"{path}{row.pk}/", words).status_code == 302
    row.refresh_from_db()
    assert (row.state, str(row.day)) == ("done", "2026-12-02")
    refused_page = noa_web.post(path, {"text": "לקנות דבק", "day": "מחר"})
    assert refused_page.status_code == 422
    assert "לקנות דבק" in refused_page.content.decode()
    assert {dana_web.get(path).status_code, dana_web.get(f"{path}{row.pk}/").status_code} == {404}


def test_a_task_is_reached_from_its_own_order_alone(noa, amir, noa_web, now):
    """INV-04"""
    mine, other = make.order(noa, amir, now), make.order(noa, amir, now)
    task = tasks.add(other, text="לבחור אריחים", day=now.date(), by=noa, now=now)
    assert noa_web.get(f"/orders/{mine.number}/tasks/{task.pk}/").status_code == 404
    assert noa_web.get(f"/orders/{other.number}/tasks/{task.pk}/").status_code == 200
