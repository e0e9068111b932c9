-- Somebody has read a conversation up to a message. An older one changes nothing, whichever device says so last.
-- with: conversation_id=1 viewer_id=1 message_id=1
INSERT INTO message_reads (conversation_id, user_id, last_message_id)
VALUES (:conversation_id, :viewer_id, :message_id)
{% if mysql %}
ON DUPLICATE KEY UPDATE
    read_at = CASE WHEN last_message_id < :message_id THEN {{ t.now }} ELSE read_at END,
    last_message_id = greatest(last_message_id, :message_id);
{% else %}
ON CONFLICT (conversation_id, user_id) DO UPDATE
SET last_message_id = excluded.last_message_id, read_at = excluded.read_at
WHERE message_reads.last_message_id < excluded.last_message_id;
{% endif %}
