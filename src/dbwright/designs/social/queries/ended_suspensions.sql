-- People whose suspension has run out, and who have no other one: to be set to active.
-- with: page_size=100
SELECT DISTINCT users.id
FROM moderation_actions
JOIN users ON users.id = moderation_actions.user_id
WHERE moderation_actions.kind = 'suspension' AND moderation_actions.expires_at <= {{ t.now }} AND users.status = 'suspended'
    AND NOT EXISTS (
        SELECT 1 FROM moderation_actions AS other
        LEFT JOIN appeals ON appeals.moderation_action_id = other.id
        WHERE other.user_id = moderation_actions.user_id AND other.kind = 'suspension'
            AND (other.expires_at IS NULL OR other.expires_at > {{ t.now }})
            AND coalesce(appeals.status, 'open') <> 'overturned')
LIMIT :page_size;
