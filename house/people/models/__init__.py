"""Who is here: users, provider profiles, places, roles, the audit log."""

from .audit import AuditEntry
from .away import Away
from .block import Block
from .place import Place
from .profile import Application, PortfolioItem, Profile, ProfileEntry, ShowcaseEntry
from .user import Role, StaffRole, User

__all__ = [
    "Application",
    "AuditEntry",
    "Away",
    "Block",
    "Place",
    "PortfolioItem",
    "Profile",
    "ProfileEntry",
    "Role",
    "ShowcaseEntry",
    "StaffRole",
    "User",
]
