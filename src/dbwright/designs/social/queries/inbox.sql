{% from "tried.sql" import busiest %}
-- Somebody's conversations with their last message and the number of messages not read yet, the last one written first.
-- with: page_size=50
{{ busiest("viewer_id", "conversation_members", "user_id") }}
-- uses: conversation_members_user_id_conversation_id_idx messages_conversation_id_id_key
SELECT own.conversation_id, own.last_message_id, messages.sender_id, messages.body, messages.created_at,
    (SELECT count(*) FROM messages AS unread
        WHERE unread.conversation_id = own.conversation_id AND unread.id > own.read_id AND unread.sender_id <> :viewer_id) AS unread_count
FROM (
    SELECT conversation_members.conversation_id,
        (SELECT max(id) FROM messages WHERE messages.conversation_id = conversation_members.conversation_id) AS last_message_id,
        coalesce(message_reads.last_message_id, 0) AS read_id
    FROM conversation_members
    LEFT JOIN message_reads ON message_reads.conversation_id = conversation_members.conversation_id
        AND message_reads.user_id = conversation_members.user_id
    WHERE conversation_members.user_id = :viewer_id AND conversation_members.left_at IS NULL) AS own
JOIN messages ON messages.id = own.last_message_id
ORDER BY own.last_message_id DESC
LIMIT :page_size;
