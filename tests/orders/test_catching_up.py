"""Catching up after the worker was down gives the same as having been up (DEC-30)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from house.orders.proof import prove

from .. import make
from .stories import ACTS, SLEEPS, happened, told

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(SLEEPS)), max_size=6)


@pytest.fixture
def offers(amir, now):
    """One whose clock starts at once, one that waits for requirements."""
    return {False: make.offer(amir, now), True: make.offer(amir, now, requirements=make.REQUIREMENTS)}


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(waits=st.booleans(), steps=STEPS)
@example(False, [("deliver", 130 * HOURS), ("revise", 71 * HOURS), ("deliver", 90 * HOURS)])
@example(False, [("provider_asks", 110 * HOURS), ("decline", 47 * HOURS), ("deliver", 30 * HOURS)])
@example(False, [("deliver", 150 * HOURS), ("client_asks", 71 * HOURS), ("withdraw", 40 * HOURS)])
@example(True, [("provider_asks", 200 * HOURS), ("decline", 47 * HOURS), ("start", 60 * HOURS)])
@example(True, [("remind", 3 * HOURS), ("start", 24 * HOURS), ("deliver", 9 * HOURS), ("accept", 72 * HOURS)])
@example(False, [("deliver", HOURS), ("provider_reviews", 73 * HOURS), ("client_reviews", 239 * HOURS)])
@example(False, [("deliver", HOURS), ("accept", HOURS), ("client_reviews", HOURS), ("provider_reviews", 240 * HOURS)])
def test_the_same_story_with_the_worker_down_leaves_the_same_traces(noa, shira, now, offers, waits, steps):
    """Random steps and sleeps: sweeping every hour against sweeping once at the end."""
    up = told(offers[waits], noa, shira, now, steps, up=True)
    down = told(offers[waits], noa, shira, now, steps, up=False)
    was_up, was_down = happened(up), happened(down)
    for part in was_up:
        assert was_down[part] == was_up[part], (part, steps)
    assert prove().faults == []
