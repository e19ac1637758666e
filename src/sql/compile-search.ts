import { assertNever } from '../errors.ts'
import { derive } from '../plan/open-value.ts'
import type { FoundEntry, SearchEntry, SearchPlan, SearchTarget } from '../plan/search/search-plan.ts'
import { printSearchQuery, type SearchLevel, searchLevels } from '../plan/search/search-query.ts'
import { compileAnyObject, typeOf } from './compile-any-object.ts'
import { compileNamedValue } from './compile-named.ts'
import type { Compiler } from './compiler.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant } from './json-text.ts'
import { objectsOf, objectWithKey } from './source.ts'
import { empty, identifier, integer, join, literal, type Sql, sql } from './sql.ts'
import { document, wholeDocument } from './stored-document.ts'

/** How well an object fits. What is found by the keys of other objects, which references hold, comes last. */
interface Tier {
  readonly level: SearchLevel
  readonly isOwn: boolean
}

/** The best first. */
const allTiers: readonly Tier[] = [
  ...searchLevels.map((level) => ({ level, isOwn: true })),
  { level: 'word', isOwn: false },
  { level: 'beginning', isOwn: false },
]

/**
 * The lexemes of a document, each behind its attribute, as the index of a partition has them. They depend on no template, so that a
 * changed template needs no other index: attributes that are no fields are in it, and nobody looks for them.
 */
export function searchedWords(stored: Sql): Sql {
  return sql`registry_search_words(${stored})`
}

/**
 * The best objects of all searched templates. The tiers are read one after another, until there are enough objects: nothing has to be
 * computed for those that are not shown.
 *
 *     with s0 as materialized (select * from (
 *         (select 1 as place, o1.key from (select o1.key from registry_image_objects as o1 where o1.template = 'image'
 *           and registry_search_words(o1.document) @@ $1::tsquery offset 0) as o1 order by o1.key limit 20)
 *         union all …) as o3 order by place, key limit 20),
 *       s1 as materialized (… where (select count(*) from s0) < 20 order by place, key limit 20), …
 *     select '{"nodes":' || '[' || string_agg(…) || ']' || '}' as value, array_agg(o9.type order by …) as type
 *     from (select min(tier) as tier, place, key from (select 0 as tier, place, key from s0 union all …) as o8 group by … limit 20) as o8
 *     cross join lateral (select *, … as type from (select * from registry_object where …) as found) as o9
 */
export function compileSearch(plan: SearchPlan, compiler: Compiler): Sql {
  const { targets } = plan
  const tiers = allTiers.filter((tier) => targets.some((target) => takesPart(target, tier)))
  if (tiers.length === 0) return sql`select ${compileValue(plan, () => sql`'[]'`)} as value`
  const [found, object] = [compiler.next(), compiler.next()]
  const from = identifier(found)
  const names = tiers.map((_, i) => identifier(`s${i}`))
  const parts = tiers.map((tier, i) => compileTier(plan, tier, names.slice(0, i), compiler))
  const ranked = names.map((name, i) => sql`select ${integer(i)} as tier, place, key from ${name}`)
  const templates = targets.map(({ source }) => source.template)
  const stored = templates.map((template) => literal(template.stored))
  const row = objectWithKey(sql`(array[${join(stored, ', ')}])[${from}.place]`, sql`${from}.key`, templates)
  const order = sql`${from}.tier, ${from}.place, ${from}.key`
  const value = compileValue(plan, (entries) =>
    jsonList(jsonObject(entries.map((entry) => [entry.key, compileFound(entry, plan, object, compiler)])), { order }),
  )
  const tables = join(
    parts.map((part, i) => sql`${names[i] as Sql} as materialized (${part})`),
    ', ',
  )
  return sql`with ${tables} select ${value} as value, array_agg(${identifier(object)}.type order by ${order}) as type from (select min(tier) as tier, place, key from (${join(ranked, ' union all ')}) as ${from} group by place, key order by 1, 2, 3 limit ${integer(plan.size)}) as ${from} cross join lateral (select *, ${typeOf(templates)} as type from (${row}) as found) as ${identifier(object)}`
}

function takesPart({ fields }: SearchTarget, { isOwn }: Tier): boolean {
  return isOwn ? fields.some(({ reference }) => !reference) : fields.some(({ reference }) => reference)
}

