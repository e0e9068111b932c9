{% from "public_schema.sql" import opened %}
{% if postgres %}
-- Before PostgreSQL 15 everyone may create objects in the schema public, and so put their own in the place of those that
-- functions with the rights of their owner look up.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

{% endif %}
-- Countries, by ISO 3166-1.
CREATE TABLE countries (
    code {{ t.fixed(2) }} NOT NULL PRIMARY KEY,
    name {{ t.text(80) }} NOT NULL,
    CONSTRAINT countries_name_key UNIQUE (name)
);

-- Currencies, by ISO 4217.
CREATE TABLE currencies (
    code {{ t.fixed(3) }} NOT NULL PRIMARY KEY,
    name {{ t.text(80) }} NOT NULL,
    minor_digits {{ t.small }} NOT NULL DEFAULT 2, -- decimal places of the smallest unit: 2 for the cent, 0 for the yen
    CONSTRAINT currencies_name_key UNIQUE (name),
    CONSTRAINT currencies_minor_digits_check CHECK (minor_digits BETWEEN 0 AND 4)
);

-- People with an account: customers and staff, told apart by their roles.
CREATE TABLE users (
    id {{ t.id }} PRIMARY KEY,
    email {{ t.text(254) }} NOT NULL, -- in lower case, so that one address is one account
    password_hash {{ t.text(200) }} NOT NULL, -- argon2id or bcrypt, made by the application
    first_name {{ t.text(80) }} NOT NULL,
    last_name {{ t.text(80) }} NOT NULL,
    phone {{ t.text(32) }},
    status {{ t.text(20) }} NOT NULL DEFAULT 'active',
    email_verified_at {{ t.moment }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT users_email_key UNIQUE (email),
    {% if not mysql %}
    CONSTRAINT users_email_check CHECK (email = lower(email)),
    {% endif %}
    CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended', 'closed'))
);
{{ block("updated_at", "users") }}

-- What somebody may do, as a word that the application asks for: orders.refund.
CREATE TABLE permissions (
    id {{ t.id }} PRIMARY KEY,
    code {{ t.text(60) }} NOT NULL,
    description {{ t.text(200) }} NOT NULL,
    CONSTRAINT permissions_code_key UNIQUE (code)
);

-- Permissions that are given together.
CREATE TABLE roles (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(60) }} NOT NULL,
    description {{ t.text(200) }} NOT NULL,
    CONSTRAINT roles_name_key UNIQUE (name)
);

-- The permissions of a role.
CREATE TABLE role_permissions (
    role_id {{ t.key }} NOT NULL,
    permission_id {{ t.key }} NOT NULL,
    PRIMARY KEY (role_id, permission_id),
    CONSTRAINT role_permissions_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT role_permissions_permission_id_fkey FOREIGN KEY (permission_id) REFERENCES permissions (id) ON DELETE CASCADE
);
CREATE INDEX role_permissions_permission_id_idx ON role_permissions (permission_id);

-- The roles of a user. A customer needs none.
CREATE TABLE user_roles (
    user_id {{ t.key }} NOT NULL,
    role_id {{ t.key }} NOT NULL,
    granted_by_id {{ t.key }}, -- who gave it; NULL for what was set up by a script
    granted_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    PRIMARY KEY (user_id, role_id),
    CONSTRAINT user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE RESTRICT,
    CONSTRAINT user_roles_granted_by_id_fkey FOREIGN KEY (granted_by_id) REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX user_roles_role_id_idx ON user_roles (role_id);
CREATE INDEX user_roles_granted_by_id_idx ON user_roles (granted_by_id);

-- The address book of a user. Orders keep copies of their own.
CREATE TABLE addresses (
    id {{ t.id }} PRIMARY KEY,
    user_id {{ t.key }} NOT NULL,
    recipient {{ t.text(160) }} NOT NULL,
    street {{ t.text(200) }} NOT NULL, -- with the house number
    building {{ t.text(100) }}, -- flat, floor, entrance
    city {{ t.text(100) }} NOT NULL,
    region {{ t.text(100) }},
    postal_code {{ t.text(20) }}, -- not every country has them
    country_code {{ t.fixed(2) }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT addresses_user_id_id_key UNIQUE (user_id, id),
    CONSTRAINT addresses_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT addresses_country_code_fkey FOREIGN KEY (country_code) REFERENCES countries (code)
);
CREATE INDEX addresses_country_code_idx ON addresses (country_code);
{{ block("updated_at", "addresses") }}

-- Where bills and parcels of a user go unless another address is chosen: one each, and always an own address.
CREATE TABLE default_addresses (
    user_id {{ t.key }} NOT NULL,
    purpose {{ t.text(20) }} NOT NULL,
    address_id {{ t.key }} NOT NULL,
    PRIMARY KEY (user_id, purpose),
    CONSTRAINT default_addresses_address_id_fkey FOREIGN KEY (user_id, address_id) REFERENCES addresses (user_id, id) ON DELETE CASCADE,
    CONSTRAINT default_addresses_purpose_check CHECK (purpose IN ('billing', 'shipping'))
);
CREATE INDEX default_addresses_user_id_address_id_idx ON default_addresses (user_id, address_id);
{% if postgres %}
-- down
{{ opened() }}
{% endif %}
