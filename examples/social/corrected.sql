-- The same network with its faults mended.

CREATE TABLE users (
    id $id,
    username varchar(40) NOT NULL,
    email varchar(255) NOT NULL,
    api_token_hash varchar(80) NOT NULL,
    is_email_verified $bool NOT NULL DEFAULT $false,
    role varchar(20) NOT NULL,
[postgres] settings jsonb,
[mysql] settings json,
[sqlite] settings TEXT CHECK (json_valid(settings) OR settings IS NULL),
    joined_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_username_key UNIQUE (username),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_role_check CHECK (role IN ('member', 'moderator', 'admin'))
);

CREATE TABLE profiles (
    user_id $ref PRIMARY KEY REFERENCES users (id)$cascade,
    display_name varchar(80) NOT NULL,
    bio varchar(500),
[mysql] FOREIGN KEY profiles_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
    is_private $bool NOT NULL DEFAULT $false
);

CREATE TABLE profile_links (
    user_id $ref NOT NULL REFERENCES profiles (user_id)$cascade,
    url varchar(200) NOT NULL,
[mysql] FOREIGN KEY profile_links_user_fk (user_id) REFERENCES profiles (user_id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, url)
);

CREATE TABLE profile_interests (
    user_id $ref NOT NULL REFERENCES profiles (user_id)$cascade,
    interest varchar(60) NOT NULL,
[mysql] FOREIGN KEY profile_interests_user_fk (user_id) REFERENCES profiles (user_id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, interest)
);

CREATE TABLE follows (
    follower_id $ref NOT NULL REFERENCES users (id)$cascade,
    followee_id $ref NOT NULL REFERENCES users (id)$cascade,
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY follows_follower_fk (follower_id) REFERENCES users (id) ON DELETE CASCADE,
[mysql] FOREIGN KEY follows_followee_fk (followee_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (follower_id, followee_id)
);
CREATE INDEX follows_followee_id_idx ON follows (followee_id);

CREATE TABLE posts (
    id $id,
    author_id $ref NOT NULL REFERENCES users (id)$cascade,
    reply_to_id $ref REFERENCES posts (id),
    body $text NOT NULL,
    visibility varchar(20) NOT NULL,
    like_count $int NOT NULL DEFAULT 0,
    view_count $int NOT NULL DEFAULT 0,
    is_pinned $bool NOT NULL DEFAULT $false,
    published_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY posts_author_fk (author_id) REFERENCES users (id) ON DELETE CASCADE,
[mysql] FOREIGN KEY posts_reply_fk (reply_to_id) REFERENCES posts (id),
    CONSTRAINT posts_visibility_check CHECK (visibility IN ('public', 'followers', 'private')),
    CONSTRAINT posts_view_count_check CHECK (view_count >= 0)
);
CREATE INDEX posts_author_id_published_at_idx ON posts (author_id, published_at);
CREATE INDEX posts_reply_to_id_idx ON posts (reply_to_id);

CREATE TABLE hashtags (
    id $id,
    tag varchar(60) NOT NULL,
    CONSTRAINT hashtags_tag_key UNIQUE (tag)
);

CREATE TABLE post_hashtags (
    post_id $ref NOT NULL REFERENCES posts (id)$cascade,
    hashtag_id $ref NOT NULL REFERENCES hashtags (id),
[mysql] FOREIGN KEY post_hashtags_post_fk (post_id) REFERENCES posts (id) ON DELETE CASCADE,
[mysql] FOREIGN KEY post_hashtags_hashtag_fk (hashtag_id) REFERENCES hashtags (id),
    PRIMARY KEY (post_id, hashtag_id)
);
CREATE INDEX post_hashtags_hashtag_id_idx ON post_hashtags (hashtag_id);

CREATE TABLE post_likes (
    user_id $ref NOT NULL REFERENCES users (id)$cascade,
    post_id $ref NOT NULL REFERENCES posts (id)$cascade,
[mysql] FOREIGN KEY post_likes_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
[mysql] FOREIGN KEY post_likes_post_fk (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX post_likes_post_id_idx ON post_likes (post_id);

CREATE TABLE messages (
    id $id,
    sender_id $ref NOT NULL REFERENCES users (id),
    recipient_id $ref NOT NULL REFERENCES users (id),
    body $text NOT NULL,
    state varchar(20) NOT NULL,
    sent_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY messages_sender_fk (sender_id) REFERENCES users (id),
[mysql] FOREIGN KEY messages_recipient_fk (recipient_id) REFERENCES users (id),
    CONSTRAINT messages_state_check CHECK (state IN ('sent', 'delivered', 'read'))
);
CREATE INDEX messages_sender_id_idx ON messages (sender_id);
CREATE INDEX messages_recipient_id_idx ON messages (recipient_id);

CREATE TABLE notifications (
    id $id,
    user_id $ref NOT NULL REFERENCES users (id)$cascade,
    is_read $bool NOT NULL DEFAULT $false,
    payload $text NOT NULL,
[mysql] FOREIGN KEY notifications_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX notifications_user_id_idx ON notifications (user_id);

CREATE TABLE campaigns (
    id $id,
    name varchar(100) NOT NULL,
    budget $money NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    CONSTRAINT campaigns_end_after_start_check CHECK (end_date >= start_date)
);

CREATE TABLE daily_metrics (
    metric_date date NOT NULL,
    campaign_id $ref NOT NULL REFERENCES campaigns (id),
    organic_views $int NOT NULL,
    paid_views $int NOT NULL,
    total_views $int GENERATED ALWAYS AS (organic_views + paid_views) STORED,
[mysql] FOREIGN KEY daily_metrics_campaign_fk (campaign_id) REFERENCES campaigns (id),
    PRIMARY KEY (campaign_id, metric_date)
);
