"""The questions with which a provider gets to know a client's business (ONB)."""

from django.db import models

from .order import Order


class Questionnaire(models.Model):
    """One in an order; `answers` by the questions' codes (`orders.onboarding`), what is empty is not there."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="questionnaire")
    answers = models.JSONField(default=dict)
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # the latest answer

    def __str__(self) -> str:
        return f"{self.order_id} {len(self.answers)}"
