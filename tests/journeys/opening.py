"""What is done inside a market before the browser comes: `python -m tests.journeys.opening ground`."""

import json
import os
import sys

import django


def ground() -> None:
    """Tables, places and categories, static files: what bin/run prepares, without the demo's people."""
    from django.core.management import call_command

    from launch.prepare import collect_static

    call_command("migrate", interactive=False, verbosity=0)
    call_command("reference", verbosity=0)
    collect_static()


def exhibition() -> None:
    """A market with a bit of everything; prints the cookies of its people and the addresses of its pages."""
    from house import clock
    from house.market.models import Market

    from .content import fill
    from .pages import cookies, every, few

    Market.get()
    content = fill(clock.now())
    print(json.dumps({"cookies": cookies(content), "pages": few(every(content))}))


def stand() -> None:
    """One authorised provider with one offer, a client and support, for stories that begin with ordering."""
    from house import clock
    from house.people.models import Role

    from . import content

    now = clock.now()
    content.stand(now)
    content.member("noa", "נועה", "ברק", now)
    content.member("shira", "שירה", "כהן", now, Role.SUPPORT)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "house.settings")
    django.setup()
    {"ground": ground, "exhibition": exhibition, "stand": stand}[sys.argv[1]]()
