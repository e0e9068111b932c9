{% from "public_schema.sql" import closed, opened %}
{% from "matching.sql" import matches, country, language %}
{{ closed() }}
-- Universities, laboratories, agencies and companies that write, commission, fund or publish reports.
CREATE TABLE institutions (
    id {{ t.id }} PRIMARY KEY,
    parent_id {{ t.key }},  -- the institution that this one is a part of, such as a faculty's university
    kind {{ t.text(20) }} NOT NULL,
    name {{ t.text(300) }} NOT NULL,  -- the name in use now; others are in institution_names
    country_code {{ t.ascii(2) }} NOT NULL,  -- ISO 3166-1, two letters
    city {{ t.text(100) }},
    ror_id {{ t.ascii(9) }},  -- the identifier of the Research Organization Registry, without its address
    website_url {{ t.text(500) }},
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT institutions_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES institutions (id),
    CONSTRAINT institutions_ror_id_key UNIQUE (ror_id),
    CONSTRAINT institutions_kind_check CHECK (kind IN ('university', 'institute', 'agency', 'company', 'library', 'society')),
    CONSTRAINT institutions_name_check CHECK (name <> ''),
    CONSTRAINT institutions_country_code_check CHECK ({{ country("country_code") }}),
    CONSTRAINT institutions_ror_id_check CHECK ({{ matches("ror_id", "^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$", "0[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][0-9][0-9]") }})
);

CREATE INDEX institutions_parent_id_idx ON institutions (parent_id);
CREATE INDEX institutions_name_idx ON institutions (name);

{{ block("updated_at", "institutions") }}

{{ block("tree", "institutions") }}

-- Names that an institution had, has in other languages, or is known by.
CREATE TABLE institution_names (
    id {{ t.id }} PRIMARY KEY,
    institution_id {{ t.key }} NOT NULL,
    name {{ t.text(300) }} NOT NULL,
    language_code {{ t.ascii(3) }} NOT NULL,  -- ISO 639, two letters or three
    kind {{ t.text(20) }} NOT NULL,
    CONSTRAINT institution_names_institution_id_name_key UNIQUE (institution_id, name),
    CONSTRAINT institution_names_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id) ON DELETE CASCADE,
    CONSTRAINT institution_names_language_code_check CHECK ({{ language("language_code") }}),
    CONSTRAINT institution_names_kind_check CHECK (kind IN ('former', 'translated', 'short', 'alias'))
);

CREATE INDEX institution_names_name_idx ON institution_names (name);

-- down
{{ opened() }}
