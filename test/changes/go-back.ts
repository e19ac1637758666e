import { pino } from 'pino'
import { openStore } from '../../src/store/open-store.ts'
import type { TestDatabase } from '../support/postgres.ts'
import { applying, parseTexts } from '../support/registry.ts'
import { type Drafts, printDrafts } from './drafts.ts'
import { applyNext, keepsNames, type World } from './serve.ts'

/** Applies the templates of the older server again, with the digest that its start names. */
export async function goBack(world: World): Promise<void> {
  const { older, memory, database } = world
  const next = older && returnTo(older.drafts, memory.drafts)
  if (!next || printDrafts(next).join() === printDrafts(memory.drafts).join()) return
  const digest = await readDigest(database, printDrafts(next))
  world.log.push(`go back with ${digest}`)
  await applyNext(world, next, false, digest)
}

/** These templates as a change of the present ones; undefined if something would be called differently or is of other members. */
function returnTo(back: Drafts, present: Drafts): Drafts | undefined {
  const all = [...present.templates, ...present.removed]
  const isNamed = back.templates.every(({ id, name }) => all.some((one) => one.id === id && one.name === name))
  const removedFields = Object.fromEntries(
    all.map((template) => {
      const fields = [...template.fields, ...(present.removedFields[template.id] ?? [])]
      const kept = back.templates.find(({ id }) => id === template.id)?.fields ?? template.fields
      return [template.id, fields.filter((field) => !kept.some(({ id }) => id === field.id))]
    }),
  )
  const next: Drafts = {
    templates: back.templates,
    removed: all.filter((template) => !back.templates.some(({ id }) => id === template.id)),
    removedFields,
    next: present.next,
  }
  const membersOf = ({ templates }: Drafts) =>
    templates.flatMap(({ fields }) => fields.flatMap(({ members }) => members.map(({ id }) => id)))
  const known = new Set(membersOf(present))
  const isWhole = membersOf(back).every((id) => known.has(id))
  return isNamed && isWhole && keepsNames(present, next) ? next : undefined
}

/** The digest in the warning of a server whose templates were applied before, and newer ones since; empty if it has none. */
async function readDigest({ url }: TestDatabase, texts: readonly string[]): Promise<string> {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) })
  const store = openStore({ connection: { connectionString: url } }, logger)
  try {
    await store.prepare(applying(parseTexts(texts)))
  } finally {
    await store.close()
  }
  return /ACCEPT_TEMPLATES=(\w+)/.exec(lines.join('\n'))?.[1] ?? ''
}
