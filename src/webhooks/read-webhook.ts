import { dirname, resolve } from 'node:path'
import { checkTemplate } from '../access/read-grant.ts'
import { createRoleReader, type RoleReader } from '../access/role-reader.ts'
import type { TemplateIssue } from '../template/issue.ts'
import type { TemplateModel } from '../template/model.ts'
import { quote } from '../template/quote.ts'
import { isMapping, type Source } from '../template/source.ts'
import { didYouMean, listNames } from '../template/suggest.ts'
import type { SecretPlace, Webhook } from './webhook.ts'

interface ReadWebhook {
  /** Undefined if the file has problems. */
  readonly webhook: Webhook | undefined
  readonly issues: readonly TemplateIssue[]
}

/** The keys of a file. */
export const webhookKeys = [
  'name',
  'description',
  'url',
  'secret',
  'template',
  'where',
  'on',
  'fields',
  '$schema',
] as const

export const outcomes = ['CREATED', 'UPDATED', 'DELETED'] as const

const toAdd: Readonly<Record<string, string>> = {
  name: 'Add the name of the webhook: name: chat',
  url: 'Add where to send it: url: https://ci.example.org/hooks/registry',
  secret: 'Add where the secret is: secret: { env: WEBHOOK_SECRET }',
  template: 'Add the template whose changes are sent: template: role',
}

/** Reads a webhook from its file. Its condition is checked by `parseWebhooks`. */
export function readWebhook(source: Source, model: TemplateModel): ReadWebhook {
  const reader = createRoleReader(source)
  const webhook = readWhole(source, reader, model)
  return { webhook: reader.issues.length > 0 ? undefined : webhook, issues: reader.issues }
}

function readWhole({ value, file }: Source, reader: RoleReader, model: TemplateModel): Webhook | undefined {
  if (!isMapping(value)) {
    const what = value === null ? 'The file is empty' : 'The file is no mapping'
    const message = `${what}; a webhook needs at least ${listNames(Object.keys(toAdd))}.`
    reader.refuse([], value === null ? 'EMPTY' : 'WRONG_TYPE', message)
    return undefined
  }
  reader.checkKeys(value, [], webhookKeys, 'webhook')
  for (const key of Object.keys(toAdd).filter((one) => value[one] === undefined))
    reader.refuse([], 'MISSING_KEY', `"${key}" is missing.`, { suggestion: toAdd[key], part: 'key' })
  const given = (key: string) => value[key] !== undefined
  if (given('description')) reader.readText(value['description'], ['description'])
  const name = given('name') ? reader.readName(value['name'], ['name']) : undefined
  const url = given('url') ? readUrl(value['url'], reader) : undefined
  const secret = given('secret') ? readSecret(value['secret'], reader, file) : undefined
  const template = given('template') ? reader.readText(value['template'], ['template']) : undefined
  if (template !== undefined) checkTemplate(template, ['template'], reader, model)
  const on = readOutcomes(value['on'], reader)
  const fields = readFields(value['fields'], template, reader, model)
  const where = readWhere(value['where'], reader)
  if (name === undefined || url === undefined || !secret || template === undefined) return undefined
  return { name, url, secret, template, where, on, fields }
}

function readUrl(value: unknown, reader: RoleReader): string | undefined {
  const text = reader.readText(value, ['url'])
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    reader.refuse(['url'], 'WRONG_VALUE', `${quote(text)} is no address of HTTP.`, {
      suggestion: 'Write https://HOST/PATH.',
    })
    return undefined
  }
  if (url.username !== '' || url.password !== '') {
    reader.refuse(['url'], 'WRONG_VALUE', 'The address has a user or a password, which others could read here.', {
      suggestion: 'Leave them out: receivers check the signature.',
    })
    return undefined
  }
  return url.href
}

function readSecret(value: unknown, reader: RoleReader, file: string): SecretPlace | undefined {
  const suggestion = 'Write secret: { env: NAME }, a variable of the server, or secret: { file: PATH }.'
  if (!isMapping(value)) {
    // Not quoted: it may be the secret itself.
    reader.refuse(['secret'], 'WRONG_TYPE', 'A secret does not stand in the file: this says where it is.', {
      suggestion,
    })
    return undefined
  }
  reader.checkKeys(value, ['secret'], ['env', 'file'], 'secret')
  if ((value['env'] === undefined) === (value['file'] === undefined)) {
    reader.refuse(['secret'], 'CONTRADICTION', 'A secret is in one place: a variable or a file.', { suggestion })
    return undefined
  }
  if (value['env'] === undefined) {
    const path = reader.readText(value['file'], ['secret', 'file'])
    return path === undefined ? undefined : { kind: 'file', path: resolve(dirname(file), path) }
  }
  const name = reader.readText(value['env'], ['secret', 'env'])
  if (name === undefined) return undefined
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { kind: 'env', name }
  reader.refuse(['secret', 'env'], 'WRONG_NAME', 'This is not the name of a variable.', { suggestion })
  return undefined
}

function readOutcomes(value: unknown, reader: RoleReader): Webhook['on'] {
  const written = reader.readList(value, ['on'])
  const on = written.flatMap((one, i) => {
    const outcome = outcomes.find((known) => known === one)
    if (outcome) return [outcome]
    const suggestion =
      typeof one === 'string' ? (didYouMean(one.toUpperCase(), outcomes) ?? `Write ${listNames(outcomes)}.`) : undefined
    reader.refuse(['on', i], 'WRONG_VALUE', `${quote(one)} is nothing that becomes of an object.`, { suggestion })
    return []
  })
  return value === undefined ? outcomes : on
}

function readFields(
  value: unknown,
  template: string | undefined,
  reader: RoleReader,
  model: TemplateModel,
): Webhook['fields'] {
  const known = model.byName.get(template ?? '')?.fields.map(({ name }) => name)
  const fields = reader.readList(value, ['fields']).flatMap((one, i) => {
    const field = reader.readText(one, ['fields', i])
    if (field !== undefined && known && !known.includes(field)) {
      const suggestion = didYouMean(field, known) ?? `The fields are ${listNames(known)}.`
      reader.refuse(['fields', i], 'UNKNOWN_FIELD', `${template} has no field ${quote(field)}.`, { suggestion })
    }
    return field === undefined ? [] : [field]
  })
  return value === undefined ? undefined : fields
}

function readWhere(where: unknown, reader: RoleReader): Webhook['where'] {
  if (where === undefined) return undefined
  if (isMapping(where) && Object.keys(where).length > 0) return where
  const code = where === null || isMapping(where) ? 'EMPTY' : 'WRONG_TYPE'
  reader.refuse(['where'], code, `${quote(where)} is no condition.`, {
    suggestion: 'Write where: { name: { startsWith: "ntp-" } }, or leave where out.',
  })
  return undefined
}
