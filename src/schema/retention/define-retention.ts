import { createInputError } from '../../errors.ts'
import { groupFieldsOf } from '../../plan/group-fields.ts'
import type { PlanRequest } from '../../plan/plan-request.ts'
import type { Verb } from '../../plan/rights.ts'
import type { Removals } from '../../store/retention/find-removals.ts'
import { nameKey } from '../../template/documents/name-key.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { quote } from '../../template/quote.ts'
import type { Retain } from '../../template/retention/retention.ts'
import { didYouMean, listNames } from '../../template/suggest.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { ownNamesOf } from '../own-names.ts'

type Args = Readonly<Record<string, unknown>>

interface Found extends Removals {
  readonly template: Template
  readonly kept: number
}

const mostKeys = 1_000

function retentionNamesOf(model: TemplateModel) {
  return ownNamesOf('retention', ['Retention'], model)
}

/** The type of what a rule of retention would delete. */
export function defineRetention(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = retentionNamesOf(model)
  builder.object(types.Retention, { description: 'What a rule of retention would delete now.' }, () => ({
    objects: { type: 'Int', description: 'How many objects would go.', resolve: ({ objects }: Found) => objects },
    keptByReferences: {
      type: 'Int',
      description: 'How many more are as old, but others refer to them with onDelete: restrict.',
      resolve: ({ kept }: Found) => kept,
    },
    keys: {
      type: ['JSON'],
      description: 'The first of their keys: the key fields by their own names.',
      resolve: ({ samples, template }: Found) => samples.map((key) => nameKey(template, key, model)),
    },
  }))
}

/** The root field `retention`, by its name. */
export function retentionField(model: TemplateModel): Record<string, OutputField> {
  const { field, types } = retentionNamesOf(model)
  return {
    [field]: {
      type: types.Retention,
      description:
        'What the retain of a template would delete now, or another rule that is given here. Nothing is deleted. Needs the right to read and to delete all objects of the template.',
      args: {
        template: { type: 'String', required: true, description: 'The name of the template.' },
        days: { type: 'Int', description: 'Another rule: objects older than this many days would go.' },
        last: {
          type: 'Int',
          description: 'Another rule: this many of the latest objects of each group would stay; needs per.',
        },
        per: { type: ['String'], description: 'The fields whose equal values make a group.' },
        first: { type: 'Int', default: 20, description: 'The maximum number of keys; at most 1,000.' },
      },
      action: {
        kind: 'load',
        async run({ administration, request }, args) {
          const template = findTemplate(args, request)
          const retain = readRule(args, template, request)
          const first = args.first as number
          if (first < 0 || first > mostKeys) refuse('first', `first is ${first}; it must lie between 0 and ${mostKeys}`)
          return { template, ...(await administration.findOutgrown(template, retain, request.model, first)) }
        },
      },
    },
  }
}

/** Throws unless the caller may read and delete all of its objects: which are outgrown depends on all others. */
function findTemplate(args: Args, { model, rights, introspects }: PlanRequest): Template {
  const name = String(args.template)
  const template = model.byName.get(name)
  if (!template) {
    const hint = introspects ? didYouMean(name, model.byName.keys()) : undefined
    return refuse('template', [`there is no template ${quote(name)}`, hint].filter(Boolean).join('. '))
  }
  for (const verb of ['read', 'delete'] satisfies Verb[])
    if (rights.granted(verb, template)?.kind !== 'always') throw rights.refuse(verb, template)
  return template
}

function readRule({ days, last, per }: Args, template: Template, { introspects }: PlanRequest): Retain {
  const fields = (per ?? []) as readonly string[]
  const asks = (value: unknown): value is number => typeof value === 'number'
  if (asks(days) && !asks(last) && fields.length === 0) {
    if (days < 1 || days > 36_500) refuse('days', `days is ${days}; it must lie between 1 and 36500`)
    return { kind: 'days', days }
  }
  if (asks(last) && !asks(days) && fields.length > 0) {
    if (last < 1) refuse('last', `last is ${last}; at least 1 must stay`)
    const known = groupFieldsOf(template).map(({ name }) => name)
    for (const name of fields)
      if (!known.includes(name))
        refuse(
          'per',
          `${quote(name)} is no field of ${template.name} that makes groups${introspects ? `; there are ${listNames(known)}` : ''}`,
        )
    return { kind: 'last', count: last, per: fields }
  }
  if (asks(days) || asks(last) || fields.length > 0)
    refuse(asks(days) ? 'days' : 'per', 'give either days, or last and per')
  return (
    template.retain ??
    refuse(
      'template',
      `${template.name} retains all objects; give days, or last and per, to see what a rule would delete`,
    )
  )
}

function refuse(argument: string, message: string): never {
  throw createInputError([{ path: [argument], code: 'RETENTION', message }])
}
