{% from "rejections.sql" import reject_when, share, committed %}
{% from "between.sql" import blocked %}
-- Conversations in public: a post with all that answers it, and the answers to those.
CREATE TABLE threads (
    id {{ t.id }} PRIMARY KEY,
    answers_from {{ t.text(20) }} NOT NULL DEFAULT 'everyone',  -- who may answer, as its first author decided
    post_count {{ t.integer }} NOT NULL DEFAULT 0,  -- posts in the thread, deleted ones too; counted by triggers
    locked_at {{ t.moment }},  -- since when nobody may answer any more
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT threads_answers_from_check CHECK (answers_from IN ('everyone', 'followers', 'mentioned')),
    CONSTRAINT threads_post_count_check CHECK (post_count >= 0)
);

-- What people write. A deleted post loses its text and keeps its place, so that the answers to it keep theirs.
CREATE TABLE posts (
    id {{ t.id }} PRIMARY KEY,
    thread_id {{ t.key }} NOT NULL,
    author_id {{ t.key }} NOT NULL,
    reply_to_id {{ t.key }},  -- the post that it answers, in the same thread; NULL for the first one
    quoted_post_id {{ t.key }},  -- the post that it repeats with words of its own
    status {{ t.text(20) }} NOT NULL DEFAULT 'published',
    visibility {{ t.text(20) }} NOT NULL DEFAULT 'public',
    body {{ t.text(5000) }},  -- NULL once it is deleted; moderators' removals keep it for the appeal
    like_count {{ t.integer }} NOT NULL DEFAULT 0,  -- counted by triggers
    repost_count {{ t.integer }} NOT NULL DEFAULT 0,  -- counted by triggers
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT posts_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES threads (id),
    CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id),
    CONSTRAINT posts_thread_id_id_key UNIQUE (thread_id, id),
    CONSTRAINT posts_thread_id_reply_to_id_fkey FOREIGN KEY (thread_id, reply_to_id) REFERENCES posts (thread_id, id),
    CONSTRAINT posts_quoted_post_id_fkey FOREIGN KEY (quoted_post_id) REFERENCES posts (id),
    CONSTRAINT posts_status_check CHECK (status IN ('published', 'removed', 'deleted')),
    CONSTRAINT posts_visibility_check CHECK (visibility IN ('public', 'followers', 'mentioned')),
    CONSTRAINT posts_body_check CHECK ((status = 'deleted') = (body IS NULL)),
    CONSTRAINT posts_counts_check CHECK (like_count >= 0 AND repost_count >= 0)
{%- if not mysql %},
    CONSTRAINT posts_not_itself_check CHECK (reply_to_id <> id AND quoted_post_id <> id)
{%- endif %}

);

CREATE INDEX posts_author_id_id_idx ON posts (author_id, id);
CREATE INDEX posts_thread_id_reply_to_id_idx ON posts (thread_id, reply_to_id);
CREATE INDEX posts_quoted_post_id_idx ON posts (quoted_post_id);

{{ block("counter", "threads", child="posts", by=["thread_id"], column="post_count") }}

{% if mysql %}
{{ reject_when("posts_not_itself", "posts", "A post cannot answer or quote itself.",
    "NEW.reply_to_id = NEW.id OR NEW.quoted_post_id = NEW.id", on_update="reply_to_id") }}

{#- MySQL 9.7 does not check the foreign key on insert, because it leads over two columns from the table to itself. #}
{{ reject_when("posts_answer_in_their_thread", "posts", "The post that is answered is not in this thread.",
    "NEW.reply_to_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM posts AS answered WHERE answered.thread_id = NEW.thread_id AND answered.id = NEW.reply_to_id" ~ committed() ~ ")") }}

{% endif %}
{{ reject_when("posts_not_blocked", "posts", "One of the two has blocked the other.",
    "(NEW.reply_to_id IS NOT NULL OR NEW.quoted_post_id IS NOT NULL) AND EXISTS (
        SELECT 1 FROM posts AS other
        JOIN blocks ON (blocker_id = other.author_id AND blocked_id = NEW.author_id)
            OR (blocker_id = NEW.author_id AND blocked_id = other.author_id)
        WHERE other.id IN (NEW.reply_to_id, NEW.quoted_post_id)" ~ committed() ~ ")",
    share("users", "id = NEW.author_id")) }}

{{ reject_when("posts_not_in_locked_threads", "posts", "The thread is locked.",
    "EXISTS (SELECT 1 FROM threads WHERE id = NEW.thread_id AND locked_at IS NOT NULL" ~ committed() ~ ")",
    share("threads", "id = NEW.thread_id")) }}

-- What a post said before it was edited.
CREATE TABLE post_edits (
    post_id {{ t.key }} NOT NULL,
    edited_at {{ t.moment }} NOT NULL,
    former_body {{ t.text(5000) }} NOT NULL,
    CONSTRAINT post_edits_pkey PRIMARY KEY (post_id, edited_at),
    CONSTRAINT post_edits_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
);

