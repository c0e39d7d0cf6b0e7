"""An upload: bytes of somebody, seen by those who may see what it is `about`."""

import uuid

from django.conf import settings
from django.db import models


def _path(upload: "Upload", name: str) -> str:
    return f"uploads/{upload.pk.hex[:2]}/{upload.pk.hex}"


class Upload(models.Model):
    """`about` is text such as "order:BH-2045183" or "offer:12"; empty until it is attached."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=60, blank=True, db_index=True)
    name = models.CharField(max_length=160)  # as the person called it, cleaned
    content_type = models.CharField(max_length=100)  # found by looking at the bytes, never believed
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    file = models.FileField(upload_to=_path, max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """The name without its ending: an ending jumps about in right-to-left text."""
        return self.name.rsplit(".", 1)[0]

    @property
    def kind(self) -> str:
        """PDF, JPEG …"""
        return self.content_type.rsplit("/", 1)[-1].upper()[:8]

    @property
    def human_size(self) -> str:
        """1.8 MB."""
        return f"{self.size / 2**20:.1f} MB" if self.size >= 2**20 else f"{max(1, self.size // 1024)} KB"
