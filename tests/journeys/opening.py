"""What is done inside a market before the browser comes: `python -m tests.journeys.opening ground`."""

import json
import os
import sys

import django


def ground() -> None:
    """Places and categories, static files: what bin/run prepares, without the demo's people. Tables are there."""
    from django.core.management import call_command

    from launch.prepare import collect_static

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


def rivals() -> None:
    """Two more providers, who answer the open request that came last, each with one price."""
    from house import clock
    from house.board.models import Request
    from house.people.models import User

    from .. import make
    from . import content, stock

    now = clock.now()
    reviewer = User.objects.get(email="rina@example.org")
    wish = Request.objects.filter(state=Request.State.OPEN).latest("pk")
    for name, title, price in (("tal", "אני אחדש מקלחון", 9_500_00), ("gil", "אני אחליף אריחים ישנים", 11_000_00)):
        provider = stock.trader(name, name, "מזרחי", now, reviewer)
        offer = stock.publish_offer(stock.draft(provider, now, "renovation", title, price), reviewer, now)
        make.proposal(wish, offer, now, stages=[content.StageRow("", price, 9, revisions=1)])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "house.settings")
    django.setup()
    {"ground": ground, "exhibition": exhibition, "stand": stand, "rivals": rivals}[sys.argv[1]]()
