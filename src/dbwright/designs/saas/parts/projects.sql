{% import "macros.sql" as m with context %}
-- What the organisation works on. Put your own product's tables in place of these three; they show how a table is kept apart.
CREATE TABLE projects (
    id {{ t.id }},
    {{ m.owner() -}}
    code {{ t.ascii(10) }} NOT NULL,  -- before the number of each task: WEB-17
    name {{ t.text(200) }} NOT NULL,
    description {{ t.long }},
    creator_id {{ t.key }} NOT NULL,
    archived_at {{ t.moment }},
    {{ m.times() -}}
    {{ m.target("projects") -}}
    CONSTRAINT projects_code_key UNIQUE ({{ m.own }}code),
    CONSTRAINT projects_creator_id_fkey FOREIGN KEY ({{ m.own }}creator_id) REFERENCES members ({{ m.own }}user_id),
    CONSTRAINT projects_pkey PRIMARY KEY (id)
);

CREATE INDEX projects_creator_id_idx ON projects ({{ m.own }}creator_id);
{{ block("updated_at", "projects") }}
{{ m.guarded("projects") }}

-- What is to be done in a project.
CREATE TABLE tasks (
    id {{ t.id }},
    {{ m.owner() -}}
    project_id {{ t.key }} NOT NULL,
    number {{ t.integer }} NOT NULL,  -- within the project, from 1
    title {{ t.text(200) }} NOT NULL,
    description {{ t.long }},
    status {{ t.ascii(20) }} NOT NULL DEFAULT 'open',
    creator_id {{ t.key }} NOT NULL,
    assignee_id {{ t.key }},  -- the member who does it
    due_on {{ t.day }},
    {{ m.times() -}}
    {{ m.target("tasks") -}}
    CONSTRAINT tasks_number_key UNIQUE ({{ m.own }}project_id, number),
    CONSTRAINT tasks_project_id_fkey FOREIGN KEY ({{ m.own }}project_id) REFERENCES projects ({{ m.own }}id) ON DELETE CASCADE,
    CONSTRAINT tasks_creator_id_fkey FOREIGN KEY ({{ m.own }}creator_id) REFERENCES members ({{ m.own }}user_id),
    CONSTRAINT tasks_assignee_id_fkey FOREIGN KEY ({{ m.own }}assignee_id) REFERENCES members ({{ m.own }}user_id),
    CONSTRAINT tasks_number_check CHECK (number > 0),
    CONSTRAINT tasks_status_check CHECK (status IN ('open', 'doing', 'done', 'dropped')),
    CONSTRAINT tasks_pkey PRIMARY KEY (id)
);

CREATE INDEX tasks_creator_id_idx ON tasks ({{ m.own }}creator_id);
CREATE INDEX tasks_assignee_id_idx ON tasks ({{ m.own }}assignee_id);
{{ block("updated_at", "tasks") }}
{{ m.guarded("tasks") }}

-- What members say about a task.
CREATE TABLE task_comments (
    id {{ t.id }},
    {{ m.owner() -}}
    task_id {{ t.key }} NOT NULL,
    author_id {{ t.key }} NOT NULL,
    body {{ t.long }} NOT NULL,
    {{ m.times() -}}
    CONSTRAINT task_comments_task_id_fkey FOREIGN KEY ({{ m.own }}task_id) REFERENCES tasks ({{ m.own }}id) ON DELETE CASCADE,
    CONSTRAINT task_comments_author_id_fkey FOREIGN KEY ({{ m.own }}author_id) REFERENCES members ({{ m.own }}user_id),
    CONSTRAINT task_comments_pkey PRIMARY KEY (id)
);

CREATE INDEX task_comments_task_id_idx ON task_comments ({{ m.own }}task_id);
CREATE INDEX task_comments_author_id_idx ON task_comments ({{ m.own }}author_id);
{{ block("updated_at", "task_comments") }}
{{ m.guarded("task_comments") }}
