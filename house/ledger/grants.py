"""The application's database role: it may add to the books and the diaries, never change them."""

from django.apps import AppConfig
from django.db import connections

ROLE = "house_app"
APPEND_ONLY = (
    "ledger_transfer",
    "ledger_entry",
    "ledger_link",
    "ledger_seal",
    "ledger_sealedhead",
    "orders_orderevent",
    "people_auditentry",
    "inbox_archived",
)

MAKE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
        CREATE ROLE {ROLE} NOLOGIN;
    END IF;
    EXECUTE format('GRANT {ROLE} TO %I', current_user);
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'the role {ROLE} is left to the operator (docs/operations.md)';
END $$;
"""


def grant(sender: AppConfig, using: str = "default", **kwargs: object) -> None:
    """After each migrate: rights on every table, and only INSERT and SELECT on the append-only ones."""
    with connections[using].cursor() as cursor:
        cursor.execute(MAKE_ROLE)
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {ROLE}")
