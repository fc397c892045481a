-- Imports took some countries by codes that are withdrawn ("France" for FX, "Russia" for SU), so that a page that wrote FR
-- found another venue. Venues bear the codes of today, and so do the names that tell two shows apart.
CREATE TEMPORARY TABLE withdrawn_countries (old text, new text) ON COMMIT DROP;
INSERT INTO withdrawn_countries VALUES ('AN', 'CW'), ('BU', 'MM'), ('CS', 'RS'), ('DD', 'DE'), ('DY', 'BJ'), ('FX', 'FR'),
  ('HV', 'BF'), ('NH', 'VU'), ('RH', 'ZW'), ('SU', 'RU'), ('TP', 'TL'), ('VD', 'VN'), ('YD', 'YE'), ('YU', 'RS'), ('ZR', 'CD');

UPDATE venues SET country = new FROM withdrawn_countries WHERE country = old;

INSERT INTO show_names (organizer_id, name, event_id)
SELECT organizer_id, 'country ' || lower(new), event_id
FROM show_names JOIN withdrawn_countries ON name = 'country ' || lower(old)
ON CONFLICT DO NOTHING;
DELETE FROM show_names USING withdrawn_countries WHERE name = 'country ' || lower(old);
