{% from "roles.sql" import role, grant, revoke %}
{#- Who may do what to which tables: written once, granted on the way up and revoked on the way down. -#}
{% set rights = [
    ("social_app", "SELECT, INSERT, UPDATE", ["users", "credentials", "media", "profiles", "threads", "posts", "messages", "conversations",
        "notifications", "hashtags", "hashtag_hours"]),
    ("social_app", "SELECT, INSERT, UPDATE, DELETE", ["blocks", "mutes", "follows", "post_edits", "post_media", "mentions", "hashtag_posts", "likes",
        "reposts", "bookmarks", "feed_entries", "direct_conversations", "conversation_members", "message_reads", "message_media",
        "notification_refusals"]),
    ("social_app", "DELETE", ["credentials", "profiles"]),
    ("social_app", "SELECT, INSERT", ["reports", "appeals"]),
    ("social_app", "INSERT", ["engagement_events"]),
    ("social_app", "SELECT", ["moderators", "moderation_actions", "engagement_days"]),
    ("social_moderator", "SELECT", ["users", "profiles", "media", "threads", "posts", "post_edits", "post_media", "mentions", "messages", "moderators",
        "reports", "appeals"]),
    ("social_moderator", "SELECT, INSERT", ["moderation_actions"]),
    ("social_moderator", "UPDATE (status)", ["users", "posts", "reports"]),
    ("social_moderator", "UPDATE (locked_at, post_count)", ["threads"]),
    ("social_moderator", "UPDATE (status, decider_id, decided_at)", ["appeals"]),
    ("social_analyst", "SELECT", ["engagement_events", "engagement_days", "hashtags", "hashtag_hours"]),
] %}
{% for name in ("social_app", "social_moderator", "social_analyst") %}
{{ role(name) }}
{% endfor %}
{% for name, privileges, tables in rights %}
{{ grant(privileges, tables, name) }}
{% endfor %}

-- down
{% for name, privileges, tables in rights %}
{{ revoke(privileges, tables, name) }}
{% endfor %}
