{% from "rejections.sql" import reject_when, share, committed %}
{% from "between.sql" import blocked %}
-- Conversations in private: between two people, or in a group.
CREATE TABLE conversations (
    id {{ t.id }} PRIMARY KEY,
    kind {{ t.text(10) }} NOT NULL,
    starter_id {{ t.key }} NOT NULL,  -- who began it
    title {{ t.text(100) }},  -- of groups
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT conversations_starter_id_fkey FOREIGN KEY (starter_id) REFERENCES users (id),
    CONSTRAINT conversations_kind_check CHECK (kind IN ('direct', 'group')),
    CONSTRAINT conversations_title_check CHECK (kind = 'group' OR title IS NULL)
);

CREATE INDEX conversations_starter_id_idx ON conversations (starter_id);

-- The two people of a direct conversation, the smaller number first: one conversation for each pair.
CREATE TABLE direct_conversations (
    conversation_id {{ t.key }} NOT NULL,
    first_user_id {{ t.key }} NOT NULL,
    second_user_id {{ t.key }} NOT NULL,
    CONSTRAINT direct_conversations_pkey PRIMARY KEY (conversation_id),
    CONSTRAINT direct_conversations_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE,
    CONSTRAINT direct_conversations_first_user_id_fkey FOREIGN KEY (first_user_id) REFERENCES users (id),
    CONSTRAINT direct_conversations_second_user_id_fkey FOREIGN KEY (second_user_id) REFERENCES users (id),
    CONSTRAINT direct_conversations_first_user_id_second_user_id_key UNIQUE (first_user_id, second_user_id),
    CONSTRAINT direct_conversations_order_check CHECK (first_user_id < second_user_id)
);

CREATE INDEX direct_conversations_second_user_id_idx ON direct_conversations (second_user_id);

{{ reject_when("direct_conversations_not_blocked", "direct_conversations", "One of the two has blocked the other.",
    blocked("NEW.first_user_id", "NEW.second_user_id"), share("users", "id IN (NEW.first_user_id, NEW.second_user_id)")) }}

