{% import "macros.sql" as m with context %}
-- Fields that an organisation adds to its tasks.
CREATE TABLE custom_fields (
    id {{ t.id }},
    {{ m.owner() -}}
    name {{ t.text(100) }} NOT NULL,
    kind {{ t.ascii(10) }} NOT NULL,
    position {{ t.integer }} NOT NULL DEFAULT 0,  -- in forms, from top to bottom
    archived_at {{ t.moment }},
    {{ m.times() -}}
    CONSTRAINT custom_fields_name_key UNIQUE ({{ m.own }}name),
    CONSTRAINT custom_fields_kind_key UNIQUE ({{ m.own }}id, kind),
    {{ m.belongs("custom_fields") -}}
    CONSTRAINT custom_fields_kind_check CHECK (kind IN ('text', 'number', 'date', 'yes_no', 'choice')),
    CONSTRAINT custom_fields_pkey PRIMARY KEY (id)
);
{{ block("updated_at", "custom_fields") }}
{{ m.guarded("custom_fields") }}

-- What can be chosen in a field of the kind 'choice'.
CREATE TABLE custom_field_choices (
    id {{ t.id }},
    {{ m.owner() -}}
    custom_field_id {{ t.key }} NOT NULL,
    kind {{ t.ascii(10) }} NOT NULL DEFAULT 'choice',  -- always 'choice': the foreign key then allows no field of another kind
    label {{ t.text(100) }} NOT NULL,
    position {{ t.integer }} NOT NULL DEFAULT 0,
    CONSTRAINT custom_field_choices_label_key UNIQUE ({{ m.own }}custom_field_id, kind, label),
    CONSTRAINT custom_field_choices_id_key UNIQUE ({{ m.own }}custom_field_id, id),
    CONSTRAINT custom_field_choices_custom_field_id_fkey FOREIGN KEY ({{ m.own }}custom_field_id, kind) REFERENCES custom_fields ({{ m.own }}id, kind) ON DELETE CASCADE,
    CONSTRAINT custom_field_choices_kind_check CHECK (kind = 'choice'),
    CONSTRAINT custom_field_choices_pkey PRIMARY KEY (id)
);
{{ m.guarded("custom_field_choices") }}

-- The value of a field in a task, in the column of its kind.
CREATE TABLE task_custom_values (
    {{ m.owner() -}}
    task_id {{ t.key }} NOT NULL,
    custom_field_id {{ t.key }} NOT NULL,
    kind {{ t.ascii(10) }} NOT NULL,  -- the field's, by the foreign key
    text_content {{ t.text(2000) }},
    number_content {{ t.decimal(20, 6) }},
    date_content {{ t.day }},
    is_checked {{ t.flag }},
    choice_id {{ t.key }},
    {{ m.yes_or_no("task_custom_values", "is_checked") -}}
    CONSTRAINT task_custom_values_task_id_fkey FOREIGN KEY ({{ m.own }}task_id) REFERENCES tasks ({{ m.own }}id) ON DELETE CASCADE,
    CONSTRAINT task_custom_values_custom_field_id_fkey FOREIGN KEY ({{ m.own }}custom_field_id, kind) REFERENCES custom_fields ({{ m.own }}id, kind),
    CONSTRAINT task_custom_values_choice_id_fkey FOREIGN KEY ({{ m.own }}custom_field_id, choice_id) REFERENCES custom_field_choices ({{ m.own }}custom_field_id, id),
    CONSTRAINT task_custom_values_text_content_check CHECK ((kind = 'text') = (text_content IS NOT NULL)),
    CONSTRAINT task_custom_values_number_content_check CHECK ((kind = 'number') = (number_content IS NOT NULL)),
    CONSTRAINT task_custom_values_date_content_check CHECK ((kind = 'date') = (date_content IS NOT NULL)),
    CONSTRAINT task_custom_values_yes_no_check CHECK ((kind = 'yes_no') = (is_checked IS NOT NULL)),
    CONSTRAINT task_custom_values_choice_id_check CHECK ((kind = 'choice') = (choice_id IS NOT NULL)),
    CONSTRAINT task_custom_values_pkey PRIMARY KEY ({{ m.own }}task_id, custom_field_id)
);

CREATE INDEX task_custom_values_custom_field_id_idx ON task_custom_values ({{ m.own }}custom_field_id, kind);
CREATE INDEX task_custom_values_choice_id_idx ON task_custom_values ({{ m.own }}custom_field_id, choice_id);
{{ m.guarded("task_custom_values") }}
