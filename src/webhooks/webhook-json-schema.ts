import { longestText } from '../access/role-reader.ts'
import { longestName, namePattern } from '../store/tokens/token-name.ts'
import type { JsonSchema } from '../template/template-json-schema.ts'
import { outcomes, type webhookKeys } from './read-webhook.ts'

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: ['string', 'integer'],
  minLength: 1,
  maxLength: longestText,
  description,
  ...more,
})

const secret = (key: string, value: JsonSchema): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: [key],
  properties: { [key]: value },
})

const properties: Readonly<Record<(typeof webhookKeys)[number], JsonSchema>> = {
  name: text('The name of the webhook. No two files have the same.', {
    pattern: namePattern,
    maxLength: longestName,
    examples: ['chat'],
  }),
  description: text('What the webhook is for.'),
  url: {
    type: 'string',
    pattern: '^[Hh][Tt][Tt][Pp][Ss]?:',
    description: 'Where messages go, by POST.',
    examples: ['https://ci.example.org/hooks/registry'],
  },
  secret: {
    description: 'Where the secret is by which messages are signed: whsec_ and Base64, or any text.',
    anyOf: [
      secret('env', text('A variable of the server.', { examples: ['WEBHOOK_SECRET'] })),
      secret('file', text('A file: a path from the file of the webhook.', { examples: ['/run/secrets/webhook'] })),
    ],
  },
  template: text('The template of whose objects it is told.', { examples: ['role'] }),
  where: {
    type: 'object',
    minProperties: 1,
    description: 'Of which objects, as `where` takes it in GraphQL: after a change, and before a deletion.',
    examples: [{ name: { startsWith: 'ntp-' } }],
  },
  on: {
    type: 'array',
    minItems: 1,
    description: 'What must have become of an object. Default: anything.',
    items: { enum: outcomes },
  },
  fields: {
    type: 'array',
    minItems: 1,
    description: 'Fields of which one must have changed. Default: any.',
    items: text('A field of the template.'),
    examples: [['commit']],
  },
  $schema: { type: 'string', description: 'Where this JSON Schema is, for editors of JSON files.' },
}

/** The form of a file of WEBHOOKS_DIR, for editors. */
const webhookJsonSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Webhook',
  description: 'Whom to tell of which changes in the registry.',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'url', 'secret', 'template'],
  properties,
}

/** The committed `docs/webhook.schema.json`. */
export function printWebhookJsonSchema(): string {
  return `${JSON.stringify(webhookJsonSchema, null, 2)}\n`
}
