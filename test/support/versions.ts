/**
 * A subquery with the versions of all objects, as the log tells of them: the columns of `registry_change`, with the document of each
 * version from where it stands. A deletion has the document that was deleted.
 */
export const versions = `(
  select c.sequence, c.transaction, c.template, c.key, c.uuid, c.outcome, c.version, c.changed_at, c.changed_by, c.run, c.changed_for,
    coalesce(c.document, past.document, present.document) as document
  from registry_change as c
    left join lateral (
      select p.document from registry_past as p
      where p.template = c.template and p.key = c.key and p.uuid = c.uuid and p.version = c.version - (c.outcome = 'DELETED')::int
      order by p.valid_from desc limit 1) as past on true
    left join registry_object as present
      on present.template = c.template and present.key = c.key and present.uuid = c.uuid and present.version = c.version
)`
