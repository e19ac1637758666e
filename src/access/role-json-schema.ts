import { verbs } from '../plan/rights.ts'
import { longestName, namePattern, reservedNames } from '../store/tokens/token-name.ts'
import type { JsonSchema } from '../template/template-json-schema.ts'
import { identifyingClaims } from './known-claims.ts'
import type { roleKeys } from './read-role.ts'
import { longestText } from './role-reader.ts'

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: ['string', 'integer'],
  minLength: 1,
  maxLength: longestText,
  description,
  ...more,
})
const name = (description: string, examples: readonly string[]): JsonSchema =>
  text(description, { pattern: namePattern, maxLength: longestName, examples })

const templates: JsonSchema = {
  description: 'A template, a list of templates, or "*" for all.',
  anyOf: [
    { type: 'string', minLength: 1 },
    { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } },
  ],
  examples: ['role', ['role', 'image'], '*'],
}

const meanings: Readonly<Record<(typeof verbs)[number], string>> = {
  read: 'See objects, wherever they are asked for.',
  write: 'Create and update. It holds for the object before and after.',
  delete: 'Delete.',
  import: 'Give _meta in an input: who wrote an object, and when.',
  admin: 'Everything with these templates. "*" is the whole registry: tokens, plans of templates, metrics.',
}

const where: JsonSchema = {
  type: 'object',
  minProperties: 1,
  description:
    'Which objects, as `where` takes it in GraphQL. In texts, {actor} and {claims.NAME} stand for the values of the caller.',
  examples: [{ name: { startsWith: 'ntp-' } }, { _meta: { createdBy: { equals: '{actor}' } } }],
}

const grants: readonly JsonSchema[] = verbs.map((verb) => ({
  type: 'object',
  additionalProperties: false,
  required: [verb],
  properties: { [verb]: { ...templates, description: meanings[verb] }, ...(verb !== 'admin' && { where }) },
}))

const who: readonly JsonSchema[] = [
  { const: 'anyone', description: 'Callers without a token, and all others.' },
  {
    type: 'object',
    additionalProperties: false,
    required: ['token'],
    properties: {
      token: {
        ...name('The name of a token: registry token create NAME.', ['jenkins']),
        not: { enum: [...reservedNames.keys()] },
      },
    },
  },
  {
    type: 'object',
    additionalProperties: false,
    required: ['oidc', 'audience', 'claims'],
    properties: {
      oidc: {
        type: 'string',
        pattern: '^https?://',
        description: 'The issuer of the tokens of jobs, as their claim iss has it.',
        examples: ['https://token.actions.githubusercontent.com', 'https://gitlab.com'],
      },
      audience: text('For whom the tokens must have been made: their claim aud.', { examples: ['registry'] }),
      claims: {
        type: 'object',
        description: `Claims that the token must have, all of them. One must say whose it is in a way that lasts: ${identifyingClaims.join(', ')}.`,
        minProperties: 1,
        additionalProperties: text('The value of the claim.'),
        examples: [{ repository_id: '1234', ref: 'refs/heads/main' }],
      },
      keys: text(
        'A file with the keys of the issuer (a JSON Web Key Set), if the registry cannot reach it: a path from the file of the role.',
        { examples: ['jenkins-keys.json'] },
      ),
    },
  },
]

const properties: Readonly<Record<(typeof roleKeys)[number], JsonSchema>> = {
  name: name('The name of the role. No two files have the same.', ['ntp-ci']),
  description: text('What the role is for.'),
  contact: text('Whom to ask for more. FORBIDDEN names it.', { examples: ['ntp@example.org'] }),
  who: { type: 'array', minItems: 1, description: 'The callers that the role is for.', items: { anyOf: who } },
  may: {
    type: 'array',
    minItems: 1,
    description: 'What they may do, one verb an entry. Entries and roles add up.',
    items: { anyOf: grants },
  },
  limits: {
    type: 'object',
    additionalProperties: false,
    description: 'What each caller of the role may use.',
    properties: {
      objects: {
        type: 'object',
        description: 'The most objects of each template that the caller may have created.',
        additionalProperties: { type: 'integer', minimum: 0 },
        examples: [{ role: 1000 }],
      },
      bytesADay: {
        type: ['integer', 'string'],
        minimum: 0,
        pattern: '^\\d{1,15} ?([kKMGT]?B|[KMGT]iB)?$',
        description: 'The most bytes of documents and kept answers that the caller may write on one day (UTC).',
        examples: ['10MB', '512KiB', 1_000_000],
      },
    },
  },
  $schema: { type: 'string', description: 'Where this JSON Schema is, for editors of JSON files.' },
}

/** The form of a file of ACCESS_DIR, for editors. What it takes is what `readRole` takes, as far as one file shows it. */
export const roleJsonSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Role',
  description: 'Who may do what in the registry.',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'who', 'may'],
  properties,
}

/** The committed `docs/role.schema.json`. */
export function printRoleJsonSchema(): string {
  return `${JSON.stringify(roleJsonSchema, null, 2)}\n`
}
