{% from "rejections.sql" import reject_when, committed, share, alone %}
{% from "between.sql" import blocked %}
-- Who keeps whom away. It holds both ways: neither can follow, like, answer or write to the other.
CREATE TABLE blocks (
    blocker_id {{ t.key }} NOT NULL,
    blocked_id {{ t.key }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT blocks_pkey PRIMARY KEY (blocker_id, blocked_id),
    CONSTRAINT blocks_blocker_id_fkey FOREIGN KEY (blocker_id) REFERENCES users (id),
    CONSTRAINT blocks_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES users (id),
    CONSTRAINT blocks_not_oneself_check CHECK (blocker_id <> blocked_id)
);

CREATE INDEX blocks_blocked_id_idx ON blocks (blocked_id);

-- Whose posts somebody does not want to see for a while; the other does not learn of it.
CREATE TABLE mutes (
    muter_id {{ t.key }} NOT NULL,
    muted_id {{ t.key }} NOT NULL,
    expires_at {{ t.moment }},  -- NULL: until it is taken back
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT mutes_pkey PRIMARY KEY (muter_id, muted_id),
    CONSTRAINT mutes_muter_id_fkey FOREIGN KEY (muter_id) REFERENCES users (id),
    CONSTRAINT mutes_muted_id_fkey FOREIGN KEY (muted_id) REFERENCES users (id),
    CONSTRAINT mutes_not_oneself_check CHECK (muter_id <> muted_id),
    CONSTRAINT mutes_expires_at_check CHECK (expires_at > created_at)
);

CREATE INDEX mutes_muted_id_idx ON mutes (muted_id);
CREATE INDEX mutes_expires_at_idx ON mutes (expires_at);

-- Who follows whom, or has asked to follow somebody whose profile is private.
CREATE TABLE follows (
    follower_id {{ t.key }} NOT NULL,
    followed_id {{ t.key }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'accepted',
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT follows_pkey PRIMARY KEY (follower_id, followed_id),
    CONSTRAINT follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (id),
    CONSTRAINT follows_followed_id_fkey FOREIGN KEY (followed_id) REFERENCES users (id),
    CONSTRAINT follows_status_check CHECK (status IN ('requested', 'accepted')),
    CONSTRAINT follows_not_oneself_check CHECK (follower_id <> followed_id)
);

CREATE INDEX follows_followed_id_follower_id_idx ON follows (followed_id, follower_id);

{{ block("counter", "users", child="follows", by=["followed_id"], column="follower_count", where="status = 'accepted'") }}

{{ block("counter", "users", child="follows", by=["follower_id"], column="followed_count", where="status = 'accepted'") }}

{{ reject_when("follows_not_blocked", "follows", "One of the two has blocked the other.",
    blocked("NEW.follower_id", "NEW.followed_id"), share("users", "id = NEW.follower_id")) }}

{{ reject_when("follows_of_private_profiles", "follows", "The profile is private: ask first, with status requested.",
    "NEW.status = 'accepted' AND EXISTS (SELECT 1 FROM profiles WHERE user_id = NEW.followed_id AND visibility = 'private')") }}

{% if postgres %}
CREATE FUNCTION blocks_end_follows() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    {{ alone("users", "id IN (NEW.blocker_id, NEW.blocked_id)", "id") }}
    DELETE FROM follows
    WHERE (follower_id, followed_id) IN ((NEW.blocker_id, NEW.blocked_id), (NEW.blocked_id, NEW.blocker_id));
    RETURN NEW;
END
$function$;

CREATE TRIGGER blocks_end_follows BEFORE INSERT ON blocks
FOR EACH ROW EXECUTE FUNCTION blocks_end_follows();
{% elif mysql %}
CREATE TRIGGER blocks_end_follows BEFORE INSERT ON blocks FOR EACH ROW
BEGIN
    DECLARE locked bigint;
    {{ alone("users", "id IN (NEW.blocker_id, NEW.blocked_id)", "id") }}
    DELETE FROM follows WHERE follower_id = NEW.blocker_id AND followed_id = NEW.blocked_id;
    DELETE FROM follows WHERE follower_id = NEW.blocked_id AND followed_id = NEW.blocker_id;
END;
{% else %}
CREATE TRIGGER blocks_end_follows BEFORE INSERT ON blocks FOR EACH ROW
BEGIN
    DELETE FROM follows WHERE follower_id = NEW.blocker_id AND followed_id = NEW.blocked_id;
    DELETE FROM follows WHERE follower_id = NEW.blocked_id AND followed_id = NEW.blocker_id;
END;
{% endif %}
