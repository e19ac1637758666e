import { fieldTypes } from './field-types/field-types.ts'
import { keyNeededByType, typesOfKey } from './keys-of-type.ts'
import { historyJsonSchema, retainJsonSchema } from './retention/retention-json-schema.ts'

/** A JSON Schema, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

export const templateNamePattern = '^[a-z][a-z0-9_]*$'
export const pluralPattern = '^[a-z][A-Za-z0-9_]*$'
export const fieldNamePattern = '^[A-Za-z]([A-Za-z0-9_.:/-]*[A-Za-z0-9_])?$'
/** The other side of a reference has a name in GraphQL only. */
export const reversePattern = '^[A-Za-z][A-Za-z0-9_]*$'
const longestName = 200
const longestDescription = 4_000
const longestPattern = 1_000
export const mostFields = 500
const mostConverted = 1_000

const typeNames = Object.keys(fieldTypes)
const anyType = `(${typeNames.join('|')})`

function text(description: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'string', minLength: 1, maxLength: longestDescription, description, ...more }
}

function flag(description: string): JsonSchema {
  return { type: 'boolean', default: false, description }
}

function name(pattern: string, description: string, examples: readonly string[]): JsonSchema {
  return { type: 'string', pattern, maxLength: longestName, description, examples }
}

/** A former name, or a list of them. The two forms are not an `anyOf`, so that errors are about the form that is written. */
function formerNames(pattern: string, description: string, examples: readonly unknown[]): JsonSchema {
  const form = { pattern, maxLength: longestName }
  return { type: ['string', 'array'], ...form, minItems: 1, items: { type: 'string', ...form }, description, examples }
}

/** An index entry has room for the values of four fields. */
const mostFieldsTogether = 4

function fieldLists(description: string): JsonSchema {
  const list = { type: 'array', minItems: 1, maxItems: mostFieldsTogether, items: { type: 'string' } }
  return { type: 'array', minItems: 1, maxItems: 20, items: list, description, examples: [[['environment', 'slot']]] }
}

const typeText: JsonSchema = {
  type: 'string',
  description: 'The type of the field; "type!" makes it required, "[type]!" a required list.',
  anyOf: [{ enum: typeNames }, { pattern: `^(${anyType}!?|\\[ *${anyType}!? *\\]!?)$` }],
  examples: ['string', 'string!', '[string]!'],
}

const typeList: JsonSchema = {
  type: 'array',
  description: 'A list: [string]. Its items are never null.',
  minItems: 1,
  maxItems: 1,
  items: { type: 'string', anyOf: [{ enum: typeNames }, { pattern: `^${anyType}!?$` }] },
}

const fields: JsonSchema = {
  type: 'object',
  description:
    'Name → field. The short form of a field is its type. In GraphQL, characters of a name other than letters, digits and _ become _.',
  minProperties: 1,
  propertyNames: { pattern: fieldNamePattern, maxLength: longestName },
  additionalProperties: { $ref: '#/definitions/field' },
  examples: [{ name: 'string!', lts: 'boolean', tags: ['string'] }],
}

const longField: JsonSchema = {
  type: 'object',
  description: 'A field in its long form.',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: { anyOf: [{ $ref: '#/definitions/typeText' }, { $ref: '#/definitions/typeList' }] },
    description: text('Becomes the description in GraphQL.', { minLength: 0 }),
    required: flag('Every object must have a value for this field.'),
    default: {
      description:
        'The value if none is given: a literal, or { now: true }, { now: "<strftime format>" }, { uuid: true }, { actor: true }, computed at each write.',
      examples: ['text', { now: true }, { now: '%d/%m/%Y %H:%M:%S' }, { uuid: true }, { actor: true }],
    },
    values: {
      type: 'array',
      description: 'The members of an enum, in their order: any texts.',
      minItems: 1,
      items: { type: 'string' },
      examples: [
        ['draft', 'active', 'retired'],
        ['front-to-rear', '10GBASE-T'],
      ],
    },
    fields: { ...fields, description: 'The members of an object.' },
    to: name(templateNamePattern, 'The template that a reference points to.', ['image']),
    reverse: name(
      reversePattern,
      "The name of the field on the other side of a reference. Default: this template's plural.",
      ['roles'],
    ),
    onMissing: {
      enum: ['reject', 'allow'],
      default: 'reject',
      description: 'Whether a reference to an object that does not exist is refused.',
    },
    onDelete: {
      enum: ['restrict', 'cascade', 'unset'],
      default: 'restrict',
      description:
        'What happens when the referenced object is deleted: the deletion is refused, deletes this object too, or clears this field.',
    },
    pattern: text('A regular expression in RE2 syntax that must match some part of the text.', {
      maxLength: longestPattern,
      examples: ['^[0-9a-f]{40}$'],
    }),
    minLength: { type: 'integer', minimum: 0, description: 'The least number of characters.' },
    maxLength: { type: 'integer', minimum: 0, description: 'The greatest number of characters.' },
    minimum: { type: 'number', description: 'The least number.' },
    maximum: { type: 'number', description: 'The greatest number.' },
    unique: flag('No two objects have the same value.'),
    indexed: flag('A btree index, for ranges and ordering.'),
    merge: {
      description:
        'Which value an object keeps when it is written again, such as by reports that arrive late or twice: the latest (default), the first, the least, the greatest, or that of the report whose field maxBy names is greatest.',
      anyOf: [
        { enum: ['latest', 'first', 'min', 'max'] },
        {
          type: 'object',
          additionalProperties: false,
          required: ['maxBy'],
          properties: { maxBy: { type: 'string', minLength: 1 } },
        },
      ],
      examples: ['max', { maxBy: 'finished_at' }],
    },
    deprecated: text('The reason why the field is deprecated; reaches GraphQL.'),
    renamedFrom: formerNames(
      fieldNamePattern,
      "The field's former name, or a list of former names, newest first: the data follow. It may stay afterwards.",
      ['commit', ['commit', 'sha']],
    ),
    convert: {
      type: 'object',
      description:
        'What stored values become when the type changes: text of the stored value → new value, item by item for a list. It may stay afterwards.',
      minProperties: 1,
      maxProperties: mostConverted,
      examples: [{ true: 'passed', false: 'failed' }],
    },
  },
  allOf: [...printNeededKeys(), ...printExcludedKeys()],
}

