"""What is on the market."""

from .category import Category, ServiceType, Subcategory
from .offer import Extra, Faq, Offer, OfferImage, Package, Requirement
from .question import SearchMiss

__all__ = [
    "Category",
    "Extra",
    "Faq",
    "Offer",
    "OfferImage",
    "Package",
    "Requirement",
    "SearchMiss",
    "ServiceType",
    "Subcategory",
]
