import { createCallerError, type InputIssue, type Path } from '../../errors.ts'
import { mapInTurns } from '../../map-in-turns.ts'
import { parseDatetime } from '../../template/field-types/datetime.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { parseText } from '../../template/field-types/parse-text.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { withArticle } from '../../template/names/with-article.ts'
import { printParts } from '../../template/object-key.ts'
import { quote } from '../../template/quote.ts'
import { didYouMean } from '../../template/suggest.ts'
import type { PlanRequest } from '../plan-request.ts'
import { assertAll, type Verb } from '../rights.ts'
import { clockTolerance, largestImportedVersion } from '../writes/plan-imported-meta.ts'
import { type ImportedDocument, parseImportedDocument } from './imported-document.ts'
import type { ImportedHistory, ImportedSince, ImportedVersion, PlannedImport } from './imported-history.ts'

type Given = Readonly<Record<string, unknown>>

/**
 * Plans the lines of `importHistory`: each the versions of what has been under one key, or from when on the past of a template is known.
 * What others made of an object need not fit the template as it is now; the key must. Throws at the first line of a template that the
 * caller may not import, before anything else of that line is looked at.
 */
export async function planImportedHistory(
  given: readonly unknown[],
  request: PlanRequest,
  issues: InputIssue[],
): Promise<PlannedImport> {
  const { model, now } = request
  const keys = new Set<string>()
  const allowed = new Set<Template>()
  const planned = await mapInTurns(given, (one, index) => {
    const path = ['objects', index]
    const reader = createReader(issues)
    const line = reader.object(one, path)
    const template = line && findTemplate(line.template, [...path, 'template'], request, issues)
    if (!line || !template) return undefined
    if (!allowed.has(template)) assertImports(template, request)
    allowed.add(template)
    if (line.since !== undefined) {
      const since = reader.time(line.since, [...path, 'since'], now)
      return since === undefined ? undefined : { template, since }
    }
    const history = planHistoryLine(line, index, template, model, now, reader)
    const id = history && `${template.name} ${history.key}`
    if (id !== undefined && keys.has(id))
      reader.refuse(
        [...path, 'key'],
        'DUPLICATE',
        `the ${template.name} ${history?.key} is given twice; send the second one in another request`,
      )
    if (id !== undefined) keys.add(id)
    return history
  })
  return {
    histories: planned.filter((one): one is ImportedHistory => one !== undefined && 'versions' in one),
    sinces: planned.filter((one): one is ImportedSince => one !== undefined && 'since' in one),
  }
}

/** Throws unless the caller may write all of its objects, as anyone, at any time. */
function assertImports(template: Template, { rights }: PlanRequest): void {
  for (const verb of ['write', 'import', 'read'] satisfies Verb[]) assertAll(rights, verb, template)
  if (!rights.limitsOf?.(template)) return
  const message = `Your role limits how much of ${template.name} you may write, so it imports no histories; ask someone without such limits.`
  throw createCallerError('FORBIDDEN', message)
}

function findTemplate(
  name: unknown,
  path: Path,
  { model, introspects }: PlanRequest,
  issues: InputIssue[],
): Template | undefined {
  const template = typeof name === 'string' ? model.byName.get(name) : undefined
  if (template) return template
  const hint = introspects && typeof name === 'string' ? didYouMean(name, model.byName.keys()) : undefined
  const message = [`there is no template ${quote(name)}`, hint].filter(Boolean).join('. ')
  issues.push({ path, code: 'NOT_FOUND', message })
  return undefined
}

function planHistoryLine(
  line: Given,
  index: number,
  template: Template,
  model: TemplateModel,
  now: Date,
  reader: Reader,
): ImportedHistory | undefined {
  const path = ['objects', index]
  const places = { list: [...path, 'versions'], key: [...path, 'key'], after: [...path, 'after'] }
  if (!Array.isArray(line.versions) || line.versions.length === 0)
    return reader.refuse(places.list, 'TYPE', `versions: ${quote(line.versions)} is not a list of versions`)
  if (!Array.isArray(line.key) || line.key.length !== template.key.length)
    return reader.refuse(
      places.key,
      'TYPE',
      `key: ${quote(line.key)} is not the key of ${withArticle(template.name)}, a list of ${template.key.map(({ name }) => name).join(', ')}`,
    )
  const key = printParts(line.key)
  const after = line.after === undefined || line.after === null ? undefined : reader.version(line.after, places.after)
  const versions: ImportedVersion[] = []
  let last: ImportedDocument | undefined
  for (const [i, one] of line.versions.entries()) {
    const place = [...places.list, i]
    const given = reader.object(one, place)
    const document =
      given && parseImportedDocument(given.document, key, template, model, [...place, 'document'], reader.issues)
    const version = given && document && planVersion(given, document, place, now, reader)
    if (!version) return undefined
    const problem = findDisorder(versions.at(-1), version)
    if (problem)
      return reader.refuse(place, 'ORDER', `version ${version.version} of the ${template.name} ${key}: ${problem}`)
    versions.push(version)
    last = document
  }
  const newest = versions.at(-1)
  if (newest && newest.outcome !== 'DELETED' && !newest.document)
    return reader.refuse(
      places.list,
      'REQUIRED',
      `the ${template.name} ${key} is not deleted, but its last version has no document`,
    )
  const targets = newest?.outcome === 'DELETED' ? [] : (last?.targets ?? [])
  return { index, template, key, after, versions, targets }
}

