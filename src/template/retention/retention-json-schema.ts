type JsonSchema = Readonly<Record<string, unknown>>

/** Longer than any registry will live. */
const mostDays = 36_500
const mostVersions = 1_000_000
const mostObjects = 1_000_000

function wholeNumber(most: number, description: string): JsonSchema {
  return { type: 'integer', minimum: 1, maximum: most, description }
}

const historyRule = {
  days: wholeNumber(mostDays, 'How many days replaced versions and deleted objects are kept.'),
  keep: wholeNumber(mostVersions, 'How many versions of each object are kept, the present one included.'),
  indexed: {
    type: 'boolean',
    default: false,
    description: 'An index on the past, for filters with `at`. It costs each write that replaces a version.',
  },
}

const retainRule = {
  days: wholeNumber(mostDays, 'Objects older than this many days are deleted.'),
  last: wholeNumber(mostObjects, 'In each group, this many of the latest objects stay.'),
  per: {
    type: 'array',
    description: 'The fields whose equal values make a group.',
    minItems: 1,
    items: { type: 'string' },
  },
}

/** The keys of `history` and of `retain`. */
export const retentionKeys: Readonly<Record<string, readonly string[]>> = {
  history: Object.keys(historyRule),
  retain: Object.keys(retainRule),
}

/** What of the past is kept. The two forms are not an `anyOf`, so that errors are about the form that is written. */
export const historyJsonSchema: JsonSchema = {
  type: ['boolean', 'object'],
  default: true,
  description:
    'How much is kept of what objects were: everything (true), nothing (false), the last `days` days, or the last `keep` versions of each object. The rest is removed within a minute.',
  additionalProperties: false,
  minProperties: 1,
  properties: historyRule,
  examples: [false, { days: 90 }, { keep: 100 }, { days: 90, indexed: true }],
}

export const retainJsonSchema: JsonSchema = {
  type: 'object',
  description:
    'Which objects stay; older ones are deleted by the actor `registry`, but for those that others refer to with onDelete: restrict.',
  additionalProperties: false,
  minProperties: 1,
  properties: retainRule,
  examples: [{ days: 30 }, { last: 20, per: ['name', 'image'] }],
}
