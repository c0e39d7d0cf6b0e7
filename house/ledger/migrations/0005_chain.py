"""The transfers of a subject form a hash chain; the moved heads are sealed together from time to time.

The database writes the link itself, at commit, from the entries that are really there: nobody has to remember it,
and no row is shared between subjects. `house.ledger.chain` recomputes all of it.
"""

from django.db import migrations, models
from django.db.models import PROTECT

import house.ledger.models

CHAIN = """
CREATE FUNCTION ledger_link_transfer(transfer bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t ledger_transfer;
    last ledger_link;
    legs text;
BEGIN
    SELECT * INTO STRICT t FROM ledger_transfer WHERE id = transfer;
    -- Two transfers of one subject wait for each other; those of two subjects do not meet.
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger ' || t.about, 0));
    SELECT * INTO last FROM ledger_link WHERE about = t.about ORDER BY number DESC LIMIT 1;
    SELECT string_agg(leg, E'\\n' ORDER BY leg COLLATE "C") INTO legs FROM (
        SELECT concat_ws(' ', a.kind, coalesce(a.owner_id::text, '-'), a.currency, e.amount) AS leg
          FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.transfer_id = t.id) AS each;
    INSERT INTO ledger_link (transfer_id, about, number, previous, hash) VALUES (
        t.id, t.about, coalesce(last.number, 0) + 1, coalesce(last.hash, ''),
        encode(sha256(convert_to(concat_ws(E'\\n', coalesce(last.hash, ''), t.about, coalesce(last.number, 0) + 1,
            t.key, t.kind, to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), legs), 'UTF8')), 'hex'));
END $$;

CREATE FUNCTION ledger_transfer_joins_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_link_transfer(NEW.id);
    RETURN NULL;
END $$;

SELECT ledger_link_transfer(id) FROM (SELECT id FROM ledger_transfer ORDER BY at, id) AS before;

-- By name it comes after ledger_transfer_balances: what is not whole gets no link.
CREATE CONSTRAINT TRIGGER ledger_transfer_joins_chain AFTER INSERT ON ledger_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transfer_joins_chain();
CREATE TRIGGER ledger_link_stays BEFORE UPDATE OR DELETE ON ledger_link
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER ledger_seal_stays BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER ledger_sealedhead_stays BEFORE UPDATE OR DELETE ON ledger_sealedhead
    FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE OR REPLACE FUNCTION ledger_entry_belongs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_transfer t
     WHERE t.id = NEW.transfer_id AND t.transaction_id = pg_current_xact_id()::text::bigint
       AND NOT EXISTS (SELECT FROM ledger_link l WHERE l.transfer_id = t.id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an entry is written in the transaction that makes its transfer, before its hash'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

UNDO = """
DROP TRIGGER ledger_transfer_joins_chain ON ledger_transfer;
DROP TRIGGER ledger_link_stays ON ledger_link;
DROP TRIGGER ledger_seal_stays ON ledger_seal;
DROP TRIGGER ledger_sealedhead_stays ON ledger_sealedhead;
DROP FUNCTION ledger_transfer_joins_chain, ledger_link_transfer;
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
"""

BIG = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_entries_balance")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", BIG),
                ("at", models.DateTimeField()),
                ("until", models.BigIntegerField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("root", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", BIG),
                ("transfer", models.OneToOneField(on_delete=PROTECT, related_name="link", to="ledger.transfer")),
                ("about", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "transaction_id",
                    models.BigIntegerField(
                        db_default=house.ledger.models.CurrentTransaction(), db_index=True, editable=False
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("about", "number"), name="one_chain_per_subject")]
            },
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                ("id", BIG),
                ("about", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("seal", models.ForeignKey(on_delete=PROTECT, related_name="heads", to="ledger.seal")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("seal", "about"), name="one_head_per_seal")]},
        ),
        migrations.RunSQL(CHAIN, UNDO),
    ]
