"""What rings: the rows of which somebody with an open page would like to know (see `house.live`).

A transaction that rings the same word twice is heard once; one that is rolled back is not heard.
"""

from django.db import migrations

RINGING = """
CREATE FUNCTION live_ring(person bigint, topic text) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('live', person || ' ' || topic)
$$;

CREATE FUNCTION live_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_ring(NEW.recipient_id, 'bell');
    RETURN NULL;
END $$;
CREATE TRIGGER live_notice_told AFTER INSERT ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION live_notice();
CREATE TRIGGER live_notice_read AFTER UPDATE OF read_at ON notices_notice
    FOR EACH ROW WHEN (OLD.read_at IS DISTINCT FROM NEW.read_at) EXECUTE FUNCTION live_notice();

CREATE FUNCTION live_talk(thread inbox_conversation) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    topic text := CASE WHEN thread.about = '' THEN 'talk:' || thread.id ELSE thread.about END;
BEGIN
    PERFORM live_ring(thread.a_id, topic);
    PERFORM live_ring(thread.b_id, topic);
END $$;

CREATE FUNCTION live_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_talk(thread) FROM inbox_conversation thread WHERE thread.id = NEW.conversation_id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_message_sent AFTER INSERT ON inbox_message
    FOR EACH ROW EXECUTE FUNCTION live_message();

-- Only the first look at what is new: who looks again because it rang must not ring in turn.
CREATE FUNCTION live_seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_talk(NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER live_message_seen AFTER UPDATE OF a_read_at, b_read_at ON inbox_conversation
    FOR EACH ROW WHEN (
        OLD.last_at = NEW.last_at AND (
            (NEW.a_read_at >= NEW.last_at AND COALESCE(OLD.a_read_at < OLD.last_at, true))
            OR (NEW.b_read_at >= NEW.last_at AND COALESCE(OLD.b_read_at < OLD.last_at, true))
        )
    ) EXECUTE FUNCTION live_seen();

CREATE FUNCTION live_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed orders_order;
BEGIN
    SELECT * INTO changed FROM orders_order WHERE id = NEW.order_id;
    PERFORM live_ring(changed.client_id, 'order:' || changed.number);
    PERFORM live_ring(changed.provider_id, 'order:' || changed.number);
    RETURN NULL;
END $$;
CREATE TRIGGER live_order_moved AFTER INSERT ON orders_orderevent
    FOR EACH ROW EXECUTE FUNCTION live_order();

CREATE FUNCTION live_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_ring((CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END), 'again');
    RETURN NULL;
END $$;
CREATE TRIGGER live_role_changed AFTER INSERT OR UPDATE OR DELETE ON people_staffrole
    FOR EACH ROW EXECUTE FUNCTION live_rights();

CREATE FUNCTION live_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_ring(NEW.id, 'again');
    RETURN NULL;
END $$;
CREATE TRIGGER live_standing_changed AFTER UPDATE OF standing, is_active, password ON people_user
    FOR EACH ROW WHEN (
        (OLD.standing, OLD.is_active, OLD.password) IS DISTINCT FROM (NEW.standing, NEW.is_active, NEW.password)
    ) EXECUTE FUNCTION live_standing();

CREATE FUNCTION live_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('live', '- ' || encode(sha256(OLD.session_key::bytea), 'hex'));
    RETURN NULL;
END $$;
CREATE TRIGGER live_session_over AFTER DELETE ON django_session
    FOR EACH ROW EXECUTE FUNCTION live_session();
"""

UNDO = """
DROP TRIGGER live_session_over ON django_session;
DROP TRIGGER live_standing_changed ON people_user;
DROP TRIGGER live_role_changed ON people_staffrole;
DROP TRIGGER live_order_moved ON orders_orderevent;
DROP TRIGGER live_message_seen ON inbox_conversation;
DROP TRIGGER live_message_sent ON inbox_message;
DROP TRIGGER live_notice_read ON notices_notice;
DROP TRIGGER live_notice_told ON notices_notice;
DROP FUNCTION live_session, live_standing, live_rights, live_order, live_seen, live_message, live_talk, live_notice,
    live_ring;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0001_initial"),
        ("notices", "0001_initial"),
        ("orders", "0001_initial"),
        ("people", "0001_initial"),
        ("sessions", "0001_initial"),
    ]
    operations = [migrations.RunSQL(RINGING, UNDO)]
