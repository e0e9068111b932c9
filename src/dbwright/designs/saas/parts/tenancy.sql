{% from "public_schema.sql" import closed, opened %}
{% from "roles.sql" import role %}
{% if postgres %}
{{ closed() }}
{% for name in ("saas_app", "saas_auth", "saas_operator") %}
{{ role(name) }}
{% endfor %}

CREATE FUNCTION current_organization() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.organization_id', true), '')::bigint $$;
COMMENT ON FUNCTION current_organization IS 'The organisation that the transaction works for; NULL, and so no row at all, where nobody said.';

CREATE FUNCTION current_app_user() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;
COMMENT ON FUNCTION current_app_user IS 'The person who is signed in; NULL where nobody is.';
{% elif mysql %}
{% for name in ("saas_views", "saas_app", "saas_auth", "saas_operator") %}
{{ role(name) }}
{% endfor %}

CREATE FUNCTION current_organization() RETURNS bigint
DETERMINISTIC NO SQL SQL SECURITY INVOKER
COMMENT 'The organisation that the session works for; NULL, and so no row at all, where nobody said.'
RETURN @organization_id;

CREATE FUNCTION current_app_user() RETURNS bigint
DETERMINISTIC NO SQL SQL SECURITY INVOKER
COMMENT 'The person who is signed in; NULL where nobody is.'
RETURN @user_id;

{% for function in ("current_organization", "current_app_user") %}
{% for role in ("saas_views", "saas_app", "saas_auth", "saas_operator") %}
GRANT EXECUTE ON FUNCTION {{ function }} TO {{ role }};
{% endfor %}
{% endfor %}
{% else %}
-- SQLite knows neither accounts nor sessions: the way in is tenancy.py, and the keys below hold for everybody.
SELECT 1;
{% endif %}
{% if postgres %}

-- down
{{ opened() }}
{% endif %}
