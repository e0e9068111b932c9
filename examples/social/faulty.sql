-- A social network as many are: it works, and carries the faults that dbwright is to find (see planted.toml).

CREATE TABLE users (
    id $id,
    username varchar(40) NOT NULL,
    email varchar(255) NOT NULL,
    api_token varchar(80) NOT NULL,
    email_verified varchar(5) NOT NULL,
    role varchar(20) NOT NULL,
    settings $text,
    joined_at $local NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_email_key UNIQUE (email)
);

CREATE TABLE profiles (
    user_id $ref PRIMARY KEY REFERENCES users (id)$cascade,
    display_name varchar(80) NOT NULL,
    bio varchar(500),
    link1 varchar(200),
    link2 varchar(200),
    link3 varchar(200),
    interests varchar(300),
[mysql] FOREIGN KEY profiles_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
    is_private $bool DEFAULT $false
);

CREATE TABLE follows (
    id $id,
    follower_id $ref NOT NULL REFERENCES users (id)$cascade,
    followee_id $ref NOT NULL REFERENCES users (id)$cascade,
[mysql] FOREIGN KEY follows_follower_fk (follower_id) REFERENCES users (id) ON DELETE CASCADE,
[mysql] FOREIGN KEY follows_followee_fk (followee_id) REFERENCES users (id) ON DELETE CASCADE,
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX follows_follower_id_idx ON follows (follower_id);
CREATE INDEX follows_followee_id_idx ON follows (followee_id);

CREATE TABLE posts (
    id $id,
    author_id $ref NOT NULL,
    reply_to_id $ref REFERENCES posts (id),
    body $text NOT NULL,
    visibility varchar(20) NOT NULL,
    like_count $int NOT NULL DEFAULT 0,
    view_count $int NOT NULL DEFAULT 0,
    is_pinned $bool NOT NULL DEFAULT $false,
    published_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP,
[mysql] FOREIGN KEY posts_reply_fk (reply_to_id) REFERENCES posts (id),
    CONSTRAINT posts_pinned_key UNIQUE (author_id, is_pinned, id),
    CONSTRAINT posts_view_count_check CHECK (view_count >= 0 OR view_count IS NOT NULL)
);
CREATE INDEX posts_author_id_published_at_idx ON posts (author_id, published_at);
CREATE INDEX posts_author_id_idx ON posts (author_id);
[mysql] CREATE INDEX posts_reply_to_id_idx ON posts (reply_to_id);

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
CREATE INDEX post_hashtags_post_id_idx ON post_hashtags (post_id);
CREATE INDEX post_hashtags_hashtag_id_idx ON post_hashtags (hashtag_id);

CREATE TABLE likes (
    id $id,
    user_id $ref NOT NULL REFERENCES users (id)$cascade,
    likeable_type varchar(20) NOT NULL,
[mysql] FOREIGN KEY likes_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
    likeable_id $ref NOT NULL
);
CREATE INDEX likes_user_id_idx ON likes (user_id);

CREATE TABLE messages (
    id $id,
    sender_id $ref NOT NULL REFERENCES users (id),
    recipient_id $ref NOT NULL REFERENCES users (id),
    body $text NOT NULL,
    state varchar(20) NOT NULL,
[mysql] FOREIGN KEY messages_sender_fk (sender_id) REFERENCES users (id),
[mysql] FOREIGN KEY messages_recipient_fk (recipient_id) REFERENCES users (id),
    sent_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX messages_sender_id_idx ON messages (sender_id);

CREATE TABLE notifications (
    id $id,
    user_id $ref NOT NULL REFERENCES users (id)$cascade,
    $q{read} $bool NOT NULL DEFAULT $false,
    payload $text NOT NULL,
[mysql] FOREIGN KEY notifications_user_fk (user_id) REFERENCES users (id) ON DELETE CASCADE,
    created_at $instant NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX notifications_user_id_idx ON notifications (user_id);
CREATE INDEX notifications_user_idx ON notifications (user_id);

CREATE TABLE campaigns (
    id $id,
    name varchar(100) NOT NULL,
    budget $float NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL
);

CREATE TABLE daily_metrics (
    metric_date date NOT NULL,
    campaign_id $ref NOT NULL REFERENCES campaigns (id),
    organic_views $int NOT NULL,
    paid_views $int NOT NULL,
[mysql] FOREIGN KEY daily_metrics_campaign_fk (campaign_id) REFERENCES campaigns (id),
    total_views $int NOT NULL
);
CREATE INDEX daily_metrics_campaign_id_idx ON daily_metrics (campaign_id);
