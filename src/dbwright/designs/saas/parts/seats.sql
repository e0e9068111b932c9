{% import "macros.sql" as m with context %}
{% from "guards.sql" import frozen %}
-- The number of members is kept in the row of the organisation. Those who join at the same time wait for each other there, and the
-- check on that row refuses whoever comes after the last seat.
{% if postgres %}
CREATE FUNCTION memberships_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    acting_for text;
    membership public.memberships;
    step integer;
BEGIN
    membership := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
    step := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
    {{ m.acting_for("membership") }}
    UPDATE public.organizations SET member_count = member_count + step WHERE id = membership.organization_id;
    PERFORM set_config('app.organization_id', coalesce(acting_for, ''), true);
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION memberships_count FROM PUBLIC;

CREATE TRIGGER memberships_counted
AFTER INSERT OR DELETE ON memberships
FOR EACH ROW EXECUTE FUNCTION memberships_count();

CREATE FUNCTION organizations_begin_empty() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.member_count := 0;
    RETURN NEW;
END
$$;

CREATE TRIGGER organizations_begin_empty
BEFORE INSERT ON organizations
FOR EACH ROW WHEN (NEW.member_count <> 0) EXECUTE FUNCTION organizations_begin_empty();
{% elif mysql %}

-- The lock that counting needs is taken before the one of the foreign key, or two who join at once would wait for each other.
CREATE TRIGGER memberships_wait
BEFORE INSERT ON memberships
FOR EACH ROW
BEGIN
    DECLARE locked bigint;
    SELECT count(*) INTO locked FROM organizations WHERE id = NEW.organization_id FOR UPDATE;
END;

CREATE TRIGGER memberships_counted_in
AFTER INSERT ON memberships
FOR EACH ROW
UPDATE organizations SET member_count = member_count + 1 WHERE id = NEW.organization_id;

CREATE TRIGGER memberships_counted_out
AFTER DELETE ON memberships
FOR EACH ROW
UPDATE organizations SET member_count = member_count - 1 WHERE id = OLD.organization_id;

CREATE TRIGGER organizations_begin_empty
BEFORE INSERT ON organizations
FOR EACH ROW
SET NEW.member_count = 0;
{% else %}

CREATE TRIGGER memberships_counted_in
AFTER INSERT ON memberships
FOR EACH ROW
BEGIN
    UPDATE organizations SET member_count = member_count + 1 WHERE id = NEW.organization_id;
END;

CREATE TRIGGER memberships_counted_out
AFTER DELETE ON memberships
FOR EACH ROW
BEGIN
    UPDATE organizations SET member_count = member_count - 1 WHERE id = OLD.organization_id;
END;

CREATE TRIGGER organizations_begin_empty
AFTER INSERT ON organizations
FOR EACH ROW WHEN NEW.member_count <> 0
BEGIN
    UPDATE organizations SET member_count = 0 WHERE id = NEW.id;
END;
{% endif %}

{{ frozen("memberships", ["organization_id", "user_id"]) }}
