"""Conversations (DEC-40): one per pair of people, and one thread per order."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from house.people.models import User


class ConversationQuery(models.QuerySet["Conversation"]):
    def visible_to(self, user: User | int) -> "ConversationQuery":
        """Those in which the user takes part."""
        return self.filter(Q(a=user) | Q(b=user))

    def said(self) -> "ConversationQuery":
        """Those in which something was said."""
        return self.filter(models.Exists(Message.objects.filter(conversation=models.OuterRef("pk"))))

    def unread_by(self, user: User) -> "ConversationQuery":
        """Those with something newer than what the user has read."""
        spam = Filing.objects.filter(conversation=models.OuterRef("pk"), owner=user, folder=Filing.Folder.SPAM)
        mine_a = Q(a=user) & (Q(a_read_at=None) | Q(a_read_at__lt=F("last_at")))
        mine_b = Q(b=user) & (Q(b_read_at=None) | Q(b_read_at__lt=F("last_at")))
        return self.filter(mine_a | mine_b).filter(~models.Exists(spam)).said()

    def filed(self, user: User, folder: str) -> "ConversationQuery":
        """Those that the user keeps in a folder; everything that was never moved is in the inbox."""
        moved = Filing.objects.filter(conversation=models.OuterRef("pk"), owner=user)
        if folder == Filing.Folder.INBOX:
            return self.filter(~models.Exists(moved.exclude(folder=folder)))
        return self.filter(models.Exists(moved.filter(folder=folder)))

    def starred(self, user: User) -> "ConversationQuery":
        """Those that the user marked with a star, wherever they are."""
        stars = Filing.objects.filter(conversation=models.OuterRef("pk"), owner=user, starred=True)
        return self.filter(models.Exists(stars))


class Conversation(models.Model):
    """Between `a` and `b` (the smaller id first). `about` is empty for the pair's own, else "order:…"."""

    a = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    a_read_at = models.DateTimeField(null=True)
    b_read_at = models.DateTimeField(null=True)
    unanswered_at = models.DateTimeField(null=True)  # then whoever asked said that this was no answer (AMB-20)

    objects = ConversationQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b", "about"], name="one_conversation_per_pair_and_subject"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="nobody_talks_to_themselves"),  # DEC-41
        ]
        indexes = [
            models.Index(fields=["a", "-last_at"], name="conversation_of_a"),
            models.Index(fields=["b", "-last_at"], name="conversation_of_b"),
        ]

    def __str__(self) -> str:
        return f"{self.a_id}-{self.b_id} {self.about}"


class Message(models.Model):
    """One message; `files` are ids of uploads that are `about` this conversation's subject."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    card = models.CharField(max_length=40, blank=True)  # "quote:12": shown with the message
    masked = models.BooleanField(default=False)  # contact details were taken out (DEC-19); the copy has them
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["conversation", "at"], name="message_flow"),
            models.Index(fields=["author", "-at"], name="message_by_author"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Filing(models.Model):
    """Where one side of a conversation keeps it; the other side does not see it. `at` is when it was last moved."""

    class Folder(models.TextChoices):
        INBOX = "inbox"
        ARCHIVED = "archived"
        SPAM = "spam"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="filings")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    folder = models.CharField(max_length=8, choices=Folder, default=Folder.INBOX)
    starred = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "owner"], name="filed_once_a_side")]
        indexes = [models.Index(fields=["owner", "folder"], name="filing_of_owner")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.folder}"


class ContactNote(models.Model):
    """What somebody keeps in mind about a person, for themselves alone (CON)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contact_notes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "person"], name="one_note_of_a_person")]

    def __str__(self) -> str:
        return self.text[:40]


class Archived(models.Model):
    """The platform's copy of a message (INB-04, DEC-45); the database refuses changes."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="+")
    author_id = models.BigIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.message_id)


class QuickResponse(models.Model):
    """A provider's words for what is asked again and again (INB-07). A row with a `preset` stands for one of
    `inbox.quick.PRESETS`, which the provider has changed, or removed.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quick_responses")
    preset = models.PositiveSmallIntegerField(null=True)
    title = models.CharField(max_length=60)
    text = models.TextField()
    removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "preset"], name="one_quick_response_for_a_preset"),
            models.CheckConstraint(
                condition=Q(removed=False) | Q(preset__isnull=False), name="only_a_preset_is_kept_when_removed"
            ),
        ]

    def __str__(self) -> str:
        return self.title
