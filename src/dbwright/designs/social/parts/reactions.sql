{% from "rejections.sql" import reject_when, share, committed %}
{% from "between.sql" import blocked %}
-- Who likes which post.
CREATE TABLE likes (
    user_id {{ t.key }} NOT NULL,
    post_id {{ t.key }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT likes_pkey PRIMARY KEY (user_id, post_id),
    CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id)
);

CREATE INDEX likes_post_id_user_id_idx ON likes (post_id, user_id);

-- Posts that somebody repeated as they are.
CREATE TABLE reposts (
    user_id {{ t.key }} NOT NULL,
    post_id {{ t.key }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT reposts_pkey PRIMARY KEY (user_id, post_id),
    CONSTRAINT reposts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT reposts_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id)
);

CREATE INDEX reposts_post_id_user_id_idx ON reposts (post_id, user_id);

-- Posts that somebody wants to find again; nobody else sees them.
CREATE TABLE bookmarks (
    id {{ t.id }} PRIMARY KEY,
    user_id {{ t.key }} NOT NULL,
    post_id {{ t.key }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT bookmarks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT bookmarks_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id),
    CONSTRAINT bookmarks_post_id_user_id_key UNIQUE (post_id, user_id)
);

CREATE INDEX bookmarks_user_id_id_idx ON bookmarks (user_id, id);

{{ block("counter", "posts", child="likes", by=["post_id"], column="like_count") }}

{{ block("counter", "posts", child="reposts", by=["post_id"], column="repost_count") }}

{% for table in ["likes", "reposts"] %}
{{ reject_when(table ~ "_not_blocked", table, "One of the two has blocked the other.",
    "EXISTS (
        SELECT 1 FROM posts
        JOIN blocks ON (blocker_id = posts.author_id AND blocked_id = NEW.user_id)
            OR (blocker_id = NEW.user_id AND blocked_id = posts.author_id)
        WHERE posts.id = NEW.post_id" ~ committed() ~ ")",
    share("users", "id = NEW.user_id")) }}

{% endfor %}
