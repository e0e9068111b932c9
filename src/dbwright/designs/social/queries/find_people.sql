-- People whose user name begins with some letters, for completing a mention.
-- with: beginning='an' beyond='ao' page_size=10
-- uses: {{ "users_username_pattern_idx" if postgres else "users_username_key" }}
SELECT users.id, users.username, profiles.display_name
FROM users
JOIN profiles ON profiles.user_id = users.id
{% if postgres %}
WHERE users.username LIKE :beginning || '%'
{% else %}
WHERE users.username >= :beginning AND users.username < :beyond
{% endif %}
    AND users.status = 'active' AND profiles.is_searchable{{ " = 1" if not postgres }}
ORDER BY users.username
LIMIT :page_size;
