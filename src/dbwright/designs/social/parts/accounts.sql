{% from "public_schema.sql" import closed, opened %}
{% from "matching.sql" import matches, sha256, zero_or_one %}
{{ closed() }}
-- People, by the name that others address them by. What is known of them beyond it is in credentials and profiles.
CREATE TABLE users (
    id {{ t.id }} PRIMARY KEY,
    username {{ t.ascii(30) }} NOT NULL,  -- small letters, digits and underscores; never given to somebody else
    status {{ t.text(20) }} NOT NULL DEFAULT 'active',
    follower_count {{ t.integer }} NOT NULL DEFAULT 0,  -- accepted followers, counted by triggers
    followed_count {{ t.integer }} NOT NULL DEFAULT 0,  -- accepted follows of others, counted by triggers
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT users_username_key UNIQUE (username),
    CONSTRAINT users_username_check CHECK ({% if sqlite %}length(username) BETWEEN 3 AND 30 AND username NOT GLOB '*[^a-z0-9_]*'{% else %}{{ matches("username", "^[a-z0-9_]{3,30}$", "") }}{% endif %}),
    CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended', 'deactivated', 'erased')),
    CONSTRAINT users_counts_check CHECK (follower_count >= 0 AND followed_count >= 0)
);

{% if postgres %}
CREATE INDEX users_username_pattern_idx ON users (username text_pattern_ops);

{% endif %}
-- How a person logs in, apart from what others see. The row is deleted when the account is erased.
CREATE TABLE credentials (
    user_id {{ t.key }} NOT NULL,
    email {{ t.text(254) }} NOT NULL,  -- in small letters
    password_hash {{ t.ascii(200) }} NOT NULL,  -- with its algorithm and salt (Argon2id)
    email_verified_at {{ t.moment }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT credentials_pkey PRIMARY KEY (user_id),
    CONSTRAINT credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT credentials_email_key UNIQUE (email),
    CONSTRAINT credentials_email_check CHECK (email = lower(email) AND email LIKE '%_@_%')
);

{{ block("updated_at", "credentials", key=["user_id"]) }}

-- Pictures, films and sounds that somebody uploaded. The bytes lie in an object store; here is where, and what they are.
CREATE TABLE media (
    id {{ t.id }} PRIMARY KEY,
    owner_id {{ t.key }} NOT NULL,
    kind {{ t.text(10) }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'processing',
    media_type {{ t.ascii(100) }} NOT NULL,  -- such as image/webp
    byte_count {{ t.bigint }} NOT NULL,
    width {{ t.integer }},  -- in pixels
    height {{ t.integer }},  -- in pixels
    duration_ms {{ t.integer }},  -- of films and sounds, in milliseconds
    alternative_text {{ t.text(1000) }},  -- what it shows, for those who do not see it
    sha256 {{ t.ascii(64) }} NOT NULL,  -- digest of the bytes, in hexadecimal; the same picture uploaded twice has the same
    storage_key {{ t.ascii(300) }} NOT NULL,  -- the object's name in the store
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT media_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id),
    CONSTRAINT media_owner_id_id_key UNIQUE (owner_id, id),
    CONSTRAINT media_storage_key_key UNIQUE (storage_key),
    CONSTRAINT media_kind_check CHECK (kind IN ('image', 'video', 'audio')),
    CONSTRAINT media_status_check CHECK (status IN ('processing', 'ready', 'rejected')),
    CONSTRAINT media_byte_count_check CHECK (byte_count > 0),
    CONSTRAINT media_size_check CHECK (width > 0 AND height > 0),
    CONSTRAINT media_duration_ms_check CHECK (duration_ms > 0),
    CONSTRAINT media_sha256_check CHECK ({{ sha256("sha256") }})
);

CREATE INDEX media_sha256_idx ON media (sha256);

-- What a person shows of themselves, and to whom. The row is deleted when the account is erased.
CREATE TABLE profiles (
    user_id {{ t.key }} NOT NULL,
    display_name {{ t.text(80) }} NOT NULL,
    biography {{ t.text(500) }},
    place {{ t.text(100) }},  -- as the person writes it
    website_url {{ t.text(500) }},
    picture_id {{ t.key }},  -- a picture of their own
    visibility {{ t.text(20) }} NOT NULL DEFAULT 'public',  -- private: followers have to be accepted
    messages_from {{ t.text(20) }} NOT NULL DEFAULT 'everyone',  -- who may begin a direct conversation with them
    is_searchable {{ t.flag }} NOT NULL DEFAULT {{ t.true }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT profiles_pkey PRIMARY KEY (user_id),
    CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT profiles_user_id_picture_id_fkey FOREIGN KEY (user_id, picture_id) REFERENCES media (owner_id, id),
    CONSTRAINT profiles_display_name_check CHECK (display_name <> ''),
    CONSTRAINT profiles_visibility_check CHECK (visibility IN ('public', 'private')),
    CONSTRAINT profiles_messages_from_check CHECK (messages_from IN ('everyone', 'followed', 'nobody')){{ zero_or_one("profiles", "is_searchable") }}
);

CREATE INDEX profiles_user_id_picture_id_idx ON profiles (user_id, picture_id);

{{ block("updated_at", "profiles", key=["user_id"]) }}

-- down
{{ opened() }}
