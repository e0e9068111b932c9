{% import "macros.sql" as m with context %}
{% from "matching.sql" import sha256 %}
{% from "public_schema.sql" import closed, opened %}
{% if option.isolation == "database" %}
{{ closed() }}
{% endif %}
-- {{ "A person as a member of one organisation: what colleagues see." if m.mixed else "The organisation's members: what colleagues see." }}
CREATE TABLE members (
    {{ m.owner() -}}
    user_id {{ t.key }} NOT NULL,{{ "" if m.mixed else "  -- the person, as the provider's database numbers people" }}
    display_name {{ t.text(200) }} NOT NULL,
    job_title {{ t.text(100) }},
    deactivated_at {{ t.moment }},  -- since when this member may no longer enter; what they did stays theirs
    {{ m.times() -}}
    CONSTRAINT members_pkey PRIMARY KEY ({{ m.own }}user_id){{ "," if m.mixed }}
{% if m.mixed %}
    CONSTRAINT members_membership_fkey FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id)
{% endif %}
);
{{ block("updated_at", "members", key=["organization_id", "user_id"] if m.mixed else ["user_id"]) }}
{{ m.guarded("members") }}

-- What may be done, as a word that programs ask for. The same for all organisations.
CREATE TABLE permissions (
    id {{ t.id }},
    code {{ t.ascii(60) }} NOT NULL,
    description {{ t.text(200) }} NOT NULL,
    CONSTRAINT permissions_pkey PRIMARY KEY (id),
    CONSTRAINT permissions_code_key UNIQUE (code)
);
{{ m.readable("permissions") }}

-- Permissions that an organisation gives together.
CREATE TABLE roles (
    id {{ t.id }},
    {{ m.owner() -}}
    name {{ t.text(60) }} NOT NULL,
    description {{ t.text(200) }} NOT NULL,
    {{ m.times() -}}
    {{ m.target("roles") -}}
    CONSTRAINT roles_name_key UNIQUE ({{ m.own }}name),
    {{ m.belongs("roles") -}}
    CONSTRAINT roles_pkey PRIMARY KEY (id)
);
{{ block("updated_at", "roles") }}
{{ m.guarded("roles") }}

-- The permissions of a role.
CREATE TABLE role_permissions (
    {{ m.owner() -}}
    role_id {{ t.key }} NOT NULL,
    permission_id {{ t.key }} NOT NULL,
    CONSTRAINT role_permissions_role_id_fkey FOREIGN KEY ({{ m.own }}role_id) REFERENCES roles ({{ m.own }}id) ON DELETE CASCADE,
    CONSTRAINT role_permissions_permission_id_fkey FOREIGN KEY (permission_id) REFERENCES permissions (id),
    CONSTRAINT role_permissions_pkey PRIMARY KEY ({{ m.own }}role_id, permission_id)
);

CREATE INDEX role_permissions_permission_id_idx ON role_permissions (permission_id);
{{ m.guarded("role_permissions") }}

-- The roles of a member.
CREATE TABLE member_roles (
    {{ m.owner() -}}
    user_id {{ t.key }} NOT NULL,
    role_id {{ t.key }} NOT NULL,
    CONSTRAINT member_roles_user_id_fkey FOREIGN KEY ({{ m.own }}user_id) REFERENCES members ({{ m.own }}user_id) ON DELETE CASCADE,
    CONSTRAINT member_roles_role_id_fkey FOREIGN KEY ({{ m.own }}role_id) REFERENCES roles ({{ m.own }}id) ON DELETE CASCADE,
    CONSTRAINT member_roles_pkey PRIMARY KEY ({{ m.own }}user_id, role_id)
);

CREATE INDEX member_roles_role_id_idx ON member_roles ({{ m.own }}role_id);
{{ m.guarded("member_roles") }}

-- Invitations by e-mail. The link holds the token; the table holds its digest alone.
CREATE TABLE invitations (
    id {{ t.id }},
    {{ m.owner() -}}
    email {{ t.text(254) }} NOT NULL,
    role_id {{ t.key }} NOT NULL,  -- what the new member will be
    inviter_id {{ t.key }} NOT NULL,
    token_hash {{ t.ascii(64) }} NOT NULL,  -- SHA-256, in hexadecimal
    expires_at {{ t.moment }} NOT NULL,
    accepted_at {{ t.moment }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT invitations_token_hash_key UNIQUE (token_hash),
    CONSTRAINT invitations_role_id_fkey FOREIGN KEY ({{ m.own }}role_id) REFERENCES roles ({{ m.own }}id) ON DELETE CASCADE,
    CONSTRAINT invitations_inviter_id_fkey FOREIGN KEY ({{ m.own }}inviter_id) REFERENCES members ({{ m.own }}user_id),
    CONSTRAINT invitations_token_hash_check CHECK ({{ sha256("token_hash") }}),
    CONSTRAINT invitations_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT invitations_accepted_at_check CHECK (accepted_at >= created_at),
    CONSTRAINT invitations_pkey PRIMARY KEY (id)
);

CREATE INDEX invitations_role_id_idx ON invitations ({{ m.own }}role_id);
CREATE INDEX invitations_inviter_id_idx ON invitations ({{ m.own }}inviter_id);
CREATE INDEX invitations_expires_at_idx ON invitations (expires_at);
{{ m.guarded("invitations") }}

-- Keys with which programs of the organisation sign in. The table holds their digests alone.
CREATE TABLE api_keys (
    id {{ t.id }},
    {{ m.owner() -}}
    name {{ t.text(100) }} NOT NULL,
    role_id {{ t.key }} NOT NULL,  -- what a program with this key may do
    creator_id {{ t.key }} NOT NULL,
    key_prefix {{ t.ascii(12) }} NOT NULL,  -- its first characters, to recognise it by
    key_hash {{ t.ascii(64) }} NOT NULL,  -- SHA-256, in hexadecimal
    expires_at {{ t.moment }},
    revoked_at {{ t.moment }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash),
    CONSTRAINT api_keys_name_key UNIQUE ({{ m.own }}name),
    CONSTRAINT api_keys_role_id_fkey FOREIGN KEY ({{ m.own }}role_id) REFERENCES roles ({{ m.own }}id),
    CONSTRAINT api_keys_creator_id_fkey FOREIGN KEY ({{ m.own }}creator_id) REFERENCES members ({{ m.own }}user_id),
    CONSTRAINT api_keys_key_hash_check CHECK ({{ sha256("key_hash") }}),
    CONSTRAINT api_keys_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT api_keys_revoked_at_check CHECK (revoked_at >= created_at),
    CONSTRAINT api_keys_pkey PRIMARY KEY (id)
);

CREATE INDEX api_keys_role_id_idx ON api_keys ({{ m.own }}role_id);
CREATE INDEX api_keys_creator_id_idx ON api_keys ({{ m.own }}creator_id);
CREATE INDEX api_keys_expires_at_idx ON api_keys (expires_at);
{{ m.guarded("api_keys") }}
{% if m.mixed and not sqlite %}
{% if postgres %}

-- A program that signs in has nothing but its key, which tells the organisation.
CREATE POLICY api_keys_of_sign_in ON api_keys FOR SELECT TO saas_auth USING (true);
{% endif %}
GRANT SELECT ON api_keys TO saas_auth;
{% endif %}
{% if postgres and option.isolation == "database" %}

-- down
{{ opened() }}
{% endif %}
