{% from "rejections.sql" import reject_when %}
-- People who look after the others.
CREATE TABLE moderators (
    user_id {{ t.key }} NOT NULL,
    appointed_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    dismissed_at {{ t.moment }},  -- since when no more; what they did refers to them
    CONSTRAINT moderators_pkey PRIMARY KEY (user_id),
    CONSTRAINT moderators_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT moderators_dismissed_at_check CHECK (dismissed_at >= appointed_at)
);

-- Complaints: about a person, a post or a message, exactly one of them.
CREATE TABLE reports (
    id {{ t.id }} PRIMARY KEY,
    reporter_id {{ t.key }} NOT NULL,
    reported_user_id {{ t.key }},
    post_id {{ t.key }},
    message_id {{ t.key }},
    reason {{ t.text(20) }} NOT NULL,
    details {{ t.text(2000) }},
    status {{ t.text(20) }} NOT NULL DEFAULT 'open',
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT reports_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES users (id),
    CONSTRAINT reports_reported_user_id_fkey FOREIGN KEY (reported_user_id) REFERENCES users (id),
    CONSTRAINT reports_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id),
    CONSTRAINT reports_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages (id),
    CONSTRAINT reports_about_one_check CHECK (
        CASE WHEN reported_user_id IS NULL THEN 0 ELSE 1 END + CASE WHEN post_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN message_id IS NULL THEN 0 ELSE 1 END = 1),
    CONSTRAINT reports_reason_check CHECK (reason IN ('spam', 'harassment', 'hate', 'violence', 'self_harm', 'impersonation', 'illegal', 'other')),
    CONSTRAINT reports_status_check CHECK (status IN ('open', 'in_review', 'acted_on', 'dismissed')),
    CONSTRAINT reports_details_check CHECK (reason <> 'other' OR details IS NOT NULL)
);

CREATE INDEX reports_reporter_id_idx ON reports (reporter_id);
CREATE INDEX reports_reported_user_id_idx ON reports (reported_user_id);
CREATE INDEX reports_post_id_idx ON reports (post_id);
CREATE INDEX reports_message_id_idx ON reports (message_id);
{% if postgres %}
CREATE INDEX reports_open_idx ON reports (id) WHERE status = 'open';
{% else %}
CREATE INDEX reports_status_id_idx ON reports (status, id);
{% endif %}

{{ block("updated_at", "reports") }}

{{ block("status_machine", "reports", column="status",
    transitions={"open": ["in_review", "acted_on", "dismissed"], "in_review": ["open", "acted_on", "dismissed"], "dismissed": ["open"]}) }}

-- What moderators did, for good: nothing here is changed, an appeal adds to it.
CREATE TABLE moderation_actions (
    id {{ t.id }} PRIMARY KEY,
    moderator_id {{ t.key }} NOT NULL,
    report_id {{ t.key }},  -- the complaint that it answers; NULL where the moderator saw it
    kind {{ t.text(20) }} NOT NULL,
    user_id {{ t.key }},  -- whom it warns or suspends
    post_id {{ t.key }},  -- what it removes
    reason {{ t.text(2000) }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    expires_at {{ t.moment }},  -- when a suspension ends; NULL: not by itself
    CONSTRAINT moderation_actions_moderator_id_fkey FOREIGN KEY (moderator_id) REFERENCES moderators (user_id),
    CONSTRAINT moderation_actions_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id),
    CONSTRAINT moderation_actions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT moderation_actions_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id),
    CONSTRAINT moderation_actions_kind_check CHECK (kind IN ('warning', 'suspension', 'removal')),
    CONSTRAINT moderation_actions_user_id_check CHECK ((kind = 'removal') = (user_id IS NULL)),
    CONSTRAINT moderation_actions_post_id_check CHECK ((kind = 'removal') = (post_id IS NOT NULL)),
    CONSTRAINT moderation_actions_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT moderation_actions_expiring_kind_check CHECK (kind = 'suspension' OR expires_at IS NULL),
    CONSTRAINT moderation_actions_not_oneself_check CHECK (user_id <> moderator_id)
);

