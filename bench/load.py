"""A market of N offers, from nothing: the same seed gives the same market."""

import time
from datetime import UTC, datetime
from io import StringIO
from random import Random

from django.core.management import call_command
from django.db import connection

from launch.prepare import collect_static

from .history import load_history
from .offers import Sold, load_offers
from .people import load_people
from .words import Words

SEED = 2026


def prepare() -> None:
    """Tables, categories, places, static files."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("reference", stdout=StringIO())
    collect_static()


def load(offers: int) -> str:
    """Fills the market and lets PostgreSQL look at it; says what there is now."""
    began, rng, words, now = time.monotonic(), Random(SEED), Words(), datetime.now(UTC)
    providers, clients = load_people(offers, words, rng, now)
    sold = load_offers(offers, providers, words, rng, now)
    orders = load_history(sold, clients, words, rng, now)
    settle()
    took = time.monotonic() - began
    return (
        f"{offers:,} offers, {len(providers):,} providers, {len(clients):,} clients, {orders:,} orders ({took:.0f} s)"
    )


def sellers(offers: int) -> tuple[list[Sold], list[int]]:
    """People and offers without a past: what may be sold, and who may buy."""
    rng, words, now = Random(SEED), Words(), datetime.now(UTC)
    providers, clients = load_people(offers, words, rng, now)
    sold = load_offers(offers, providers, words, rng, now)
    settle()
    return sold, [client.pk for client in clients]


def settle() -> None:
    """PostgreSQL looks at what there is. Parallel workers are processes of their own and would hide from /proc:
    everything is done by one.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {_name()} SET max_parallel_workers_per_gather = 0")
        cursor.execute("VACUUM ANALYZE")


def _name() -> str:
    return connection.ops.quote_name(str(connection.settings_dict["NAME"]))
