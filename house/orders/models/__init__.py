"""Orders and what happens in them."""

from .answers import OrderRequirement
from .charge import Charge
from .coupon import Coupon
from .deadline import Deadline
from .delivery import Delivery, RevisionRequest
from .earning import Earning
from .event import OrderEvent
from .order import Order, Stage
from .questionnaire import Questionnaire
from .request import ResolutionRequest
from .task import Task

__all__ = [
    "Charge",
    "Coupon",
    "Deadline",
    "Delivery",
    "Earning",
    "Order",
    "OrderEvent",
    "OrderRequirement",
    "Questionnaire",
    "ResolutionRequest",
    "RevisionRequest",
    "Stage",
    "Task",
]
