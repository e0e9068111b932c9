{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
-- The messages of a conversation, newest first, for one who takes part in it.
-- with: before_id=9223372036854775807 page_size=50
{{ busiest("conversation_id", "messages", "conversation_id") }}
-- with viewer_id = SELECT min(user_id) FROM conversation_members WHERE conversation_id = :conversation_id
-- uses: messages_conversation_id_id_key, without sorting
SELECT messages.id, messages.sender_id, messages.reply_to_id, messages.body, messages.created_at, messages.edited_at
FROM messages{{ along("messages_conversation_id_id_key") }}
WHERE messages.conversation_id = :conversation_id AND messages.id < :before_id
    AND EXISTS (SELECT 1 FROM conversation_members
        WHERE conversation_id = :conversation_id AND user_id = :viewer_id AND left_at IS NULL)
ORDER BY messages.id DESC
LIMIT :page_size;
