"""The verbs of offers. Each locks the offer row first."""

from ..completeness import missing
from .content import change_category
from .decide import approve, deny, remove
from .edit import (
    ExtraRow,
    PackageRow,
    RequirementRow,
    create,
    save_description,
    save_overview,
    save_packages,
    save_requirements,
)
from .gallery import add_image, move_image, remove_image
from .publish import pause, reactivate, remind_returns, submit

__all__ = [
    "ExtraRow",
    "PackageRow",
    "RequirementRow",
    "add_image",
    "approve",
    "change_category",
    "create",
    "deny",
    "missing",
    "move_image",
    "pause",
    "reactivate",
    "remind_returns",
    "remove",
    "remove_image",
    "save_description",
    "save_overview",
    "save_packages",
    "save_requirements",
    "submit",
]
