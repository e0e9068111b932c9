{% from "matching.sql" import matches %}
-- What kind of report it is: technical report, thesis, white paper …
CREATE TABLE report_types (
    code {{ t.ascii(30) }} NOT NULL,
    name {{ t.text(80) }} NOT NULL,
    description {{ t.text(500) }} NOT NULL,
    CONSTRAINT report_types_pkey PRIMARY KEY (code),
    CONSTRAINT report_types_name_key UNIQUE (name)
);

-- What reports are about: a tree of technologies, from the general to the particular.
CREATE TABLE technologies (
    id {{ t.id }} PRIMARY KEY,
    parent_id {{ t.key }},  -- the wider technology; NULL at the top
    name {{ t.text(120) }} NOT NULL,
    slug {{ t.ascii(120) }} NOT NULL,  -- the name in an address
    description {{ t.long }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT technologies_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES technologies (id),
    CONSTRAINT technologies_name_key UNIQUE (name),
    CONSTRAINT technologies_slug_key UNIQUE (slug)
);

CREATE INDEX technologies_parent_id_idx ON technologies (parent_id);

{{ block("updated_at", "technologies") }}

{{ block("closure", "technologies") }}

-- Words that authors give their reports, free of any order.
CREATE TABLE keywords (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(80) }} NOT NULL,
    CONSTRAINT keywords_name_key UNIQUE (name),
    CONSTRAINT keywords_name_check CHECK (name <> '')
);
