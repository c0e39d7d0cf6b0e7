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

# Who is told; the side that took the step is not.
BOTH = ("client", "provider")
STAGE_TOLD = {
    "start": ("provider",),
    "remind": ("client",),
    "give_up": BOTH,
    "save_draft": (),
    "deliver": ("client",),
    "accept": BOTH,
    "revise": ("provider",),
    "note_late": BOTH,
    "note_very_late": BOTH,
    "cancel": BOTH,
    "begin": ("provider",),
    "stop": BOTH,  # MIL-15
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

# kind: (who may open it, while the stage is, hours until silence, what silence does)
ASKINGS = {
    "cancellation": (BOTH, OPEN, 48, "cancels"),  # CAN-01, CAN-03, O-11
    "progress_update": (("client",), WORK, 48, "cancels"),  # RES-08, RES-09, DEC-36
    "extension": (BOTH, WORK, 96, "lapses"),  # RES-04…06
    "scope_change": (("provider",), ("awaiting_requirements", *WORK), 48, "cancels"),  # RES-10, DEC-2, DEC-34
    "more_revisions": (("provider",), ("delivered", "in_revision"), 48, "lapses"),  # RES-11, AMB-3, DEC-34
    "ask_revisions": (("client",), ("delivered",), 48, "lapses"),  # DEC-32
    "partial_refund": (("provider",), ("delivered", "in_revision"), 48, "lapses"),  # DEC-12, DEC-34
    "extra": (("provider",), ("awaiting_requirements", *WORK), 48, "lapses"),  # EXT-14, DEC-35
}
PAUSING = ("cancellation",)  # AMB-10, DEC-33
DELIVERY_LAPSES = ("progress_update", "extension", "scope_change", "extra")  # DEC-34; an extra would be paid out undone
NOT_DECLINED = ("progress_update",)  # AMB-4: an update is given, or the work is delivered

QUOTE_STATES = ("sent", "accepted", "declined", "withdrawn", "expired", "lapsed")
QUOTE_TABLE = {  # 3.6, DEC-13
    "accept": (("client",), ("sent",), "accepted"),
    "decline": (("client",), ("sent",), "declined"),
    "withdraw": (("provider",), ("sent",), "withdrawn"),
    "expire": (("clock",), ("sent",), "expired"),
    "lapse": (("clock",), ("sent",), "lapsed"),  # its request has ended
}

REQUEST_OF_CLIENT_STATES = (
    "draft",
    "pending",
    "returned",
    "refused",
    "open",
    "paused",
    "found",
    "closed",
    "expired",
    "discarded",
)
REQUEST_OF_CLIENT_TABLE = {  # REQ, DEC-13
    "save": (("client",), ("draft", "returned"), ""),
    "submit": (("client",), ("draft", "returned"), "pending"),
    "discard": (("client",), ("draft", "returned", "pending"), "discarded"),
    "approve": (("staff",), ("pending",), "open"),
    "send_back": (("staff",), ("pending",), "returned"),
    "refuse": (("staff",), ("pending", "open", "paused"), "refused"),
    "pause": (("client",), ("open",), "paused"),
    "resume": (("client",), ("paused",), "open"),
    "find": (("client",), ("open", "paused", "expired"), "found"),
    "close": (("client",), ("open", "paused", "expired"), "closed"),
    "expire": (("clock",), ("open", "paused"), "expired"),
    "reopen": (("client",), ("found", "closed", "expired"), "open"),
}

COUPON_STATES = ("issued", "held", "used", "void")
COUPON_TABLE = {  # step: (from where, to where); DEC-31, COU-16
    "hold": ("issued", "held"),
    "use": ("held", "used"),
    "give_back": ("held", "issued"),
    "void": ("used", "void"),
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
