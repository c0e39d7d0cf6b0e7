"""A user: one account that holds client and provider modes (ACC-06)."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: object) -> "User":
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: object) -> "User":
        return self.create_user(email, password, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in by e-mail. Standing follows WARN (3.4) and DEC-37."""

    class Mode(models.TextChoices):
        CLIENT = "client"
        PROVIDER = "provider"

    class Standing(models.TextChoices):
        GOOD = "good"
        DEMOTED = "demoted"
        SUSPENDED = "suspended"
        BLOCKED = "blocked"

    email = models.EmailField(max_length=254, unique=True)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60, blank=True)
    picture = models.ImageField(upload_to="portraits/%Y/%m", blank=True)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.CLIENT)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.GOOD)
    suspended_until = models.DateTimeField(null=True, blank=True)  # null while suspended: until lifted (AMB-14)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    terms_version = models.CharField(max_length=10, blank=True)
    terms_agreed_at = models.DateTimeField(null=True, blank=True)
    marketing_agreed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # the account was deleted at its owner's wish

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name shown to others."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_staff(self) -> bool:
        """Django's admin is for the owner (issue: 'Django's admin is for the owner')."""
        return self.is_superuser or self.has_role(Role.OWNER)

    @property
    def is_provider(self) -> bool:
        """Whether provider mode was ever opened (ACC-04)."""
        return hasattr(self, "profile")

    def is_suspended(self, now: datetime) -> bool:
        """DEC-37: nothing new, open orders go on."""
        if self.standing != self.Standing.SUSPENDED:
            return False
        return self.suspended_until is None or now < self.suspended_until

    def has_role(self, *roles: str) -> bool:
        """DEC-20: an owner has every role."""
        held = self.role_names
        return Role.OWNER in held or any(role in held for role in roles)

    @property
    def role_names(self) -> frozenset[str]:
        """The roles this user holds; read once per object."""
        cached: frozenset[str] | None = self.__dict__.get("_role_names")
        if cached is None:
            cached = frozenset(self.staff_roles.values_list("role", flat=True)) if self.pk else frozenset()
            self.__dict__["_role_names"] = cached
        return cached


class Role(models.TextChoices):
    """DEC-20."""

    REVIEWER = "reviewer", "בדיקה ואישור"
    MODERATOR = "moderator", "פיקוח"
    SUPPORT = "support", "שירות הלקוחות"
    EDITOR = "editor", "עריכה"
    FINANCE = "finance", "כספים"
    OWNER = "owner", "בעלות"


class StaffRole(models.Model):
    """A role held by a user."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_held_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
