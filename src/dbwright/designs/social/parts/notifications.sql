-- What somebody is told: who did what, to which post.
CREATE TABLE notifications (
    id {{ t.id }} PRIMARY KEY,
    recipient_id {{ t.key }} NOT NULL,
    actor_id {{ t.key }} NOT NULL,  -- who did it
    kind {{ t.text(20) }} NOT NULL,
    post_id {{ t.key }},  -- the post that was liked, repeated, quoted, or that answers or mentions
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    read_at {{ t.moment }},
    CONSTRAINT notifications_recipient_id_fkey FOREIGN KEY (recipient_id) REFERENCES users (id),
    CONSTRAINT notifications_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES users (id),
    CONSTRAINT notifications_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT notifications_kind_check CHECK (kind IN ('follow', 'follow_request', 'like', 'repost', 'quote', 'reply', 'mention')),
    CONSTRAINT notifications_post_id_check CHECK ((kind IN ('follow', 'follow_request')) = (post_id IS NULL)),
    CONSTRAINT notifications_not_oneself_check CHECK (actor_id <> recipient_id),
    CONSTRAINT notifications_read_at_check CHECK (read_at >= created_at)
);

CREATE INDEX notifications_recipient_id_id_idx ON notifications (recipient_id, id);
{% if mysql %}
CREATE INDEX notifications_recipient_id_read_at_idx ON notifications (recipient_id, read_at);
{% else %}
CREATE INDEX notifications_unread_idx ON notifications (recipient_id) WHERE read_at IS NULL;
{% endif %}
CREATE INDEX notifications_actor_id_idx ON notifications (actor_id);
CREATE INDEX notifications_post_id_idx ON notifications (post_id);

-- What somebody does not want to be told, and on which way; all else is told.
CREATE TABLE notification_refusals (
    user_id {{ t.key }} NOT NULL,
    kind {{ t.text(20) }} NOT NULL,
    channel {{ t.text(10) }} NOT NULL,
    CONSTRAINT notification_refusals_pkey PRIMARY KEY (user_id, kind, channel),
    CONSTRAINT notification_refusals_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT notification_refusals_kind_check CHECK (kind IN ('follow', 'follow_request', 'like', 'repost', 'quote', 'reply', 'mention')),
    CONSTRAINT notification_refusals_channel_check CHECK (channel IN ('site', 'email', 'push'))
);
