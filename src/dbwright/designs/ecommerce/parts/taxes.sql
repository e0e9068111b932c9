-- Rates of tax by class and place. A rate holds from its first day until the next one of the same place begins, so that
-- rates can neither overlap nor leave a gap.
CREATE TABLE tax_rates (
    id {{ t.id }} PRIMARY KEY,
    tax_class_id {{ t.key }} NOT NULL,
    country_code {{ t.fixed(2) }} NOT NULL,
    region {{ t.text(100) }} NOT NULL DEFAULT '', -- empty for the whole country
    valid_from {{ t.day }} NOT NULL,
    name {{ t.text(60) }} NOT NULL, -- as bills call it: VAT, sales tax
    rate_per_million {{ t.integer }} NOT NULL, -- 190000 for 19 %
    CONSTRAINT tax_rates_place_key UNIQUE (tax_class_id, country_code, region, valid_from),
    CONSTRAINT tax_rates_rate_per_million_check CHECK (rate_per_million BETWEEN 0 AND 1000000),
    CONSTRAINT tax_rates_tax_class_id_fkey FOREIGN KEY (tax_class_id) REFERENCES tax_classes (id),
    CONSTRAINT tax_rates_country_code_fkey FOREIGN KEY (country_code) REFERENCES countries (code)
);
CREATE INDEX tax_rates_country_code_idx ON tax_rates (country_code);
