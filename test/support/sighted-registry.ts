import fc from 'fast-check'
import { allRights, type Rights } from '../../src/plan/rights.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { metaFields } from '../../src/template/meta-fields.ts'
import type { Template } from '../../src/template/model.ts'
import type { Document } from './evaluate.ts'
import { movingUpdateTime } from './move-update-times.ts'
import { startRegistry, type TestRegistry } from './registry.ts'
import { resultTemplate } from './result-template.ts'
import { documentOf } from './rich-objects.ts'
import { richTemplates } from './rich-templates.ts'

/** Matrices of one and of several templates, with and without verdicts; references that are required, also outside of keys. */
export const sightedTemplates = [
  ...richTemplates,
  resultTemplate,
  `
name: link
key: [number]
search: false
fields:
  number: int
  from: { type: reference, to: item, required: true, reverse: outgoing }
  result: { type: reference, to: result, required: true }
  via: { type: [reference], to: slot, required: true, reverse: carried }
  kind: { type: enum, values: [b, a], required: true }
`,
]

const counts = { place: 6, slot: 8, item: 24, check: 24, result: 30, link: 24 } as const

/** The same objects twice: all of them for the callers `everyone` and `someone`, and those that are left for whoever asks the other. */
export interface SightedRegistry {
  /** `someone` has the rights of the rule that holds, everyone else all. */
  readonly seeing: TestRegistry
  /** Has only the objects that the rule shows. */
  readonly having: TestRegistry
  readonly templateOf: (name: string) => Template
  /** The keys of the objects of a template, as references give them. */
  readonly keys: ReadonlyMap<string, readonly unknown[]>
  /** The values of `_meta` that occur. */
  readonly meta: Readonly<Record<string, readonly unknown[]>>
  readonly documents: ReadonlyMap<string, readonly Document[]>
  /** Lets a rule hold: what `someone` may see, and which objects that leaves, by their uuids. `left` are the rights of who has only those. */
  hold(rule: { readonly rights: Rights; readonly left: Rights; readonly uuids: readonly string[] }): Promise<void>
  close(): Promise<void>
}

