"""Three benchmarks in a throw-away market.

python -m bench --offers 10000           pages, each beside a bare view that makes the same result
python -m bench clocks --orders 100000   deadlines, beside a queue with one scheduled job for each
python -m bench live --listeners 500     live updates: memory, and from a message to the screen
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from . import place


def arguments() -> argparse.Namespace:
    """What may be asked; without a name it is the pages."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_subparsers(dest="which", required=True)
    _pages(which.add_parser("pages"))
    _clocks(which.add_parser("clocks"))
    _live(which.add_parser("live"))
    given = sys.argv[1:]
    return parser.parse_args(given if given[:1] and not given[0].startswith("--") else ["pages", *given])


def _pages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offers", type=int, default=10_000, help="how many offers the market has")
    parser.add_argument("--only", default="", help="only subjects whose name contains this")
    parser.add_argument("--scale", type=float, default=1, help="more (2) or fewer (0.2) turns than usual")
    parser.add_argument("--loaded", default="", help="the address of a market that was loaded before")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")


def _clocks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=int, default=100_000, help="deadlines due at one moment (0: none)")
    parser.add_argument("--queue", type=int, default=20_000, help="at most as many of them kept by the queue")
    parser.add_argument("--day", type=int, default=10_000, help="orders due in a day without a worker (0: none)")
    parser.add_argument("--placing", type=int, default=10_000, help="orders placed and accepted (0: none)")
    parser.add_argument("--clients", type=int, default=50, help="clients who place them at once")
    parser.add_argument("--workers", type=int, default=2, help="processes that keep deadlines")
    parser.add_argument("--rounds", type=int, default=4, help="turns that the product and the queue take")
    parser.add_argument("--seconds", type=int, default=60, help="how long the lag is watched (0: not at all)")
    parser.add_argument("--rate", type=int, default=5, help="deadlines in a second meanwhile")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")


def _live(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listeners", type=int, default=500, help="streams that are open meanwhile")
    parser.add_argument("--rate", type=int, default=50, help="messages in a second")
    parser.add_argument("--seconds", type=int, default=30, help="how long people talk")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")


@contextmanager
def _database(given: str = "") -> Iterator[None]:
    """Django, set up on a market in a folder of its own."""
    with place.folder() as home, place.given(given) if given else place.database(home) as url:
        os.environ.update(place.environment(url, home))
        import django

        django.setup()
        from . import load

        load.prepare()
        yield


def pages(asked: argparse.Namespace) -> None:
    """Prints each row as soon as it is known."""
    with _database(asked.loaded):
        from . import load
        from .run import run

        if not asked.loaded:
            print(load.load(asked.offers), flush=True)
        run(asked)


def clocks(asked: argparse.Namespace) -> None:
    """A small market without a past, and many orders in it."""
    with _database():
        from . import load
        from .clocks.run import run

        run(asked, *load.sellers(max(200, asked.orders // 50)))


def live(asked: argparse.Namespace) -> None:
    """A small market whose clients talk."""
    with _database():
        from . import load
        from .live import run

        _sold, clients = load.sellers(10 * asked.listeners + 100)
        run(asked, clients)


def main() -> None:
    """What was started is ended, however this ends."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    {"pages": pages, "clocks": clocks, "live": live}[asked.which](asked)


if __name__ == "__main__":
    main()
