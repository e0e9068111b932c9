{% from "idempotent.sql" import or_leave %}
INSERT INTO report_types (code, name, description) VALUES
    ('technical-report', 'Technical report', 'What was done and found, in full, published by the institution that did it.'),
    ('working-paper', 'Working paper', 'Results that are shared before they are reviewed.'),
    ('white-paper', 'White paper', 'A problem and a way to solve it, for those who have to decide.'),
    ('policy-brief', 'Policy brief', 'What research means for a decision, in a few pages.'),
    ('thesis', 'Thesis', 'Written for a degree.'),
    ('project-report', 'Project report', 'What a funded project owes to its funder: interim and final reports.'),
    ('data-report', 'Data report', 'How data were gathered, and what is in them.'),
    ('survey', 'Survey', 'What is known about a subject, from the literature.'),
    ('conference-paper', 'Conference paper', 'Presented at a conference, and published by an institution too.'),
    ('standard', 'Standard', 'How something is to be done, agreed by those who do it.')
{{ or_leave("report_types", ["code"]) }};
