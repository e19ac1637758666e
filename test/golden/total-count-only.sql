select json_build_object('totalCount',
  (select count(*)
    from registry_object as "o2"
    where "o2".template = 'image' and "o2".document @> $1::jsonb)) as value
-- $1 = "{\"distr\":\"ubuntu\"}"
-- planned for its values
