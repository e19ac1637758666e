import { dirname, resolve } from 'node:path'
import { type Verb, verbs } from '../plan/rights.ts'
import type { TemplateIssue } from '../template/issue.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import type { Source } from '../template/source.ts'
import type { Grant, Role, Who } from './role.ts'
import { createRoleReader, isMapping, type RoleReader } from './role-reader.ts'

interface ReadRole {
  /** Undefined if the file has problems. */
  readonly role: Role | undefined
  readonly issues: readonly TemplateIssue[]
  readonly warnings: readonly TemplateIssue[]
}

const roleNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const namesAre = 'it must begin with a letter or a digit and contain only letters, digits, . _ and -'

const keysOf = {
  role: ['name', 'description', 'contact', 'who', 'may', 'limits', '$schema'],
  grant: [...verbs, 'where'],
  who: ['token', 'oidc', 'audience', 'claims', 'keys'],
} as const

/** Reads a role from its file. Conditions are checked by `check-wheres.ts`. */
export function readRole(source: Source, model: TemplateModel): ReadRole {
  const reader = createRoleReader(source)
  const { value } = source
  const role = readWhole(value, reader, model, source.file)
  return { role: reader.issues.length > 0 ? undefined : role, issues: reader.issues, warnings: reader.warnings }
}

function readWhole(value: unknown, reader: RoleReader, model: TemplateModel, file: string): Role | undefined {
  if (!isMapping(value)) {
    reader.refuse([], 'EMPTY', 'This is no role; a role needs at least name, who and may.')
    return undefined
  }
  reader.checkKeys(value, [], keysOf.role, 'role')
  const name = reader.readName(value, ['name'], roleNamePattern, namesAre)
  const contact = value['contact'] === undefined ? undefined : reader.readText(value['contact'], ['contact'])
  const who = reader.readList(value, ['who']).flatMap((one, i) => readWho(one, ['who', i], reader, file) ?? [])
  const may = reader.readList(value, ['may']).flatMap((one, i) => readGrant(one, ['may', i], reader, model) ?? [])
  return { name: name ?? '', contact, who, may, limits: undefined }
}

function readWho(
  value: unknown,
  path: readonly (string | number)[],
  reader: RoleReader,
  file: string,
): Who | undefined {
  if (value === 'anyone') return { kind: 'anyone' }
  if (!isMapping(value)) {
    reader.refuse(path, 'WRONG_VALUE', 'A caller is anyone, token: NAME, or oidc: ISSUER with audience and claims.')
    return undefined
  }
  reader.checkKeys(value, path, keysOf.who, 'caller')
  if (value['token'] !== undefined) {
    const name = reader.readName(value, [...path, 'token'], roleNamePattern, namesAre)
    return name === undefined ? undefined : { kind: 'token', name }
  }
  const issuer = reader.readText(value['oidc'], [...path, 'oidc'])
  const audience = reader.readText(value['audience'], [...path, 'audience'])
  const claims = isMapping(value['claims']) ? value['claims'] : {}
  const read = Object.entries(claims).map(([name, claim]) => [
    name,
    reader.readText(claim, [...path, 'claims', name]) ?? '',
  ])
  const keys = value['keys'] === undefined ? undefined : reader.readText(value['keys'], [...path, 'keys'])
  return {
    kind: 'oidc',
    issuer: issuer ?? '',
    audience: audience ?? '',
    claims: Object.fromEntries(read),
    ...(keys !== undefined && { keys: resolve(dirname(file), keys) }),
  }
}

function readGrant(
  value: unknown,
  path: readonly (string | number)[],
  reader: RoleReader,
  model: TemplateModel,
): Grant | undefined {
  if (!isMapping(value)) {
    reader.refuse(path, 'WRONG_TYPE', 'A grant is a verb and its templates, as in read: role.')
    return undefined
  }
  reader.checkKeys(value, path, keysOf.grant, 'grant')
  const verb = verbOf(value)
  if (!verb) return undefined
  for (const name of writtenTemplates(value[verb])) {
    if (name !== '*' && !model.byName.has(name))
      reader.refuse([...path, verb], 'UNKNOWN_TEMPLATE', `There is no template "${name}".`)
  }
  const names = templatesOf(value[verb])
  const where = isMapping(value['where']) ? value['where'] : undefined
  return { verb, templates: names, where }
}

function verbOf(grant: Readonly<Record<string, unknown>>): Verb | undefined {
  return verbs.find((verb) => grant[verb] !== undefined)
}

function writtenTemplates(value: unknown): readonly string[] {
  return [value].flat().filter((one) => typeof one === 'string')
}

function templatesOf(value: unknown): Grant['templates'] {
  const names = writtenTemplates(value)
  return names.includes('*') ? 'all' : names
}

/** The templates that a written grant is for, as far as they exist. */
export function templatesOfGrant(grant: Readonly<Record<string, unknown>>, model: TemplateModel): readonly Template[] {
  const verb = verbOf(grant)
  const names = verb ? templatesOf(grant[verb]) : []
  return names === 'all' ? [] : names.flatMap((name) => model.byName.get(name) ?? [])
}
