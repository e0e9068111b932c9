-- Somebody has seen their notifications up to one.
-- with: viewer_id=1 last_id=1
UPDATE notifications
SET read_at = {{ t.now }}
WHERE recipient_id = :viewer_id AND id <= :last_id AND read_at IS NULL;
