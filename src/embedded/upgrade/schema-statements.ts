/**
 * The statements that make an empty copy of a database's schema, made by the database itself: PostgreSQL prints its own definitions. What
 * it does not cover is found by the comparison afterwards (`schemaFacts`).
 */

/** Schemas, sequences and tables without anything that refers to other objects. The tables are made before functions, which take their rows. */
export const tableStatements = `
  select statement from (
    select 1 as step, oid::int8 as place, format('create schema if not exists %I', nspname) as statement
    from pg_namespace n where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 2, c.oid::int8, format('create sequence %s as %s increment %s minvalue %s maxvalue %s start %s cache %s%s', c.oid::regclass,
      format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, case when s.seqcycle then ' cycle' else '' end)
    from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 3, c.oid::int8, format('create %s table %s (%s) %s %s', case c.relpersistence when 'u' then 'unlogged' else '' end, c.oid::regclass,
      (select string_agg(format('%I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           case when a.attcollation <> t.typcollation then format(' collate %s', a.attcollation::regcollation) end,
           case when a.attnotnull then ' not null' end), ', ' order by a.attnum)
         from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      case when c.relkind = 'p' then format('partition by %s', pg_get_partkeydef(c.oid)) end,
      case when c.reloptions is not null then format('with (%s)', array_to_string(c.reloptions, ', ')) end)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 4, s.seqrelid::int8, format('alter sequence %s owned by %s.%I', s.seqrelid::regclass, d.refobjid::regclass, a.attname)
    from pg_sequence s join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.seqrelid and d.deptype = 'a'
      join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    union all
    select 5, p.oid::int8, pg_get_functiondef(p.oid)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prokind in ('f', 'p') and n.nspname !~ '^(pg_|information_schema$)'
      and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
    union all
    select 6, d.oid::int8, format('alter table only %s alter column %I set default %s', d.adrelid::regclass, a.attname,
      pg_get_expr(d.adbin, d.adrelid))
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 7, a.attrelid::int8, format('alter table only %s alter column %I set storage %s', a.attrelid::regclass, a.attname,
      case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end)
    from pg_attribute a join pg_type t on t.oid = a.atttypid
      join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.attstorage <> t.typstorage and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 8, k.oid::int8, format('alter table only %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_namespace n on n.oid = k.connamespace where k.contype = 'c' and k.conrelid <> 0 and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 9, i.inhrelid::int8, format('alter table %s attach partition %s %s', i.inhparent::regclass, i.inhrelid::regclass,
      pg_get_expr(c.relpartbound, c.oid))
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relispartition and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 10, c.oid::int8, format('create view %s as %s', c.oid::regclass, pg_get_viewdef(c.oid))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'v' and n.nspname !~ '^(pg_|information_schema$)'
  ) statements
  order by step, place`

/** What is quicker made when the rows are there, or must not act on them: sequences' values, indexes, constraints, triggers. */
export const indexStatements = `
  select statement from (
    select 1 as step, c.oid::int8 as place, format('select setval(%L, %s, %L)', c.oid::regclass,
      coalesce(pg_sequence_last_value(c.oid), s.seqstart), pg_sequence_last_value(c.oid) is not null) as statement
    from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 2, i.indexrelid::int8, pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^(pg_|information_schema$)' and (i.indisvalid or c.relkind = 'I') and not exists (select from pg_constraint where conindid = i.indexrelid and contype in ('p', 'u', 'x'))
    union all
    select 3, k.oid::int8, format('alter table only %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_namespace n on n.oid = k.connamespace where k.contype in ('p', 'u', 'x') and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 4, i.inhrelid::int8, format('alter index %s attach partition %s', i.inhparent::regclass, i.inhrelid::regclass)
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('i', 'I') and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 5, k.oid::int8, format('alter table %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_namespace n on n.oid = k.connamespace where k.contype = 'f' and k.conparentid = 0 and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 6, s.oid::int8, pg_get_statisticsobjdef(s.oid)
    from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select 7, t.oid::int8, pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and t.tgparentid = 0 and n.nspname !~ '^(pg_|information_schema$)'
  ) statements
  order by step, place`

/**
 * Everything in a database, a line each, the same in all versions of PostgreSQL: tables with their columns, functions, indexes, constraints,
 * triggers, rules, views, types, extensions, statistics and settings.
 */
export const schemaFacts = `
  select fact from (
    select format('table %s: %s %s %s %s', c.oid::regclass, c.relkind, c.relpersistence, c.reloptions, pg_get_expr(c.relpartbound, c.oid)) as fact
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('column %s.%I: %s %s %s %s %s %s %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
      a.attcollation::regcollation, a.attnotnull, a.attidentity, a.attgenerated, a.attstorage, pg_get_expr(d.adbin, d.adrelid))
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('view %s: %s', c.oid::regclass, pg_get_viewdef(c.oid))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm') and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('index %s: %s %s', i.indexrelid::regclass, pg_get_indexdef(i.indexrelid), i.indisvalid)
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^(pg_|information_schema$)' and (i.indisvalid or c.relkind = 'I')
    union all
    select format('inheritance %s: %s', i.inhrelid::regclass, i.inhparent::regclass)
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('constraint %s of %s: %s %s', k.conname, k.conrelid::regclass, pg_get_constraintdef(k.oid), k.convalidated)
    from pg_constraint k join pg_namespace n on n.oid = k.connamespace where k.contype <> 'n' and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('trigger of %s: %s %s', t.tgrelid::regclass, pg_get_triggerdef(t.oid), t.tgenabled)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('function %s: %s', p.oid::regprocedure, case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) else p.prokind::text end)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('type %s: %s', t.oid::regtype, t.typtype)
    from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype <> 'b' and t.typrelid = 0 and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('extension %s', extname) from pg_extension where extname <> 'plpgsql'
    union all
    select format('statistics %s', pg_get_statisticsobjdef(s.oid))
    from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('sequence %s: %s', c.oid::regclass, pg_sequence_last_value(c.oid))
    from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('rule of %s: %s %s', r.ev_class::regclass, pg_get_ruledef(r.oid), r.ev_enabled)
    from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
    where r.rulename <> '_RETURN' and n.nspname !~ '^(pg_|information_schema$)'
    union all
    select format('policy %s of %s', polname, polrelid::regclass) from pg_policy
    union all
    select format('large object %s', oid) from pg_largeobject_metadata
  ) facts
  order by fact collate "C"`

/** The tables that hold rows, each with a statement that reads it and one that writes it. */
export const copyStatements = `
  select c.oid::regclass::text as table,
    format('copy %s (%s) to stdout', c.oid::regclass, columns) as read,
    format('copy %s (%s) from stdin', c.oid::regclass, columns) as write
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (select string_agg(quote_ident(attname), ', ' order by attnum) as columns
      from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) columns
  where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$)'
  order by c.oid`
