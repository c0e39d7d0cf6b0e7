"""The ledger's proof, and that the escrow of each order equals what its stages say."""

from django.db import connection

from house.ledger.proof import Proof
from house.ledger.proof import prove as prove_ledger

from .models import Order

ESCROW_OF_ORDERS = """
SELECT o.number, coalesce(books.held, 0), coalesce(stages.held, 0)
FROM orders_order o
LEFT JOIN (SELECT t.about, sum(e.amount) AS held FROM ledger_entry e
           JOIN ledger_account a ON a.id = e.account_id AND a.kind = 'escrow'
           JOIN ledger_transfer t ON t.id = e.transfer_id GROUP BY t.about) books
       ON books.about = 'order:' || o.number
LEFT JOIN (SELECT order_id, sum(price) AS held FROM orders_stage
           WHERE state IN ('awaiting_requirements', 'active', 'delivered', 'in_revision')
           GROUP BY order_id) stages ON stages.order_id = o.id
WHERE coalesce(books.held, 0) <> coalesce(stages.held, 0)
"""
EARNINGS = """
SELECT s.order_id, e.provider_share, l.amount FROM orders_earning e
JOIN orders_stage s ON s.id = e.stage_id
LEFT JOIN LATERAL (SELECT x.amount FROM ledger_entry x
    JOIN ledger_account a ON a.id = x.account_id AND a.kind = 'pending'
    JOIN ledger_transfer t ON t.id = x.transfer_id AND t.key = 'stage:' || s.id || ':settled') l ON true
WHERE l.amount IS DISTINCT FROM e.provider_share
"""
FORGOTTEN = """
SELECT t.about, t.key FROM ledger_transfer t WHERE t.kind = 'release'
AND NOT EXISTS (SELECT FROM orders_earning e WHERE t.key = 'stage:' || e.stage_id || ':settled')
"""
PENDING = """
SELECT coalesce(books.owner_id, said.provider_id), coalesce(books.sum, 0), coalesce(said.sum, 0)
FROM (SELECT a.owner_id, sum(x.amount) AS sum FROM ledger_account a JOIN ledger_entry x ON x.account_id = a.id
      WHERE a.kind = 'pending' GROUP BY a.owner_id) books
FULL JOIN (SELECT provider_id, sum(provider_share - taken) AS sum FROM orders_earning WHERE cleared_at IS NULL
           GROUP BY provider_id) said ON said.provider_id = books.owner_id
WHERE coalesce(books.sum, 0) <> coalesce(said.sum, 0)
"""


def prove(*, chains: bool = True) -> Proof:
    """Everything the ledger proves, and the orders beside it."""
    proof = prove_ledger(chains=chains)
    with connection.cursor() as cursor:
        cursor.execute(ESCROW_OF_ORDERS)
        proof.say(
            f"the escrow of each of {Order.objects.count()} orders equals what its stages say",
            [f"order {number}: books hold {books}, stages say {stages}" for number, books, stages in cursor.fetchall()],
        )
        cursor.execute(EARNINGS)
        proof.say(
            "every earning stands in the books with the same sum",
            [f"order {order}: earning {share}, books {amount}" for order, share, amount in cursor.fetchall()],
        )
        cursor.execute(FORGOTTEN)
        proof.say(
            "every release has its earning, so that it will clear",
            [f"{about}: {key} has no earning" for about, key in cursor.fetchall()],
        )
        cursor.execute(PENDING)
        proof.say(
            "what waits to clear is what the earnings say",
            [f"provider {owner}: pending {books}, earnings {said}" for owner, books, said in cursor.fetchall()],
        )
    return proof
