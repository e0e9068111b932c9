{% from "matching.sql" import zero_or_one %}
-- Who wrote a report, in the order of the title page.
CREATE TABLE report_authors (
    report_id {{ t.key }} NOT NULL,
    position {{ t.small }} NOT NULL,  -- 1 for the first author
    author_id {{ t.key }} NOT NULL,
    printed_name {{ t.text(240) }} NOT NULL,  -- as this report prints it, whatever the author is called today
    is_corresponding {{ t.flag }} NOT NULL DEFAULT {{ t.false }},
    CONSTRAINT report_authors_pkey PRIMARY KEY (report_id, position),
    CONSTRAINT report_authors_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id) ON DELETE CASCADE,
    CONSTRAINT report_authors_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id),
    CONSTRAINT report_authors_author_id_report_id_key UNIQUE (author_id, report_id),
    CONSTRAINT report_authors_position_check CHECK (position > 0){{ zero_or_one("report_authors", "is_corresponding") }}
);

-- For which institutions an author wrote this report. It stays as it was printed, wherever the author goes.
CREATE TABLE report_author_affiliations (
    report_id {{ t.key }} NOT NULL,
    position {{ t.small }} NOT NULL,
    institution_id {{ t.key }} NOT NULL,
    CONSTRAINT report_author_affiliations_pkey PRIMARY KEY (report_id, position, institution_id),
    CONSTRAINT report_author_affiliations_report_id_position_fkey FOREIGN KEY (report_id, position)
        REFERENCES report_authors (report_id, position) ON DELETE CASCADE,
    CONSTRAINT report_author_affiliations_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id)
);

CREATE INDEX report_author_affiliations_institution_id_report_id_idx ON report_author_affiliations (institution_id, report_id);

-- What institutions have to do with a report, beside those of its authors.
CREATE TABLE report_institutions (
    report_id {{ t.key }} NOT NULL,
    institution_id {{ t.key }} NOT NULL,
    role {{ t.text(20) }} NOT NULL,
    CONSTRAINT report_institutions_pkey PRIMARY KEY (report_id, institution_id, role),
    CONSTRAINT report_institutions_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id) ON DELETE CASCADE,
    CONSTRAINT report_institutions_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id),
    CONSTRAINT report_institutions_role_check CHECK (role IN ('publisher', 'commissioner', 'host'))
);

CREATE INDEX report_institutions_institution_id_report_id_idx ON report_institutions (institution_id, report_id);

-- Money that was awarded for research.
CREATE TABLE grants (
    id {{ t.id }} PRIMARY KEY,
    funder_id {{ t.key }} NOT NULL,
    award_number {{ t.text(60) }} NOT NULL,  -- the funder's own
    title {{ t.text(300) }},
    CONSTRAINT grants_funder_id_fkey FOREIGN KEY (funder_id) REFERENCES institutions (id),
    CONSTRAINT grants_funder_id_award_number_key UNIQUE (funder_id, award_number)
);

-- Which reports came out of which grants.
CREATE TABLE grant_reports (
    grant_id {{ t.key }} NOT NULL,
    report_id {{ t.key }} NOT NULL,
    CONSTRAINT grant_reports_pkey PRIMARY KEY (grant_id, report_id),
    CONSTRAINT grant_reports_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES grants (id),
    CONSTRAINT grant_reports_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id) ON DELETE CASCADE
);

CREATE INDEX grant_reports_report_id_idx ON grant_reports (report_id);

-- The list of literature at the end of a report, entry by entry, as it is printed.
CREATE TABLE report_references (
    report_id {{ t.key }} NOT NULL,
    position {{ t.small }} NOT NULL,
    printed_text {{ t.long }} NOT NULL,
    CONSTRAINT report_references_pkey PRIMARY KEY (report_id, position),
    CONSTRAINT report_references_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports (id),
    CONSTRAINT report_references_position_check CHECK (position > 0)
);

-- Entries of such a list that were found to be reports of this database: who cites whom.
CREATE TABLE citations (
    citing_report_id {{ t.key }} NOT NULL,
    position {{ t.small }} NOT NULL,
    cited_report_id {{ t.key }} NOT NULL,
    CONSTRAINT citations_pkey PRIMARY KEY (citing_report_id, position),
    CONSTRAINT citations_citing_report_id_position_fkey FOREIGN KEY (citing_report_id, position)
        REFERENCES report_references (report_id, position) ON DELETE CASCADE,
    CONSTRAINT citations_cited_report_id_fkey FOREIGN KEY (cited_report_id) REFERENCES reports (id),
    CONSTRAINT citations_cited_report_id_citing_report_id_key UNIQUE (cited_report_id, citing_report_id),
    CONSTRAINT citations_not_itself_check CHECK (cited_report_id <> citing_report_id)
);
