import { createInputError } from '../../errors.ts'
import { assertAdmin } from '../../plan/rights.ts'
import { listTrail, type TrailAction, type TrailEntry } from '../../store/trail.ts'
import type { TemplateModel } from '../../template/model.ts'
import { quote } from '../../template/quote.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { administrationNamesOf } from './names.ts'

const actions: Readonly<Record<TrailAction, { readonly description: string }>> = {
  TOKEN_CREATED: { description: 'The subject is the name of the token.' },
  TOKEN_REVOKED: { description: 'The subject is the name of the tokens.' },
  ROLES_CHANGED: { description: 'A server started with other rules of access; the subject is their digest.' },
  TEMPLATES_ACCEPTED: {
    description: 'A server started with consent to a change; the subject is the digest of its plan.',
  },
  TEMPLATE_PURGED: { description: 'The subject is the name of the template.' },
  OBJECT_PURGED: {
    description: 'The subject is the name of the template; the details have the uuids and the reason, but not the key.',
  },
  WEBHOOK_PAUSED: { description: 'The subject is the name of the webhook.' },
  WEBHOOK_RESUMED: { description: 'The subject is the name of the webhook.' },
  WEBHOOK_RESENT: { description: 'The subject is the name of the webhook; the details have the span of time.' },
}

const longestPage = 1_000

interface Page {
  readonly entries: readonly TrailEntry[]
  readonly hasMore: boolean
}

/** The types of the trail of administration. */
export function defineTrail(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = administrationNamesOf(model)
  builder.enumeration(types.deedAction, actions, 'What was done to the registry as a whole.')
  builder.object(types.deed, { description: 'Something that was done to the registry as a whole.' }, () => ({
    time: { type: 'DateTime', resolve: ({ time }: TrailEntry) => time.toISOString() },
    action: { type: types.deedAction, resolve: ({ action }: TrailEntry) => action },
    subject: { type: 'String', resolve: ({ subject }: TrailEntry) => subject },
    details: { type: 'JSON', resolve: ({ details }: TrailEntry) => details },
    actor: {
      type: 'String',
      nullable: true,
      description: 'Who did it; null for what a server does at its start.',
      resolve: ({ by }: TrailEntry) => by.actor,
    },
    onBehalfOf: {
      type: 'String',
      nullable: true,
      description: 'For whom, as the actor said in X-Registry-Actor.',
      resolve: ({ by }: TrailEntry) => by.onBehalfOf,
    },
    address: {
      type: 'String',
      nullable: true,
      description: 'The IP address that the request came from: a proxy’s, if there is one.',
      resolve: ({ by }: TrailEntry) => by.address,
    },
  }))
  builder.object(types.deeds, { description: 'What was done to the registry as a whole, the newest first.' }, () => ({
    nodes: { type: [types.deed], resolve: ({ entries }: Page) => entries },
    endCursor: {
      type: 'String',
      nullable: true,
      description: 'Give it as after to read on; null if there is no more.',
      resolve: ({ entries, hasMore }: Page) => (hasMore ? entries.at(-1)?.id : null),
    },
  }))
}

/** The root field `administrationLog`. */
export function trailField(model: TemplateModel): Record<string, OutputField> {
  const { fields, types } = administrationNamesOf(model)
  return {
    [fields.administrationLog]: {
      type: types.deeds,
      description:
        'Who made and revoked tokens, changed the rules of access, consented to changes of templates and purged them, and what was done to webhooks, the newest first. Needs admin where there are rules of access.',
      args: { first: { type: 'Int', default: 100, description: 'At most 1000.' }, after: { type: 'String' } },
      action: {
        kind: 'load',
        async run({ database, request }, { first, after }): Promise<Page> {
          assertAdmin(request.rights)
          const size = parseSize(first)
          const entries = await listTrail(database, size + 1, parseAfter(after))
          return { entries: entries.slice(0, size), hasMore: entries.length > size }
        },
      },
    },
  }
}

function parseSize(first: unknown): number {
  if (typeof first === 'number' && first >= 1 && first <= longestPage) return first
  const message = `first must be from 1 to ${longestPage}, not ${quote(first)}.`
  throw createInputError([{ path: ['first'], code: 'OUT_OF_RANGE', message }])
}

function parseAfter(after: unknown): string | undefined {
  if (after === undefined || after === null) return undefined
  if (typeof after === 'string' && /^[1-9]\d{0,17}$/.test(after)) return after
  const message = `${quote(after)} is no cursor of this log; give an endCursor.`
  throw createInputError([{ path: ['after'], code: 'INVALID_CURSOR', message }])
}
