-- The rates that hold on a day for a class of goods and a place: the country's and the region's.
-- with: tax_class_id=1 country_code='DE' region='' day='2026-01-01'
SELECT rate.name, rate.rate_per_million
FROM tax_rates AS rate
WHERE rate.tax_class_id = :tax_class_id AND rate.country_code = :country_code AND rate.region IN ('', :region)
  AND rate.valid_from = (
    SELECT max(other.valid_from) FROM tax_rates AS other
    WHERE other.tax_class_id = rate.tax_class_id AND other.country_code = rate.country_code AND other.region = rate.region
      AND other.valid_from <= :day
);