/** The first objects of one tier, if those of the tiers before are not enough. */
function compileTier(plan: SearchPlan, tier: Tier, before: readonly Sql[], compiler: Compiler): Sql {
  const size = integer(plan.size)
  const lacks = before.map((name) => sql`(select count(*) from ${name}) < ${size}`)
  const isNeeded = lacks.length > 0 ? sql` where ${join(lacks, ' and ')}` : empty
  const parts = plan.targets.flatMap((target, i) => {
    if (!takesPart(target, tier)) return []
    const row = compiler.next()
    const o = identifier(row)
    const attributes = target.fields.filter(({ reference }) => !tier.isOwn || !reference).map((one) => one.attribute)
    const query = sql`${derive(plan.words, (words) => printSearchQuery(attributes, words, tier.level))}::tsquery`
    const matching = sql`${objectsOf(target.source, row, compiler)}${compileMatch(target, query, row)}`
    // Without `offset 0`, PostgreSQL might walk the primary key instead of the index, to find them in the order of their keys.
    return [
      sql`(select ${integer(i + 1)} as place, ${o}.key from (select ${o}.key from ${matching} offset 0) as ${o} order by ${o}.key limit ${size})`,
    ]
  })
  return sql`select * from (${join(parts, ' union all ')}) as ${identifier(compiler.next())}${isNeeded} order by place, key limit ${size}`
}

/** ` and …`: the object has all words, in what it shows. Until a template is filled, the index cannot help. */
function compileMatch(target: SearchTarget, query: Sql, row: string): Sql {
  const stored = sql` and ${searchedWords(document(row))} @@ ${query}`
  if (isFilling(target)) return sql` and ${searchedWords(compileShown(target, row))} @@ ${query}`
  return target.withHidden.length > 0
    ? sql`${stored} and ${searchedWords(compileShown(target, row))} @@ ${query}`
    : stored
}

/** The document without members that are gone, and with the values of new required fields. */
function compileShown(target: SearchTarget, row: string): Sql {
  const whole = isFilling(target) ? wholeDocument(target.source.template, row) : document(row)
  const cleaned = target.withHidden.map(({ field, naming }) => {
    const attribute = literal(field.attribute)
    const shown = compileNamedValue(sql`(${whole}->${attribute})`, naming, field.list)
    return sql`case when ${whole} ? ${attribute} then jsonb_build_object(${attribute}, ${shown}) else '{}' end`
  })
  return sql`(${join([whole, ...cleaned], ' || ')})`
}

function isFilling({ source }: SearchTarget): boolean {
  return source.template.fields.some((field) => field.isFilling)
}

function compileValue({ entries }: SearchPlan, nodes: (entries: readonly FoundEntry[]) => Sql): Sql {
  return jsonObject(
    entries.map((entry: SearchEntry) => [
      entry.key,
      entry.kind === 'typename' ? jsonOfConstant(entry.name) : sql`(${nodes(entry.entries)})`,
    ]),
  )
}

function compileFound(entry: FoundEntry, plan: SearchPlan, row: string, compiler: Compiler): Sql {
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'object':
      return compileAnyObject(entry.selections, row, compiler)
    case 'field': {
      const ways = plan.targets.map(
        (target) =>
          sql`when ${literal(target.source.template.stored)} then ${compileField(target, plan, row, compiler)}`,
      )
      return jsonOf(sql`(case ${identifier(row)}.template ${join(ways, ' ')} end)`)
    }
    default:
      return assertNever(entry)
  }
}

/** The name of the field that fits best: each word counts once for each level at which it fits. Of equal ones, the first. */
function compileField(target: SearchTarget, { words }: SearchPlan, row: string, compiler: Compiler): Sql {
  const [own, field, query] = [compiler.next(), compiler.next(), compiler.next()].map(identifier) as [Sql, Sql, Sql]
  const fields = derive(words, (all) =>
    JSON.stringify(
      target.fields.map(({ name, attribute }) => [
        name,
        all.flatMap((word) => searchLevels.map((level) => printSearchQuery([attribute], [word], level))),
      ]),
    ),
  )
  const fits = sql`select count(*) from jsonb_array_elements_text(${field}.value->1) as ${query} (text) where ${own}.words @@ ${query}.text::tsquery`
  return sql`(select ${field}.value->>0 from (select ${searchedWords(compileShown(target, row))} as words offset 0) as ${own}, jsonb_array_elements(${fields}::jsonb) with ordinality as ${field} (value, place) order by (${fits}) desc, ${field}.place limit 1)`
}
