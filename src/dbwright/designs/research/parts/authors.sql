{% from "rejections.sql" import reject_when, alone, committed %}
{% from "guards.sql" import frozen %}
{% from "matching.sql" import matches, beginning %}
-- People who write reports, each of them once, however their name is printed.
CREATE TABLE authors (
    id {{ t.id }} PRIMARY KEY,
    family_name {{ t.text(120) }} NOT NULL,  -- the name they are filed under; the only one where there is only one
    given_names {{ t.text(120) }},
    orcid {{ t.ascii(19) }},  -- the identifier of the person at ORCID: four groups of four digits
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT authors_orcid_key UNIQUE (orcid),
    CONSTRAINT authors_family_name_check CHECK (family_name <> ''),
    CONSTRAINT authors_orcid_check CHECK ({{ matches("orcid", "^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$", "[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9X]") }})
);

CREATE INDEX authors_family_name_given_names_idx ON authors ({{ beginning("family_name") }}, given_names);

{{ block("updated_at", "authors") }}

-- Other spellings under which an author is found: names before marriage, transliterations, initials.
CREATE TABLE author_names (
    id {{ t.id }} PRIMARY KEY,
    author_id {{ t.key }} NOT NULL,
    name {{ t.text(240) }} NOT NULL,  -- as it is printed, family name first
    CONSTRAINT author_names_author_id_name_key UNIQUE (author_id, name),
    CONSTRAINT author_names_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE CASCADE
);

CREATE INDEX author_names_name_idx ON author_names ({{ beginning("name") }});

-- Where an author worked, from when until when.
CREATE TABLE author_affiliations (
    author_id {{ t.key }} NOT NULL,
    institution_id {{ t.key }} NOT NULL,
    started_on {{ t.day }} NOT NULL,
    ended_on {{ t.day }},  -- the first day on which the author no longer worked there; NULL while they do
    position_title {{ t.text(120) }},
    CONSTRAINT author_affiliations_pkey PRIMARY KEY (author_id, institution_id, started_on),
    CONSTRAINT author_affiliations_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE CASCADE,
    CONSTRAINT author_affiliations_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id),
    CONSTRAINT author_affiliations_ended_on_check CHECK (ended_on > started_on)
);

CREATE INDEX author_affiliations_institution_id_idx ON author_affiliations (institution_id);

{{ reject_when("author_affiliations_do_not_overlap", "author_affiliations", "The author worked there in that time already.",
    "EXISTS (SELECT 1 FROM author_affiliations AS other
        WHERE other.author_id = NEW.author_id AND other.institution_id = NEW.institution_id AND other.started_on <> NEW.started_on
            AND (other.ended_on IS NULL OR other.ended_on > NEW.started_on)
            AND (NEW.ended_on IS NULL OR NEW.ended_on > other.started_on)" ~ committed() ~ ")",
    alone("authors", "id = NEW.author_id", "id"), on_update="ended_on") }}

{{ frozen("author_affiliations", ["author_id", "institution_id", "started_on"]) }}
