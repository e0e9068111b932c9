-- What made-up rows do not show by themselves: a report that is cited by many.
INSERT INTO report_references (report_id, position, printed_text) SELECT id, 999, 'The one that all cite' FROM reports WHERE id % 10 = 0;
INSERT INTO citations (citing_report_id, position, cited_report_id)
    SELECT report_id, 999, 1 FROM report_references
    WHERE position = 999 AND report_id NOT IN (SELECT citing_report_id FROM citations WHERE cited_report_id = 1);
ANALYZE{{ " TABLE report_references, citations" if mysql }};