{{ reject_when("direct_conversations_welcome", "direct_conversations", "The other does not take messages from this person.",
    "EXISTS (
        SELECT 1 FROM conversations
        JOIN profiles ON profiles.user_id IN (NEW.first_user_id, NEW.second_user_id) AND profiles.user_id <> conversations.starter_id
        WHERE conversations.id = NEW.conversation_id
            AND (profiles.messages_from = 'nobody' OR profiles.messages_from = 'followed' AND NOT EXISTS (
                SELECT 1 FROM follows
                WHERE follower_id = profiles.user_id AND followed_id = conversations.starter_id AND status = 'accepted')))") }}

-- Who takes part in a conversation. Who leaves keeps the row, for what they wrote refers to it.
CREATE TABLE conversation_members (
    conversation_id {{ t.key }} NOT NULL,
    user_id {{ t.key }} NOT NULL,
    role {{ t.text(10) }} NOT NULL DEFAULT 'member',
    joined_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    left_at {{ t.moment }},
    CONSTRAINT conversation_members_pkey PRIMARY KEY (conversation_id, user_id),
    CONSTRAINT conversation_members_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations (id),
    CONSTRAINT conversation_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT conversation_members_role_check CHECK (role IN ('member', 'admin')),
    CONSTRAINT conversation_members_left_at_check CHECK (left_at >= joined_at)
);

CREATE INDEX conversation_members_user_id_conversation_id_idx ON conversation_members (user_id, conversation_id);

{{ reject_when("conversation_members_of_direct", "conversation_members", "A direct conversation is between its two people.",
    "EXISTS (SELECT 1 FROM conversations WHERE id = NEW.conversation_id AND kind = 'direct')
        AND NOT EXISTS (SELECT 1 FROM direct_conversations
            WHERE conversation_id = NEW.conversation_id AND NEW.user_id IN (first_user_id, second_user_id))") }}

-- What they write to each other.
CREATE TABLE messages (
    id {{ t.id }} PRIMARY KEY,
    conversation_id {{ t.key }} NOT NULL,
    sender_id {{ t.key }} NOT NULL,
    reply_to_id {{ t.key }},  -- a message of the same conversation
    body {{ t.text(10000) }},  -- NULL once it is deleted
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    edited_at {{ t.moment }},
    deleted_at {{ t.moment }},
    CONSTRAINT messages_conversation_id_sender_id_fkey FOREIGN KEY (conversation_id, sender_id)
        REFERENCES conversation_members (conversation_id, user_id),
    CONSTRAINT messages_conversation_id_id_key UNIQUE (conversation_id, id),
    CONSTRAINT messages_conversation_id_reply_to_id_fkey FOREIGN KEY (conversation_id, reply_to_id)
        REFERENCES messages (conversation_id, id),
    CONSTRAINT messages_body_check CHECK ((body IS NULL) = (deleted_at IS NOT NULL)),
    CONSTRAINT messages_edited_at_check CHECK (edited_at >= created_at),
    CONSTRAINT messages_deleted_at_check CHECK (deleted_at >= created_at)
{%- if not mysql %},
    CONSTRAINT messages_not_itself_check CHECK (reply_to_id <> id)
{%- endif %}

);

CREATE INDEX messages_conversation_id_sender_id_idx ON messages (conversation_id, sender_id);
CREATE INDEX messages_conversation_id_reply_to_id_idx ON messages (conversation_id, reply_to_id);

{% if mysql %}
{{ reject_when("messages_not_itself", "messages", "A message cannot answer itself.", "NEW.reply_to_id = NEW.id", on_update="reply_to_id") }}

{#- MySQL 9.7 does not check the foreign key on insert, because it leads over two columns from the table to itself. #}
{{ reject_when("messages_answer_in_their_conversation", "messages", "The message that is answered is not in this conversation.",
    "NEW.reply_to_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM messages AS answered
        WHERE answered.conversation_id = NEW.conversation_id AND answered.id = NEW.reply_to_id" ~ committed() ~ ")") }}

{% endif %}
{{ reject_when("messages_of_members", "messages", "The sender has left the conversation.",
    "EXISTS (SELECT 1 FROM conversation_members
            WHERE conversation_id = NEW.conversation_id AND user_id = NEW.sender_id AND left_at IS NOT NULL" ~ committed() ~ ")",
    share("conversation_members", "conversation_id = NEW.conversation_id AND user_id = NEW.sender_id")) }}

{{ reject_when("messages_not_blocked", "messages", "One of the two has blocked the other.",
    "EXISTS (
        SELECT 1 FROM direct_conversations
        JOIN blocks ON (blocker_id = first_user_id AND blocked_id = second_user_id)
            OR (blocker_id = second_user_id AND blocked_id = first_user_id)
        WHERE conversation_id = NEW.conversation_id" ~ committed() ~ ")",
    share("users", "id = NEW.sender_id")) }}

-- How far each member has read.
CREATE TABLE message_reads (
    conversation_id {{ t.key }} NOT NULL,
    user_id {{ t.key }} NOT NULL,
    last_message_id {{ t.key }} NOT NULL,
    read_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT message_reads_pkey PRIMARY KEY (conversation_id, user_id),
    CONSTRAINT message_reads_conversation_id_user_id_fkey FOREIGN KEY (conversation_id, user_id)
        REFERENCES conversation_members (conversation_id, user_id),
    CONSTRAINT message_reads_conversation_id_last_message_id_fkey FOREIGN KEY (conversation_id, last_message_id)
        REFERENCES messages (conversation_id, id)
);

CREATE INDEX message_reads_conversation_id_last_message_id_idx ON message_reads (conversation_id, last_message_id);

{{ reject_when("message_reads_go_on", "message_reads", "What was read stays read.",
    "NEW.last_message_id < OLD.last_message_id", on_insert=false, on_update="last_message_id") }}

-- The pictures, films and sounds of a message, in their order.
CREATE TABLE message_media (
    message_id {{ t.key }} NOT NULL,
    position {{ t.small }} NOT NULL,
    media_id {{ t.key }} NOT NULL,
    CONSTRAINT message_media_pkey PRIMARY KEY (message_id, position),
    CONSTRAINT message_media_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages (id) ON DELETE CASCADE,
    CONSTRAINT message_media_media_id_fkey FOREIGN KEY (media_id) REFERENCES media (id),
    CONSTRAINT message_media_media_id_message_id_key UNIQUE (media_id, message_id),
    CONSTRAINT message_media_position_check CHECK (position BETWEEN 1 AND 10)
);

{% set forgotten = "DELETE FROM message_media WHERE message_id = NEW.id;" %}
{% if postgres %}
CREATE FUNCTION messages_forget_media() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    {{ forgotten }}
    RETURN NULL;
END
$function$;

CREATE TRIGGER messages_forget_media AFTER UPDATE OF deleted_at ON messages
FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION messages_forget_media();
{% elif mysql %}
CREATE TRIGGER messages_forget_media AFTER UPDATE ON messages FOR EACH ROW
BEGIN
    IF NEW.deleted_at IS NOT NULL THEN
        {{ forgotten }}
    END IF;
END;
{% else %}
CREATE TRIGGER messages_forget_media AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
WHEN NEW.deleted_at IS NOT NULL
BEGIN
    {{ forgotten }}
END;
{% endif %}

{{ reject_when("message_media_of_living", "message_media", "The message is deleted.",
    "EXISTS (SELECT 1 FROM messages WHERE id = NEW.message_id AND deleted_at IS NOT NULL" ~ committed() ~ ")",
    share("messages", "id = NEW.message_id")) }}
