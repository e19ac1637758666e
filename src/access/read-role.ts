import type { TemplateIssue } from '../template/issue.ts'
import type { TemplateModel } from '../template/model.ts'
import { isMapping, type Source } from '../template/source.ts'
import { listPlaceholdersIn } from './find-placeholder-problems.ts'
import { readGrant } from './read-grant.ts'
import { readLimits } from './read-limits.ts'
import { readWho } from './read-who.ts'
import type { Grant, Role, Who } from './role.ts'
import { createRoleReader, type RoleReader } from './role-reader.ts'

interface ReadRole {
  /** Undefined if the file has problems. */
  readonly role: Role | undefined
  readonly issues: readonly TemplateIssue[]
  readonly warnings: readonly TemplateIssue[]
}

/** The keys of a file. */
export const roleKeys = ['name', 'description', 'contact', 'who', 'may', 'limits', '$schema'] as const

const toAdd: Readonly<Record<string, string>> = {
  name: 'Add the name of the role: name: ntp-ci',
  who: 'Add the callers that the role is for: who: [{ token: jenkins }]',
  may: 'Add what they may do: may: [{ read: "*" }]',
}

/** Reads a role from its file. Its conditions are checked by `checkWheres`. */
export function readRole(source: Source, model: TemplateModel): ReadRole {
  const reader = createRoleReader(source)
  const role = readWhole(source, reader, model)
  return { role: reader.issues.length > 0 ? undefined : role, issues: reader.issues, warnings: reader.warnings }
}

function readWhole({ value, file }: Source, reader: RoleReader, model: TemplateModel): Role | undefined {
  if (!isMapping(value)) {
    const what = value === null ? 'The file is empty' : 'The file is no mapping'
    reader.refuse([], value === null ? 'EMPTY' : 'WRONG_TYPE', `${what}; a role needs at least name, who and may.`)
    return undefined
  }
  reader.checkKeys(value, [], roleKeys, 'role')
  for (const key of Object.keys(toAdd).filter((one) => value[one] === undefined))
    reader.refuse([], 'MISSING_KEY', `"${key}" is missing.`, { suggestion: toAdd[key], part: 'key' })
  const name = value['name'] === undefined ? undefined : reader.readName(value['name'], ['name'])
  const readText = (key: string) => (value[key] === undefined ? undefined : reader.readText(value[key], [key]))
  readText('description')
  const who = reader.readList(value['who'], ['who']).flatMap((one, i) => readWho(one, ['who', i], reader, file) ?? [])
  const may = reader
    .readList(value['may'], ['may'])
    .flatMap((one, i) => readGrant(one, ['may', i], reader, model) ?? [])
  warnOfAnyone(who, may, reader)
  const contact = readText('contact')
  return { name: name ?? '', contact, who, may, limits: readLimits(value['limits'], ['limits'], reader, model) }
}

/** Whoever reaches the port is anyone; a condition on the caller itself lets in those with a token alone. */
function warnOfAnyone(who: readonly Who[], may: Role['may'], reader: RoleReader): void {
  const place = who.findIndex(({ kind }) => kind === 'anyone')
  if (place < 0) return
  const isOfCaller = ({ where }: Grant) => listPlaceholdersIn(where, []).length > 0
  const warn = (grants: readonly Grant[], toMessage: (what: string) => string) => {
    const what = printVerbs(grants)
    if (what !== '') reader.warn(['who', place], 'WIDER_THAN_IT_LOOKS', toMessage(what))
  }
  warn(
    may.filter((grant) => !isOfCaller(grant)),
    (what) => `Whoever reaches the port is anyone, and may ${what} without a token.`,
  )
  warn(
    may.filter(isOfCaller),
    (what) =>
      `Whoever has a token of the registry, or of any issuer that a role names, is anyone as well, and may ${what}.`,
  )
}

/** What they allow besides to read: `write and delete`. */
function printVerbs(grants: readonly Grant[]): string {
  const verbs = [...new Set(grants.map(({ verb }) => (verb === 'admin' ? 'administer' : verb)))]
  return verbs
    .filter((verb) => verb !== 'read')
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1')
}
