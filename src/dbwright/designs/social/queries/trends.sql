{% if sqlite %}
-- The plus sign keeps SQLite from walking all of the primary key to have its rows in groups.
{% endif %}
-- Hashtags that are used far more often than they were: uses since a moment, beside those in the time before it.
-- with: since='{{ "2099-01-08 00:00:00" if mysql else "2099-01-08T00:00:00.000Z" }}' before='{{ "2099-01-01 00:00:00" if mysql else "2099-01-01T00:00:00.000Z" }}' page_size=10
-- uses: hashtag_hours_hour_at_idx
SELECT hashtags.id, hashtags.name, counted.uses_now, counted.uses_before
FROM (
    SELECT hashtag_id,
        sum(CASE WHEN hour_at >= :since THEN use_count ELSE 0 END) AS uses_now,
        sum(CASE WHEN hour_at >= :since THEN 0 ELSE use_count END) AS uses_before
    FROM hashtag_hours
    WHERE hour_at >= :before
    GROUP BY {{ "+" if sqlite }}hashtag_id) AS counted
JOIN hashtags ON hashtags.id = counted.hashtag_id
WHERE counted.uses_now > 0
ORDER BY counted.uses_now * 1.0 / (counted.uses_before + 10) DESC, hashtags.id
LIMIT :page_size;
