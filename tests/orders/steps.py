"""What the tables allow, written out by hand from part 3 of the rules: the tests compare the product with it."""

STAGE_STATES = (
    "planned",
    "awaiting_requirements",
    "active",
    "delivered",
    "in_revision",
    "approved",
    "cancelled",
    "stopped",
)
WORK = ("active", "in_revision")
OPEN = ("awaiting_requirements", "active", "delivered", "in_revision")

# step: (who, from where, to where; "" stays)
STAGE_TABLE = {
    "start": (("client",), ("awaiting_requirements",), "active"),  # O-2
    "remind": (("provider",), ("awaiting_requirements",), ""),  # DEC-15
    "give_up": (("provider", "clock"), ("awaiting_requirements",), "cancelled"),  # DEC-15
    "save_draft": (("provider",), WORK, ""),  # O-5
    "deliver": (("provider",), WORK, "delivered"),  # O-6
    "accept": (("client", "clock"), ("delivered",), "approved"),  # O-7, O-10
    "revise": (("client",), ("delivered",), "in_revision"),  # O-8
    "note_late": (("clock",), WORK, ""),  # O-3
    "note_very_late": (("clock",), WORK, ""),  # O-4
    "cancel": (("client", "provider", "clock", "support"), OPEN, "cancelled"),  # O-12, O-15, O-24, M-11
    "begin": (("client",), ("planned",), "active"),  # M-7
    "stop": (("client", "clock", "support"), ("planned",), "stopped"),  # M-8, M-13
}

REQUEST_STATES = ("", "open", "accepted", "declined", "withdrawn", "expired", "lapsed")
# step: (the side that asked | the other side | clock | support, from where, to where)
REQUEST_TABLE = {
    "open": (("client", "provider"), ("",), "open"),
    "consent": (("client", "provider"), ("open",), "accepted"),
    "decline": (("client", "provider"), ("open",), "declined"),
    "withdraw": (("client", "provider"), ("open",), "withdrawn"),
    "expire": (("clock",), ("open",), "expired"),
    "lapse": (("client", "provider", "clock", "support"), ("open",), "lapsed"),  # DEC-34
}

OFFER_STATES = ("draft", "pending_approval", "published", "paused", "denied", "removed")
OFFER_TABLE = {
    "save": (("provider",), ("draft", "denied"), ""),  # F-1
    "submit": (("provider",), ("draft", "denied"), "pending_approval"),  # F-2
    "approve": (("staff",), ("pending_approval",), "published"),  # F-3
    "deny": (("staff",), ("pending_approval",), "denied"),  # F-4
    "pause": (("provider",), ("published",), "paused"),  # F-7
    "reactivate": (("provider",), ("paused",), "published"),  # F-8
    "edit": (("provider",), ("published", "paused"), "pending_approval"),  # F-9
    "remove": (("provider", "staff"), ("draft", "pending_approval", "published", "paused", "denied"), "removed"),
}

PARTIES = ("client", "provider", "support", "staff", "clock")


def verdict(table: dict, step: str, state: str, party: str) -> str:
    """The refusal's code, or "" when the step is allowed."""
    parties, starts, _ = table[step]
    if party not in parties:
        return "wrong_party"
    return "" if state in starts else "wrong_state"


def end(table: dict, step: str, state: str) -> str:
    """The state after the step."""
    return table[step][2] or state