/** The names of the keys that a template and a field can have. */
export const templateKeys = [
  'name',
  'plural',
  'description',
  'key',
  'unique',
  'indexes',
  'additionalFields',
  'fields',
  'passed',
  'latestBy',
  'staleAfter',
  'search',
  'history',
  'retain',
  'renamedFrom',
  '$schema',
]
export const fieldKeys = Object.keys(longField['properties'] as object)

/** The form of a template file. The validator and the schema for editors are both made from it. */
export const templateJsonSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Object template',
  description: 'A kind of object that the registry stores, validates and gives a GraphQL API.',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'key', 'fields'],
  properties: {
    $schema: { type: 'string', description: 'Where this JSON Schema is, for editors of JSON files.' },
    name: name(templateNamePattern, 'The name: vm_image gives the type VmImage and the fields vmImage and vmImages.', [
      'image',
      'vm_image',
    ]),
    plural: name(pluralPattern, 'The plural, if the English one does not fit.', ['vm_images']),
    description: text('Becomes the description in GraphQL.', { minLength: 0 }),
    key: {
      type: 'array',
      description: 'The fields that together identify an object. They are required and never change.',
      minItems: 1,
      items: { type: 'string' },
      examples: [['name'], ['name', 'version']],
    },
    unique: fieldLists(
      'More unique constraints, each a list of fields: no two objects have equal values in all of them. An object that lacks one of them is exempt.',
    ),
    indexes: fieldLists('More indexes, each a list of fields, for filters that compare all of them.'),
    additionalFields: flag('Whether attributes that are not fields are stored (true) or refused (false).'),
    fields: { $ref: '#/definitions/fields' },
    passed: {
      type: 'object',
      description: "Which objects count as a success: a filter, as `where` takes it, over the template's own fields.",
      minProperties: 1,
      examples: [{ status: { equals: true } }],
    },
    latestBy: name(
      fieldNamePattern,
      'The field that says which of several objects is the latest: a datetime, date, int, bigint or version. Default: the update time.',
      ['finished_at'],
    ),
    staleAfter: text('A success older than this counts as stale: 14d, 36h.', { examples: ['14d', '36h'] }),
    search: {
      type: 'boolean',
      default: true,
      description:
        'Whether objects of this template take part in search; false spares each write its part of the index.',
    },
    history: historyJsonSchema,
    retain: retainJsonSchema,
    renamedFrom: formerNames(
      templateNamePattern,
      "The template's former name, or a list of former names, newest first: objects and references follow. It may stay afterwards.",
      ['picture', ['picture', 'vm_picture']],
    ),
  },
  definitions: {
    fields,
    field: {
      anyOf: [
        { $ref: '#/definitions/typeText' },
        { $ref: '#/definitions/typeList' },
        { $ref: '#/definitions/longField' },
      ],
    },
    typeText,
    typeList,
    longField,
  },
}

/** The committed `docs/object-template.schema.json`. */
export function printTemplateJsonSchema(): string {
  return `${JSON.stringify(templateJsonSchema, null, 2)}\n`
}

function printNeededKeys(): JsonSchema[] {
  return [...keyNeededByType].map(([type, key]) => ({ if: typeIsOneOf([type]), then: { required: [key] } }))
}

function printExcludedKeys(): JsonSchema[] {
  return [...typesOfKey].map(([key, types]) => ({
    if: { required: [key] },
    then: typeIsOneOf(types),
  }))
}

function typeIsOneOf(types: readonly string[]): JsonSchema {
  const pattern = `^(\\[ *)?(${types.join('|')})\\b`
  return {
    required: ['type'],
    properties: {
      type: {
        anyOf: [
          { type: 'string', pattern },
          { type: 'array', items: { type: 'string', pattern } },
        ],
      },
    },
  }
}
