"""The timetable: chores that recount, prove, ask back and tidy. Cron lines are in UTC."""

import logging

from django.utils import timezone
from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app

from house import hebrew
from house.board.announcing import announce
from house.catalog.actions import remind_returns
from house.catalog.ranking import rank_all
from house.desk.actions import open_machine_case
from house.desk.disputes import escalate_due
from house.ledger.chain import seal
from house.notices.digest import send_due as send_digests
from house.payments.actions import ask_back, reconcile
from house.reputation.metrics import recount_all
from house.treasury.membership import remind_due
from house.treasury.proof import prove

from .sweep import market_now

log = logging.getLogger(__name__)

STALLED_AFTER = 40  # seconds without a heartbeat: the worker that held the job is gone


@app.periodic(cron="* * * * *")
@app.task(name="chores.ask_back", queue="chores", pass_context=False)
def ask_gateway_back(timestamp: int) -> None:
    """Asks the gateway about payments whose webhook never came."""
    ask_back(market_now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="chores.prove", queue="chores")
def prove_books(timestamp: int) -> None:
    """Proves the sums of the books and calls staff when they are off."""
    _call_staff(prove(chains=False).faults)


@app.periodic(cron="0 * * * *")
@app.task(name="chores.seal", queue="chores")
def seal_books(timestamp: int) -> None:
    """Seals the chains that moved, then recomputes all of them."""
    seal(market_now())
    _call_staff(prove().faults)


def _call_staff(faults: list[str]) -> None:
    if faults:
        now = market_now()
        open_machine_case(
            key=f"books:{now.date()}", about="ledger", subject="הספרים אינם מאוזנים", text="\n".join(faults), now=now
        )


@app.periodic(cron="0 1 * * *")
@app.task(name="chores.reconcile", queue="chores", retry=3)
def reconcile_payments(timestamp: int) -> None:
    """Compares the payment provider's books with ours; each difference calls staff once."""
    now = market_now()
    for difference in reconcile(now):
        open_machine_case(
            key=f"reconcile:{difference.about}",
            about="ledger",
            subject=f"הפרש מול חברת התשלומים: {difference.about}",
            text=f"אצלם: {_sum(difference.there)}. בספרים: {_sum(difference.here)}.",
            now=now,
        )


def _sum(amount: int | None) -> str:
    return "לא ידוע" if amount is None else hebrew.price(amount)


@app.periodic(cron="*/15 * * * *")
@app.task(name="chores.recount", queue="chores")
def recount(timestamp: int) -> None:
    """Recounts metrics and places in the ranking."""
    now = market_now()
    recount_all(now)
    rank_all(now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="chores.memberships", queue="chores")
def memberships(timestamp: int) -> None:
    """Reminds members seven days before their membership ends, to ten minutes (DEC-21)."""
    remind_due(market_now())


@app.periodic(cron="0 6 * * *")
@app.task(name="chores.returns", queue="chores")
def returns(timestamp: int) -> None:
    """Reminds providers whose paused offers were to return today (DEC-35)."""
    remind_returns(market_now())


@app.periodic(cron="0 5 * * *")
@app.task(name="chores.announce", queue="chores")
def announce_requests(timestamp: int) -> None:
    """One letter a day about new requests, to providers of their categories (DEC-47)."""
    announce(market_now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="chores.escalate", queue="chores")
def escalate(timestamp: int) -> None:
    """Disputes that nobody decided in time go up (DEC-32)."""
    escalate_due(market_now())


@app.periodic(cron="* * * * *")
@app.task(name="chores.rescue", queue="chores", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Takes up jobs whose worker was killed in the middle: each is safe to run again."""
    await rescue_stalled()


async def rescue_stalled() -> int:
    """Puts jobs back whose worker stopped breathing; returns how many."""
    manager = app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for job in stalled:
        log.warning("job %s (%s) is taken up again", job.id, job.task_name)
        await manager.retry_job(job)
    return len(stalled)


@app.periodic(cron="0 15 * * *")
@app.task(name="chores.digests", queue="chores")
def digests(timestamp: int) -> None:
    """What people want to read once a day."""
    send_digests(timezone.now())


@app.periodic(cron="30 2 * * *")
@app.task(name="chores.tidy", queue="chores", pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:
    """Removes jobs that ended three days ago."""
    await builtin_tasks.remove_old_jobs(context, max_hours=72, remove_failed=False)
