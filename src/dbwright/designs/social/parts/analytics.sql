-- What people do with posts, as it happens: very many small rows, in a part of the table for each month, which goes as a whole when it is old.
{% if mysql %}
-- No foreign keys: MySQL has none on partitioned tables.
{% endif %}
CREATE TABLE engagement_events (
    id {{ t.id }},
    occurred_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    post_id {{ t.key }} NOT NULL,
    user_id {{ t.key }},  -- NULL for somebody who is not logged in
    kind {{ t.text(10) }} NOT NULL,
    CONSTRAINT engagement_events_pkey PRIMARY KEY (id{{ ", occurred_at" if not sqlite }}),
{% if not mysql %}
    CONSTRAINT engagement_events_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id),
    CONSTRAINT engagement_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
{% endif %}
    CONSTRAINT engagement_events_kind_check CHECK (kind IN ('view', 'click', 'share'))
){{ " PARTITION BY RANGE (occurred_at)" if postgres }};

CREATE INDEX engagement_events_post_id_occurred_at_idx ON engagement_events (post_id, occurred_at);
CREATE INDEX engagement_events_user_id_idx ON engagement_events (user_id);

{{ block("partitions", "engagement_events", column="occurred_at", period="month", ahead=3, behind=1, keep=13, rollup="engagement_days",
    by={"post_id": t.key, "kind": t.text(10)}, references={"post_id": "posts (id)"}) }}
