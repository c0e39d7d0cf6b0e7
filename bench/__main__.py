"""python -m bench --offers 10000: loads a market and measures it, page beside floor."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager

from . import place


def arguments() -> argparse.Namespace:
    """What may be asked."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--offers", type=int, default=10_000, help="how many offers the market has")
    parser.add_argument("--only", default="", help="only subjects whose name contains this")
    parser.add_argument("--scale", type=float, default=1, help="more (2) or fewer (0.2) turns than usual")
    parser.add_argument("--loaded", default="", help="the address of a market that was loaded before")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


@contextmanager
def _market(asked: argparse.Namespace) -> Iterator[None]:
    """Django, set up on a loaded market in a folder of its own."""
    with place.folder() as home, place.given(asked.loaded) if asked.loaded else place.database(home) as url:
        os.environ.update(place.environment(url, home))
        import django

        django.setup()
        from . import load

        load.prepare()
        if not asked.loaded:
            print(load.load(asked.offers), flush=True)
        yield


def main() -> None:
    """Prints each row as soon as it is known."""
    asked = arguments()
    with _market(asked):
        from .run import run

        run(asked)


if __name__ == "__main__":
    main()
