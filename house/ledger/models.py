"""Double-entry books. A positive entry adds to what the account's holder has; a transfer sums to zero."""

from django.conf import settings
from django.db import models
from django.db.models import Func


class CurrentTransaction(Func):
    """PostgreSQL's id of the running top-level transaction, as a bigint."""

    function = "pg_current_xact_id"
    template = "(%(function)s()::text::bigint)"
    output_field = models.BigIntegerField()


class Account(models.Model):
    """A system account (no owner) or one of a user's. It has no balance column: a balance is a sum."""

    class Kind(models.TextChoices):
        GATEWAY = "gateway"  # money at the payment provider: negative of what the market holds for others
        ESCROW = "escrow"  # paid by clients, not yet released
        COMMISSION = "commission"  # the market's income, net of VAT
        VAT = "vat"  # VAT on the commission, owed to the state
        FEES = "fees"  # what gateways charge the market
        PENDING = "pending"  # a provider's released money that has not cleared
        CLEARED = "cleared"  # a provider's money that may be withdrawn
        PAYOUT = "payout"  # a provider's money under way to their bank
        BANK = "bank"  # what left the market's bank account for providers
        DEBT = "debt"  # what a provider owes the market (DEC-38)
        LOSS = "loss"  # what chargebacks took from the market itself

    kind = models.CharField(max_length=12, choices=Kind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_accounts"
    )
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner", "currency"], nulls_distinct=False, name="one_account_per_kind_and_owner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner_id or 'market'}"


class Transfer(models.Model):
    """One movement; `key` makes it happen once, `about` names its subject ("order:BH-2045183")."""

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=60, db_index=True)
    at = models.DateTimeField()
    transaction_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """A signed sum in minor units on one account."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="entry_moves_something")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


class Link(models.Model):
    """A transfer's place in its subject's chain: `hash` speaks of the transfer, its entries and `previous`.

    Written by the database at commit (migration 0005); `ledger.chain` says what is hashed and recomputes it.
    """

    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="link")
    about = models.CharField(max_length=60)
    number = models.PositiveIntegerField()  # from 1
    previous = models.CharField(max_length=64, blank=True)  # the hash before; empty at the first
    hash = models.CharField(max_length=64)  # SHA-256, in hexadecimal
    transaction_id = models.BigIntegerField(db_default=CurrentTransaction(), db_index=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "number"], name="one_chain_per_subject")]

    def __str__(self) -> str:
        return f"{self.about} {self.number}"


class Seal(models.Model):
    """The heads of all chains that moved since the last seal, under one root with that seal's root."""

    at = models.DateTimeField()
    until = models.BigIntegerField()  # transactions before this one were over: their links are sealed
    previous = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.root[:12]


class SealedHead(models.Model):
    """A chain's last link at the moment of a seal."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="heads")
    about = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "about"], name="one_head_per_seal")]

    def __str__(self) -> str:
        return f"{self.about} {self.number}"