CREATE INDEX moderation_actions_moderator_id_idx ON moderation_actions (moderator_id);
CREATE INDEX moderation_actions_report_id_idx ON moderation_actions (report_id);
CREATE INDEX moderation_actions_user_id_idx ON moderation_actions (user_id);
CREATE INDEX moderation_actions_post_id_idx ON moderation_actions (post_id);
CREATE INDEX moderation_actions_expires_at_idx ON moderation_actions (expires_at);

-- What somebody has to say against it, once, and what another moderator decided.
CREATE TABLE appeals (
    moderation_action_id {{ t.key }} NOT NULL,
    statement {{ t.text(5000) }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'open',
    decider_id {{ t.key }},  -- a moderator other than the one who acted
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    decided_at {{ t.moment }},
    CONSTRAINT appeals_pkey PRIMARY KEY (moderation_action_id),
    CONSTRAINT appeals_moderation_action_id_fkey FOREIGN KEY (moderation_action_id) REFERENCES moderation_actions (id),
    CONSTRAINT appeals_decider_id_fkey FOREIGN KEY (decider_id) REFERENCES moderators (user_id),
    CONSTRAINT appeals_status_check CHECK (status IN ('open', 'upheld', 'overturned')),
    CONSTRAINT appeals_decider_id_check CHECK ((status = 'open') = (decider_id IS NULL)),
    CONSTRAINT appeals_decided_at_check CHECK ((status = 'open') = (decided_at IS NULL)),
    CONSTRAINT appeals_time_check CHECK (decided_at >= created_at)
);

CREATE INDEX appeals_decider_id_idx ON appeals (decider_id);
CREATE INDEX appeals_status_created_at_idx ON appeals (status, created_at);

{{ block("status_machine", "appeals", column="status", key=["moderation_action_id"], transitions={"open": ["upheld", "overturned"]}) }}

{{ reject_when("appeals_decided_by_another", "appeals", "Who acted does not decide on the appeal.",
    "EXISTS (SELECT 1 FROM moderation_actions WHERE id = NEW.moderation_action_id AND moderator_id = NEW.decider_id)",
    on_update="decider_id, moderation_action_id") }}

{# What an action or a decision brings about, in its own transaction. #}
{% set effects = {
    "moderation_actions_take_effect": ("INSERT", "moderation_actions", "", [
        ("NEW.kind = 'removal'", "UPDATE posts SET status = 'removed' WHERE id = NEW.post_id AND status = 'published';"),
        ("NEW.kind = 'suspension'", "UPDATE users SET status = 'suspended' WHERE id = NEW.user_id AND status = 'active';")]),
    "appeals_take_effect": ("UPDATE", "appeals", "status", [
        ("NEW.status = 'overturned'", "UPDATE posts SET status = 'published' WHERE status = 'removed'
            AND id = (SELECT post_id FROM moderation_actions WHERE id = NEW.moderation_action_id);"),
        ("NEW.status = 'overturned'", "UPDATE users SET status = 'active' WHERE status = 'suspended'
            AND id = (SELECT user_id FROM moderation_actions WHERE id = NEW.moderation_action_id AND kind = 'suspension');")]),
} %}
{% for name, (event, table, column, cases) in effects.items() %}
{% if postgres %}
CREATE FUNCTION {{ name }}() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
{% for condition, statement in cases %}
    IF {{ condition }} THEN
        {{ statement }}
    END IF;
{% endfor %}
    RETURN NULL;
END
$function$;

CREATE TRIGGER {{ name }} AFTER {{ event }}{{ " OF " ~ column if column }} ON {{ table }}
FOR EACH ROW EXECUTE FUNCTION {{ name }}();

{% elif mysql %}
CREATE TRIGGER {{ name }} AFTER {{ event }} ON {{ table }} FOR EACH ROW
BEGIN
{% for condition, statement in cases %}
    IF {{ condition }}{{ " AND OLD.status <> NEW.status" if event == "UPDATE" }} THEN
        {{ statement }}
    END IF;
{% endfor %}
END;

{% else %}
CREATE TRIGGER {{ name }} AFTER {{ event }}{{ " OF " ~ column if column }} ON {{ table }} FOR EACH ROW
BEGIN
{% for condition, statement in cases %}
    {{ statement[:-1] }} AND {{ condition }};
{% endfor %}
END;

{% endif %}
{% endfor %}
