-- What made-up rows do not show by themselves: a person, a thread, a post, a hashtag and a conversation with far more than a page of everything;
-- complaints of which most are closed; trends and days that are counted.
INSERT INTO posts (thread_id, author_id, body) SELECT 1, 1, 'One of many' FROM users WHERE id % 10 = 0;
INSERT INTO likes (user_id, post_id) SELECT id, 1 FROM users WHERE id % 10 = 0 AND id NOT IN (SELECT user_id FROM likes WHERE post_id = 1);
INSERT INTO follows (follower_id, followed_id)
    SELECT user_id, 1 FROM profiles WHERE user_id % 10 = 0 AND user_id NOT IN (SELECT follower_id FROM follows WHERE followed_id = 1);
INSERT INTO follows (follower_id, followed_id)
    SELECT 1, user_id FROM profiles WHERE user_id % 10 = 1 AND user_id <> 1 AND user_id NOT IN (SELECT followed_id FROM follows WHERE follower_id = 1);
INSERT INTO feed_entries (reader_id, post_id)
    SELECT 1, id FROM posts WHERE id % 60 = 0 AND id NOT IN (SELECT post_id FROM feed_entries WHERE reader_id = 1);
INSERT INTO mentions (post_id, user_id) SELECT id, 1 FROM posts WHERE id % 60 = 1 AND id NOT IN (SELECT post_id FROM mentions WHERE user_id = 1);
INSERT INTO bookmarks (user_id, post_id) SELECT 1, id FROM posts WHERE id % 60 = 2 AND id NOT IN (SELECT post_id FROM bookmarks WHERE user_id = 1);
INSERT INTO hashtag_posts (hashtag_id, post_id)
    SELECT 1, id FROM posts WHERE id % 60 = 3 AND id NOT IN (SELECT post_id FROM hashtag_posts WHERE hashtag_id = 1);
INSERT INTO conversation_members (conversation_id, user_id)
    SELECT id, 1 FROM conversations WHERE id % 5 = 1 AND id NOT IN (SELECT conversation_id FROM conversation_members WHERE user_id = 1);
INSERT INTO messages (conversation_id, sender_id, body) SELECT 1, 1, 'One of many' FROM users WHERE id % 10 = 0;
INSERT INTO notifications (recipient_id, actor_id, kind) SELECT 1, id, 'follow' FROM users WHERE id % 10 = 0 AND id <> 1;
UPDATE reports SET status = 'dismissed' WHERE id % 40 <> 0;
INSERT INTO engagement_days (day, post_id, kind, events)
    SELECT date(occurred_at), post_id, kind, count(*) FROM engagement_events GROUP BY date(occurred_at), post_id, kind;

{% set counted %}{% include "queries/refresh_trends.sql" %}{% endset %}
{{ counted | replace(":since", "'2000-01-01 00:00:00'") }}
{% if mysql %}
ANALYZE TABLE users, posts, threads, likes, follows, feed_entries, mentions, bookmarks, hashtag_posts, hashtag_hours, conversation_members, messages,
    notifications, reports, engagement_days;
{% else %}
ANALYZE;
{% endif %}
