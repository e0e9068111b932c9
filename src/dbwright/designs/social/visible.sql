{#- Whether `:viewer_id` may see a post. A private profile shows its posts to accepted followers; a block hides both from each other. -#}
{% macro visible(post) -%}
{{ post }}.status = 'published'
    AND ({{ post }}.author_id = :viewer_id
        OR {{ post }}.visibility = 'public'
            AND coalesce((SELECT visibility FROM profiles WHERE user_id = {{ post }}.author_id), 'public') = 'public'
        OR {{ post }}.visibility <> 'mentioned' AND (SELECT status FROM follows
            WHERE follower_id = :viewer_id AND followed_id = {{ post }}.author_id) = 'accepted'
        OR (SELECT user_id FROM mentions WHERE post_id = {{ post }}.id AND user_id = :viewer_id) IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocker_id = {{ post }}.author_id AND blocked_id = :viewer_id)
    AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocker_id = :viewer_id AND blocked_id = {{ post }}.author_id)
{%- endmacro %}
