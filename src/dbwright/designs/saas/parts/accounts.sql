{% import "macros.sql" as m with context %}
{% from "matching.sql" import matches %}
-- People, once each, however many organisations they belong to.
CREATE TABLE users (
    id {{ t.id }},
    email {{ t.text(254) }} NOT NULL,  -- in small letters, so that nobody has it twice
    full_name {{ t.text(200) }} NOT NULL,
    locale {{ t.ascii(35) }} NOT NULL DEFAULT 'en',  -- BCP 47
    time_zone {{ t.ascii(64) }} NOT NULL DEFAULT 'UTC',  -- as the IANA database names it
    disabled_at {{ t.moment }},  -- since when this person may no longer sign in
    {{ m.times() -}}
    CONSTRAINT users_pkey PRIMARY KEY (id),
{% if not mysql %}
    CONSTRAINT users_email_check CHECK (email = lower(email)),
{% endif %}
    CONSTRAINT users_email_key UNIQUE (email)
);
{{ block("updated_at", "users") }}

-- How people prove who they are; apart from the people, since nobody but the sign-in service may read it.
CREATE TABLE user_credentials (
    user_id {{ t.key }} NOT NULL,
    password_hash {{ t.ascii(255) }} NOT NULL,  -- with its salt and parameters, as argon2id writes it
    changed_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT user_credentials_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- The tenants.
CREATE TABLE organizations (
    id {{ t.id }},
    slug {{ t.ascii(40) }} NOT NULL,  -- its name in addresses
    name {{ t.text(200) }} NOT NULL,
    status {{ t.ascii(20) }} NOT NULL DEFAULT 'active',
    seats {{ t.integer }} NOT NULL DEFAULT 5,  -- how many members it has paid for
    member_count {{ t.integer }} NOT NULL DEFAULT 0,  -- how many it has; triggers keep it, so that a check can hold it within the seats
    {{ m.times() -}}
    CONSTRAINT organizations_pkey PRIMARY KEY (id),
    CONSTRAINT organizations_slug_key UNIQUE (slug),
    CONSTRAINT organizations_slug_check CHECK ({% if sqlite %}slug GLOB '[a-z]*' AND slug NOT GLOB '*[^a-z0-9-]*' AND length(slug) BETWEEN 2 AND 40{% else %}{{ matches("slug", "^[a-z][a-z0-9-]{1,39}$", "") }}{% endif %}),
    CONSTRAINT organizations_status_check CHECK (status IN ('active', 'suspended', 'closed')),
    CONSTRAINT organizations_seats_check CHECK (seats > 0),
    CONSTRAINT organizations_member_count_check CHECK (member_count BETWEEN 0 AND seats)
);
{{ block("updated_at", "organizations") }}
{{ block("status_machine", "organizations", transitions={"active": ["suspended", "closed"], "suspended": ["active", "closed"], "closed": []}) }}
{{ m.guarded("organizations", app="SELECT", operator="SELECT, INSERT, UPDATE, DELETE", column="id") }}

-- Who belongs to which organisation: one person may belong to many.
CREATE TABLE memberships (
    {{ m.owner() -}}
    user_id {{ t.key }} NOT NULL,
    joined_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, user_id),
    {{ m.belongs("memberships") -}}
    CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE INDEX memberships_user_id_idx ON memberships (user_id);
{{ m.guarded("memberships", app="SELECT, INSERT, DELETE" if postgres else "SELECT, DELETE", operator="SELECT, INSERT, DELETE") }}
{% if postgres %}

-- Who joins does so in person: nobody learns a stranger's name and address by making them a member.
CREATE POLICY memberships_in_person ON memberships AS RESTRICTIVE FOR INSERT TO saas_app
WITH CHECK (user_id = (SELECT current_app_user()));
GRANT UPDATE (name) ON organizations TO saas_app;

-- Everybody sees where they belong, before an organisation is chosen; and whom they share the chosen one with.
CREATE POLICY memberships_of_user ON memberships FOR SELECT USING (user_id = (SELECT current_app_user()));
CREATE POLICY organizations_of_user ON organizations FOR SELECT
USING (id IN (SELECT organization_id FROM memberships WHERE user_id = (SELECT current_app_user())));

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY users_of_organization ON users FOR SELECT
USING (id IN (SELECT user_id FROM memberships WHERE organization_id = (SELECT current_organization())));
CREATE POLICY users_themselves ON users USING (id = (SELECT current_app_user()));
CREATE POLICY users_of_sign_in ON users TO saas_auth USING (true);
CREATE POLICY users_of_operators ON users TO saas_operator USING (true);

ALTER TABLE user_credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_credentials FORCE ROW LEVEL SECURITY;
CREATE POLICY user_credentials_of_sign_in ON user_credentials TO saas_auth USING (true);

GRANT SELECT, UPDATE (full_name, locale, time_zone) ON users TO saas_app;
GRANT SELECT, INSERT, UPDATE ON users TO saas_auth;
GRANT SELECT, UPDATE, DELETE ON users TO saas_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_credentials TO saas_auth;
{% elif mysql %}

-- Who joins does so in person, through this view: nobody learns a stranger's name and address by making them a member.
CREATE DEFINER = saas_views SQL SECURITY DEFINER VIEW my_memberships AS
SELECT * FROM memberships WHERE organization_id = current_organization() AND user_id = current_app_user()
WITH CASCADED CHECK OPTION;
GRANT SELECT, INSERT ON my_memberships TO saas_app;
GRANT UPDATE (name) ON own_organizations TO saas_app;

-- Where the person who is signed in belongs, before an organisation is chosen.
CREATE DEFINER = saas_views SQL SECURITY DEFINER VIEW my_organizations AS
SELECT o.id, o.slug, o.name, o.status, m.joined_at
FROM memberships AS m
JOIN organizations AS o ON o.id = m.organization_id
WHERE m.user_id = current_app_user();

-- The people whom the chosen organisation has as members, and oneself.
CREATE DEFINER = saas_views SQL SECURITY DEFINER VIEW own_users AS
SELECT u.id, u.email, u.full_name, u.locale, u.time_zone, u.disabled_at, u.created_at, u.updated_at
FROM users AS u
WHERE u.id = current_app_user()
OR EXISTS (SELECT 1 FROM memberships AS m WHERE m.organization_id = current_organization() AND m.user_id = u.id);

-- The person who is signed in.
CREATE DEFINER = saas_views SQL SECURITY DEFINER VIEW my_account AS
SELECT id, email, full_name, locale, time_zone FROM users WHERE id = current_app_user()
WITH CASCADED CHECK OPTION;

GRANT SELECT, UPDATE ON users TO saas_views;
GRANT SELECT ON my_organizations TO saas_app;
GRANT SELECT ON own_users TO saas_app;
GRANT SELECT, UPDATE (full_name, locale, time_zone) ON my_account TO saas_app;
GRANT SELECT, INSERT, UPDATE ON users TO saas_auth;
GRANT SELECT, UPDATE, DELETE ON users TO saas_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_credentials TO saas_auth;
{% endif %}
{% if postgres %}

-- down
DROP POLICY organizations_of_user ON organizations;
DROP POLICY users_of_organization ON users;
{% endif %}
