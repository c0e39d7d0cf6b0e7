"""What the orders prove, and that money under way to banks is what the payouts say."""

from django.db import connection

from house.ledger.proof import Proof
from house.orders.proof import prove as prove_orders

from .models import Payout

UNDER_WAY = """
SELECT coalesce(books.owner_id, said.provider_id), coalesce(books.sum, 0), coalesce(said.sum, 0)
FROM (SELECT a.owner_id, sum(e.amount) AS sum FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
      WHERE a.kind = 'payout' GROUP BY a.owner_id) books
FULL JOIN (SELECT provider_id, sum(amount) AS sum FROM treasury_payout WHERE state IN ('waiting', 'batched')
           GROUP BY provider_id) said ON said.provider_id = books.owner_id
WHERE coalesce(books.sum, 0) <> coalesce(said.sum, 0)
"""
PAID_OUT = """
SELECT coalesce((SELECT sum(e.amount) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
                 WHERE a.kind = 'bank'), 0),
       coalesce((SELECT sum(amount) FROM treasury_payout WHERE state = 'sent'), 0)
       + coalesce((SELECT sum(e.amount) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
                   JOIN ledger_transfer t ON t.id = e.transfer_id
                   WHERE a.kind = 'bank' AND t.kind = 'refund_failed'), 0)
"""
BATCHES = """
SELECT b.id, b.total, coalesce(sum(p.amount), 0) FROM treasury_batch b LEFT JOIN treasury_payout p ON p.batch_id = b.id
WHERE b.state <> 'dropped' GROUP BY b.id HAVING b.total <> coalesce(sum(p.amount), 0)
"""


def prove(*, chains: bool = True) -> Proof:
    """Everything below, and the payouts beside it."""
    proof = prove_orders(chains=chains)
    with connection.cursor() as cursor:
        cursor.execute(UNDER_WAY)
        proof.say(
            f"of {Payout.objects.count()} payouts, what waits for the bank is what the books say",
            [f"provider {owner}: books {books}, payouts {said}" for owner, books, said in cursor.fetchall()],
        )
        cursor.execute(PAID_OUT)
        books, said = cursor.fetchone()
        proof.say(
            "what left for banks is what was paid out and did not come back, and refunds sent by transfer",
            [f"books say {books} left for the bank, payouts {said}"] if books != said else [],
        )
        cursor.execute(BATCHES)
        proof.say(
            "every batch holds what it says",
            [f"batch {pk} says {total}, its payouts {sum_}" for pk, total, sum_ in cursor.fetchall()],
        )
    return proof
