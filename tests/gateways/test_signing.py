"""The door of webhooks: only the twin's word, and only from now."""

import json
from datetime import timedelta

import pytest

from house.gateways.payments import BadHook, get_gateway
from house.gateways.payments.twin.signing import HEADER, TOLERANCE, sign, verify

BODY = json.dumps(
    {"id": "ev_1", "kind": "paid", "ref": "tw_1", "key": "checkout:a", "amount": 100, "currency": "ILS", "fee": 101}
).encode()


def test_a_signed_event_is_read(now):
    event = get_gateway().read_hook({HEADER: sign(BODY, now=now)}, BODY, now=now)
    assert (event.event_id, event.kind, event.key, event.amount, event.fee) == ("ev_1", "paid", "checkout:a", 100, 101)


@pytest.mark.parametrize("drift", [TOLERANCE, -TOLERANCE], ids=["late", "early"])
def test_the_edge_of_the_tolerance_is_taken_and_a_second_beyond_is_not(now, drift):
    header = sign(BODY, now=now)
    verify(header, BODY, now=now + drift)
    beyond = drift + timedelta(seconds=1 if drift > timedelta() else -1)
    with pytest.raises(BadHook, match="future"):
        verify(header, BODY, now=now + beyond)


@pytest.mark.parametrize(
    "header",
    ["", "t=,v1=", "v1=abc", "t=1764000000", "t=١٢٣,v1=abc", "t=99999999999999999999,v1=a", "t=-5,v1=a", "nonsense"],
)
def test_a_damaged_header_is_refused(header, now):
    with pytest.raises(BadHook):
        verify(header, BODY, now=now)


def test_a_changed_body_is_refused(now):
    with pytest.raises(BadHook, match="not ours"):
        verify(sign(BODY, now=now), BODY.replace(b"100", b"1"), now=now)


def test_the_moment_is_signed_too(now):
    stamp, mac = sign(BODY, now=now).split(",")
    later = f"t={int(stamp[2:]) + 600},{mac}"
    with pytest.raises(BadHook, match="not ours"):
        verify(later, BODY, now=now + timedelta(minutes=10))


def test_a_signature_of_another_installation_is_refused(now, settings):
    header = sign(BODY, now=now)
    settings.SECRET_KEY = "another installation"
    with pytest.raises(BadHook, match="not ours"):
        verify(header, BODY, now=now)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"id": 1}', BODY.replace(b"100", b'"many"')])
def test_a_signed_body_that_is_no_event_is_refused(body, now):
    with pytest.raises(BadHook):
        get_gateway().read_hook({HEADER: sign(body, now=now)}, body, now=now)
