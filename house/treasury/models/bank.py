"""Where a provider's money is paid to; shown to the provider and to finance staff only."""

from django.conf import settings
from django.db import models


class BankDetails(models.Model):
    """An Israeli bank account, its check digits verified. Copied onto each payout, so that a later change of the
    account never changes a payment that is under way.
    """

    holder = models.CharField(max_length=60)
    id_number = models.CharField(max_length=9)  # identity or company number, nine digits
    bank = models.PositiveSmallIntegerField()
    branch = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=9)

    class Meta:
        abstract = True

    @property
    def details(self) -> dict[str, str | int]:
        """The fields as they are copied."""
        return {name: getattr(self, name) for name in ("holder", "id_number", "bank", "branch", "account")}


class BankAccount(BankDetails):
    """A provider's account. `refused_at`: a payment to it came back, so it must be written anew."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bank_account")
    changed_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.bank}-{self.branch}-…{self.account[-3:]}"