/** Why a version cannot come right after another. */
function findDisorder(
  before: ImportedVersion | undefined,
  { version, time, uuid, outcome }: ImportedVersion,
): string | undefined {
  if (!before) return undefined
  if (version <= before.version) return `it comes after version ${before.version}; give the versions oldest first`
  if (time <= before.time) return `its time ${quote(time)} is not later than that of version ${before.version}`
  if (before.outcome === undefined) return 'the version before it has no outcome, which only the last one may lack'
  if ((before.outcome === 'DELETED') !== (outcome === 'CREATED'))
    return before.outcome === 'DELETED'
      ? 'it comes after a deletion, so it must be CREATED'
      : 'the object is there already, so it cannot be CREATED'
  if (outcome !== 'CREATED' && uuid !== before.uuid)
    return `its uuid ${quote(uuid)} is not that of the version before it`
  return undefined
}

function planVersion(
  given: Given,
  { document, refs }: ImportedDocument,
  path: Path,
  now: Date,
  reader: Reader,
): ImportedVersion | undefined {
  const before = reader.issues.length
  const place = (name: string) => [...path, name]
  const text = (name: string) => reader.text(given[name], place(name))
  const meta = given.meta === undefined || given.meta === null ? {} : (reader.object(given.meta, place('meta')) ?? {})
  const metaPlace = (name: string) => [...path, 'meta', name]
  const metaText = (name: string, otherwise: string | null) =>
    meta[name] === undefined ? otherwise : reader.text(meta[name], metaPlace(name))
  const version = reader.version(given.version, place('version'))
  const time = reader.time(given.time, place('time'), now)
  const uuid = reader.uuid(given.uuid, place('uuid'))
  const outcome = reader.outcome(given.outcome, place('outcome'))
  const [actor, run, onBehalfOf] = [text('actor'), text('run'), text('onBehalfOf')]
  const metaTime = (name: string) => (meta[name] === undefined ? time : reader.time(meta[name], metaPlace(name), now))
  const [createTime, updateTime] = [metaTime('createTime'), metaTime('updateTime')]
  const authors = {
    createdBy: metaText('createdBy', null),
    createdFor: metaText('createdFor', null),
    updatedBy: metaText('updatedBy', actor),
    updatedFor: metaText('updatedFor', onBehalfOf),
  }
  const isIncomplete = version === undefined || time === undefined || uuid === undefined || outcome === undefined
  if (isIncomplete || createTime === undefined || updateTime === undefined || reader.issues.length > before)
    return undefined
  return {
    version,
    time,
    uuid,
    outcome: outcome ?? undefined,
    actor,
    run,
    onBehalfOf,
    document: outcome === 'DELETED' ? undefined : document,
    refs,
    createTime,
    updateTime,
    ...authors,
    isConfirmed: meta.confirmed === true,
  }
}

type Reader = ReturnType<typeof createReader>

/** Reads values of a line; each returns undefined, or null for a text, and adds an issue if the value does not fit. */
function createReader(issues: InputIssue[]) {
  const refuse = (path: Path, code: string, message: string): undefined => {
    issues.push({ path, code, message })
    return undefined
  }
  const attempt = <Result>(path: Path, read: () => Result): Result | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      return refuse(path, error.code, `${path.at(-1)}: ${error.message}`)
    }
  }
  const type = (path: Path, value: unknown, what: string) =>
    refuse(path, 'TYPE', `${path.at(-1)}: ${quote(value)} is not ${what}`)
  return {
    issues,
    refuse,
    object(value: unknown, path: Path): Given | undefined {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Given
      return type(path, value, 'an object')
    },
    text(value: unknown, path: Path): string | null {
      return value === undefined || value === null ? null : (attempt(path, () => parseText(value)) ?? null)
    },
    version(value: unknown, path: Path): number | undefined {
      if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= largestImportedVersion)
        return value
      return type(path, value, `the number of a version, from 1 to ${largestImportedVersion}`)
    },
    uuid(value: unknown, path: Path): string | undefined {
      if (typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))
        return value.toLowerCase()
      return type(path, value, 'a UUID')
    },
    outcome(value: unknown, path: Path) {
      if (value === undefined || value === null) return null
      if (value === 'CREATED' || value === 'UPDATED' || value === 'DELETED') return value
      return type(path, value, 'one of CREATED, UPDATED, DELETED')
    },
    /** A time with six decimals, so that times compare as texts; not after `now`, if that is given. */
    time(value: unknown, path: Path, now?: Date): string | undefined {
      if (typeof value !== 'string') return type(path, value, 'a time')
      const time = attempt(path, () => parseDatetime(value))
      if (time !== undefined && now && Date.parse(time) > now.getTime() + clockTolerance)
        return refuse(path, 'FUTURE', `${path.at(-1)}: ${quote(value)} is in the future`)
      return time?.replace(/(?<=\.\d{3})Z$/, '000Z')
    },
  }
}
