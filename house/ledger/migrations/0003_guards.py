"""The database guards the books: a transfer is whole, balanced, and never changed."""

from django.db import migrations

GUARDS = """
CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION ledger_entry_belongs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_transfer t
     WHERE t.id = NEW.transfer_id AND t.transaction_id = pg_current_xact_id()::text::bigint;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an entry is written in the transaction that makes its transfer'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ledger_transfer_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entries int;
    total numeric;
    currencies int;
BEGIN
    SELECT count(*), coalesce(sum(e.amount), 0), count(DISTINCT a.currency)
      INTO entries, total, currencies
      FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
     WHERE e.transfer_id = NEW.id;
    IF entries < 2 OR total <> 0 OR currencies <> 1 THEN
        RAISE EXCEPTION 'transfer % has % entries that sum to % in % currencies', NEW.key, entries, total, currencies
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_transfer_balances AFTER INSERT ON ledger_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transfer_balances();
CREATE TRIGGER ledger_entry_belongs BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_belongs();
CREATE TRIGGER ledger_transfer_stays BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
"""

UNDO = """
DROP TRIGGER ledger_entry_stays ON ledger_entry;
DROP TRIGGER ledger_transfer_stays ON ledger_transfer;
DROP TRIGGER ledger_entry_belongs ON ledger_entry;
DROP TRIGGER ledger_transfer_balances ON ledger_transfer;
DROP FUNCTION ledger_transfer_balances, ledger_entry_belongs;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_initial")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