export async function startSightedRegistry(seed: number): Promise<SightedRegistry> {
  let rights: Rights = allRights
  let left: Rights = allRights
  const conditionalReads = new Set(Object.keys(counts))
  const seeing = await startRegistry(sightedTemplates, {
    conditionalReads,
    rights: ({ actor }) => (actor === 'someone' ? rights : allRights),
  })
  const having = await startRegistry(sightedTemplates, { conditionalReads, rights: () => left })
  const templateOf = (name: string) => seeing.model.byName.get(name) as Template
  const { keys, documents } = await writeObjects(seeing, templateOf, seed)
  await seeing.sql(
    `update registry_object set ${movingUpdateTime(`(array['${moments.join("','")}'])[1 + abs(hashtext(key || '${seed}')) % ${moments.length}]::timestamptz`)}, version = 1 + abs(hashtext(key)) % 3`,
  )
  // A version is judged by what it was. Each object has one, so what its history tells is what the object is now.
  await seeing.sql('update registry_object set changed_at = greatest(updated_at, confirmed_at)')
  await seeing.sql('delete from registry_past')
  await seeing.sql(
    'update registry_change as change set version = o.version, changed_at = o.changed_at from registry_object as o where o.uuid = change.uuid',
  )
  const tables = ['registry_object', 'registry_change', 'registry_past']
  for (const table of tables) {
    const [row] = await seeing.sql(`select coalesce(jsonb_agg(o), '[]') as rows from ${table} as o`)
    await having.sql(`create table kept_${table} as select * from jsonb_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(row?.['rows']),
    ])
  }
  const all = await seeing.sql(
    `select uuid, version, to_json(created_at) as "createTime", to_json(greatest(updated_at, confirmed_at)) as "updateTime", created_by as "createdBy", updated_by as "updatedBy", created_for as "createdFor", updated_for as "updatedFor" from registry_object`,
  )
  const valuesOf = (name: string) => all.map((one) => one[name] ?? 'nobody')
  return {
    seeing,
    having,
    templateOf,
    keys,
    documents,
    meta: Object.fromEntries(Object.keys(metaFields).map((name) => [name, valuesOf(name)])),
    async hold(rule) {
      // A trigger keeps what is deleted.
      for (const table of tables) await having.sql(`delete from ${table}`)
      for (const table of tables)
        await having.sql(`insert into ${table} select * from kept_${table} where uuid = any($1::uuid[])`, [rule.uuids])
      rights = rule.rights
      left = rule.left
    },
    async close() {
      await seeing.close()
      await having.close()
    },
  }
}

/** The schema of both, in which what leads to objects that some may not see can be null. */
export function sightedSchemaOf({ seeing }: SightedRegistry) {
  return buildSchema(seeing.model, { conditionalReads: new Set(Object.keys(counts)) })
}

const moments = [
  '2024-02-29T23:59:59.999999Z',
  '2026-11-22T07:57:31.322661Z',
  '2026-11-22T07:57:00Z',
  '2026-11-23T00:00:00Z',
  '2026-01-03T12:00:00.5Z',
]
const authors = ['ada', 'B', '_%']

/** Some references lead nowhere, where that is allowed; items refer to each other. */
export async function writeObjects(registry: TestRegistry, templateOf: (name: string) => Template, seed: number) {
  const keys = new Map<string, readonly unknown[]>([['item', Array.from({ length: counts.item }, (_, i) => `i${i}`)]])
  keys.set('missing place', [{ zone: 'nowhere', rack: 0 }])
  const documents = new Map<string, readonly Document[]>()
  for (const [name, count] of Object.entries(counts)) {
    const template = templateOf(name)
    const serials = new Set<unknown>()
    const drawn = fc.sample(documentOf(template, keys), { seed, numRuns: count }).map((document, i): Document => {
      const { serial, ...rest } = document
      const isFree = serial !== undefined && !serials.has(serial)
      serials.add(serial)
      return { ...rest, ...(isFree && { serial }), ...keyOf(name, i, keys) }
    })
    documents.set(name, drawn)
    const [only, ...others] = template.key
    if (name !== 'item' && only)
      keys.set(
        name,
        drawn.map((document) =>
          others.length > 0
            ? Object.fromEntries(template.key.map((field) => [field.name, document[field.name]]))
            : document[only.name],
        ),
      )
    const query = `mutation ($input: [${template.typeName}Input!]!) { upsert${template.typeName}s(input: $input) { failed } }`
    // Items refer to each other, so all of them go at once.
    const parts = name === 'item' ? [drawn] : authors.map((_, i) => drawn.filter((_, j) => j % authors.length === i))
    for (const [i, input] of parts.entries())
      await registry.data(query, { input }, { 'x-registry-actor': authors[i] ?? 'ada' })
  }
  return { keys, documents }
}

function keyOf(name: string, i: number, keys: ReadonlyMap<string, readonly unknown[]>): Document {
  const at = (template: string, place: number) => {
    const all = keys.get(template) ?? []
    return all[place % all.length]
  }
  switch (name) {
    case 'place':
      return { zone: ['é', 'a', '"', 'z', '\u{1f600}', 'b'][i], rack: i % 2 }
    case 'slot':
      return { place: at('place', i * 5), number: i }
    case 'item':
      return { name: `i${i}` }
    case 'check':
      return { item: at('item', (i % 8) * 7), name: `c${Math.floor(i / 8)}` }
    case 'result':
      return {
        name: ['a', 'b', 'é'][i % 3],
        place: at('place', i * 7),
        stamp: ['1', '1.0', '2', '10', 'v2'][Math.floor(i / 6)],
      }
    default:
      return { number: i }
  }
}
