-- Counts the uses of hashtags anew in every hour since a moment, which must be the beginning of an hour. It can run as often as wanted.
-- with: since='{{ "2026-01-01 00:00:00" if mysql else "2026-01-01T00:00:00.000Z" }}'
{% if postgres %}
INSERT INTO hashtag_hours (hashtag_id, hour_at, use_count, author_count)
SELECT hashtag_posts.hashtag_id, date_trunc('hour', hashtag_posts.created_at), count(*), count(DISTINCT posts.author_id)
FROM hashtag_posts
JOIN posts ON posts.id = hashtag_posts.post_id
WHERE hashtag_posts.created_at >= :since AND posts.status = 'published' AND posts.visibility = 'public'
GROUP BY 1, 2
ON CONFLICT (hashtag_id, hour_at) DO UPDATE SET use_count = excluded.use_count, author_count = excluded.author_count;
{% elif mysql %}
INSERT INTO hashtag_hours (hashtag_id, hour_at, use_count, author_count)
SELECT * FROM (
    SELECT hashtag_posts.hashtag_id, CAST(date_format(hashtag_posts.created_at, '%Y-%m-%d %H:00:00') AS datetime(6)) AS hour_at,
        count(*) AS use_count, count(DISTINCT posts.author_id) AS author_count
    FROM hashtag_posts
    JOIN posts ON posts.id = hashtag_posts.post_id
    WHERE hashtag_posts.created_at >= :since AND posts.status = 'published' AND posts.visibility = 'public'
    GROUP BY hashtag_posts.hashtag_id, hour_at) AS counted
ON DUPLICATE KEY UPDATE use_count = counted.use_count, author_count = counted.author_count;
{% else %}
INSERT INTO hashtag_hours (hashtag_id, hour_at, use_count, author_count)
SELECT hashtag_posts.hashtag_id, strftime('%Y-%m-%dT%H:00:00.000Z', hashtag_posts.created_at), count(*), count(DISTINCT posts.author_id)
FROM hashtag_posts
JOIN posts ON posts.id = hashtag_posts.post_id
WHERE hashtag_posts.created_at >= :since AND posts.status = 'published' AND posts.visibility = 'public'
GROUP BY 1, 2
ON CONFLICT (hashtag_id, hour_at) DO UPDATE SET use_count = excluded.use_count, author_count = excluded.author_count;
{% endif %}