{% set kept = "INSERT INTO post_edits (post_id, edited_at, former_body) VALUES (OLD.id, " ~ ("clock_timestamp()" if postgres else "sysdate(6)" if mysql else t.now) ~ ", OLD.body);" %}
{% set forgotten = "DELETE FROM post_edits WHERE post_id = OLD.id;
        DELETE FROM post_media WHERE post_id = OLD.id;" %}
{% if postgres %}
CREATE FUNCTION posts_keep_edits() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF NEW.body IS NULL THEN
        {{ forgotten }}
    ELSE
        {{ kept }}
    END IF;
    RETURN NULL;
END
$function$;

CREATE TRIGGER posts_keep_edits AFTER UPDATE OF body ON posts
FOR EACH ROW WHEN (OLD.body IS NOT NULL AND OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION posts_keep_edits();
{% elif mysql %}
CREATE TRIGGER posts_keep_edits AFTER UPDATE ON posts FOR EACH ROW
BEGIN
    IF NEW.body IS NULL THEN
        {{ forgotten }}
    ELSEIF NOT (CAST(OLD.body AS binary) <=> CAST(NEW.body AS binary)) AND OLD.body IS NOT NULL THEN
        {{ kept }}
    END IF;
END;
{% else %}
CREATE TRIGGER posts_keep_edits AFTER UPDATE OF body ON posts FOR EACH ROW
WHEN OLD.body <> NEW.body
BEGIN
    {{ kept }}
END;

CREATE TRIGGER posts_forget_edits AFTER UPDATE OF body ON posts FOR EACH ROW
WHEN NEW.body IS NULL
BEGIN
    {{ forgotten }}
END;
{% endif %}

-- The pictures, films and sounds of a post, in their order.
CREATE TABLE post_media (
    post_id {{ t.key }} NOT NULL,
    position {{ t.small }} NOT NULL,
    media_id {{ t.key }} NOT NULL,
    CONSTRAINT post_media_pkey PRIMARY KEY (post_id, position),
    CONSTRAINT post_media_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT post_media_media_id_fkey FOREIGN KEY (media_id) REFERENCES media (id),
    CONSTRAINT post_media_media_id_post_id_key UNIQUE (media_id, post_id),
    CONSTRAINT post_media_position_check CHECK (position BETWEEN 1 AND 10)
);

-- Whom a post names.
CREATE TABLE mentions (
    post_id {{ t.key }} NOT NULL,
    user_id {{ t.key }} NOT NULL,
    CONSTRAINT mentions_pkey PRIMARY KEY (post_id, user_id),
    CONSTRAINT mentions_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT mentions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE INDEX mentions_user_id_post_id_idx ON mentions (user_id, post_id);

-- Words behind a number sign, each of them once, in small letters.
CREATE TABLE hashtags (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(100) }} NOT NULL,  -- without the number sign
    CONSTRAINT hashtags_name_key UNIQUE (name),
    CONSTRAINT hashtags_name_check CHECK (name <> '' AND name = lower(name) AND name NOT LIKE '%#%' AND name NOT LIKE '% %')
);

-- Which hashtags a post has. Posts are numbered in the order they come, so the key is the order of a hashtag's page.
CREATE TABLE hashtag_posts (
    hashtag_id {{ t.key }} NOT NULL,
    post_id {{ t.key }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT hashtag_posts_pkey PRIMARY KEY (hashtag_id, post_id),
    CONSTRAINT hashtag_posts_hashtag_id_fkey FOREIGN KEY (hashtag_id) REFERENCES hashtags (id),
    CONSTRAINT hashtag_posts_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
);

CREATE INDEX hashtag_posts_post_id_idx ON hashtag_posts (post_id);
CREATE INDEX hashtag_posts_created_at_idx ON hashtag_posts (created_at);

-- How often each hashtag was used in each hour: what the list of trends is made from. Filled by queries/refresh_trends.sql.
CREATE TABLE hashtag_hours (
    hashtag_id {{ t.key }} NOT NULL,
    hour_at {{ t.moment }} NOT NULL,  -- when the hour begins
    use_count {{ t.integer }} NOT NULL,
    author_count {{ t.integer }} NOT NULL,  -- by how many people; one who writes all of it is no trend
    CONSTRAINT hashtag_hours_pkey PRIMARY KEY (hashtag_id, hour_at),
    CONSTRAINT hashtag_hours_hashtag_id_fkey FOREIGN KEY (hashtag_id) REFERENCES hashtags (id),
    CONSTRAINT hashtag_hours_counts_check CHECK (use_count >= author_count AND author_count > 0)
);

CREATE INDEX hashtag_hours_hour_at_idx ON hashtag_hours (hour_at);
