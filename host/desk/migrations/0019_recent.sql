-- The latest inspections of a stream are a list, newest first, of whether each was nonconforming. Before, bit n of a
-- number was the inspection n before the last one.
UPDATE streams SET tally = json_set(tally, '$.recent', json((
    WITH RECURSIVE bits (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM bits WHERE n < 49)
    SELECT json_group_array(json(CASE (json_extract(streams.tally, '$.recent') >> n) & 1 WHEN 1 THEN 'true' ELSE 'false' END))
    FROM bits WHERE n < json_extract(streams.tally, '$.inspected'))))
WHERE json_type(tally, '$.recent') = 'integer';

UPDATE evidence SET tally = json_set(tally, '$.recent', json((
    WITH RECURSIVE bits (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM bits WHERE n < 49)
    SELECT json_group_array(json(CASE (json_extract(evidence.tally, '$.recent') >> n) & 1 WHEN 1 THEN 'true' ELSE 'false' END))
    FROM bits WHERE n < json_extract(evidence.tally, '$.inspected'))))
WHERE json_type(tally, '$.recent') = 'integer';
