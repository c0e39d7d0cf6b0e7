"""People do things by day."""

from datetime import UTC, datetime, timedelta
from random import Random

from house.clock import ISRAEL
from house.demo.moments import DAY, ago, between, by_day

NIGHT = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
SABBATH = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_the_night_and_saturday_wait_for_the_next_morning():
    for moment, days in ((NIGHT, 0), (SABBATH, 1)):
        found = by_day(Random(1), moment).astimezone(ISRAEL)
        assert found.date() == moment.date() + timedelta(days=days)
        assert 8 <= found.hour <= 10


def test_a_moment_by_day_stays():
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert by_day(Random(1), noon) == noon


def test_a_moment_lies_between_its_two():
    rng = Random(3)
    for length in (timedelta(minutes=5), timedelta(hours=9), 3 * DAY):
        for _ in range(200):
            assert NIGHT <= between(rng, NIGHT, NIGHT + length) < NIGHT + length
    assert NIGHT - 5 * DAY <= ago(rng, NIGHT, 5, 2) < NIGHT - 2 * DAY
