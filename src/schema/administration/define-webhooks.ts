import { createInputError } from '../../errors.ts'
import { assertAdmin } from '../../plan/rights.ts'
import { assertSpan } from '../../store/past/read-past.ts'
import type { ShownDeadLetter, WebhookState, WebhookStatus } from '../../store/webhooks/webhook-administration.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import { nameKey } from '../../template/documents/name-key.ts'
import type { TemplateModel } from '../../template/model.ts'
import { quote } from '../../template/quote.ts'
import { didYouMean } from '../../template/suggest.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { doerOf, type RequestContext } from '../request-context.ts'
import { dryRun } from '../writes/dry-run-argument.ts'
import { administrationNamesOf } from './names.ts'
import { readTime } from './read-time.ts'

const states: Readonly<Record<WebhookState, { readonly description: string }>> = {
  ACTIVE: { description: 'It is sent what it is to be told of.' },
  PAUSED: { description: 'pauseWebhook has stopped it; what changes waits.' },
  ENDED: {
    description: 'Its receiver has answered 410, so that it is sent nothing; what changes waits for resumeWebhook.',
  },
}

/** The types that tell about webhooks; none has a secret. */
export function defineWebhooks(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = administrationNamesOf(model)
  builder.enumeration(types.webhookState, states, 'Whether a webhook is sent anything.')
  builder.object(types.webhook, { description: 'A receiver of changes, from a file of WEBHOOKS_DIR.' }, () => ({
    name: { type: 'String', resolve: ({ name }: WebhookStatus) => name },
    url: { type: 'String', description: 'Where its messages go.', resolve: ({ url }: WebhookStatus) => url },
    template: {
      type: 'String',
      description: 'The template of whose objects it is told.',
      resolve: ({ template }: WebhookStatus) => template,
    },
    state: { type: types.webhookState, resolve: ({ state }: WebhookStatus) => state },
    waiting: {
      type: 'Int',
      description:
        'How many changes wait: those that are tried again, those behind them of the same object, and at most 1,000 that it has not come to yet, whether they are for it or not.',
      resolve: ({ waiting }: WebhookStatus) => waiting,
    },
    failed: {
      type: 'Int',
      description: 'How many changes nobody tries any more, after a day of attempts.',
      resolve: ({ failed }: WebhookStatus) => failed,
    },
    lastDelivery: {
      type: 'DateTime',
      nullable: true,
      description: 'When its receiver has last taken a message.',
      resolve: ({ lastDelivery }: WebhookStatus) => lastDelivery?.toISOString(),
    },
    lastError: {
      type: 'String',
      nullable: true,
      description:
        'Why the last message was not taken; null once one has been taken since. deadLetters keep their reasons.',
      resolve: ({ lastError }: WebhookStatus) => lastError,
    },
    deadLetters: {
      type: [types.deadLetter],
      description: 'The changes that nobody tries any more, the newest 100. They stay for 30 days.',
      resolve: ({ deadLetters }: WebhookStatus) => deadLetters(),
    },
  }))
  builder.object(types.deadLetter, { description: 'A change that could not be delivered.' }, () => ({
    key: {
      type: 'JSON',
      nullable: true,
      description: 'The key fields of the object; null if the registry does not keep the change any more.',
      resolve: ({ change }: ShownDeadLetter) => change && keyOf(change, model),
    },
    version: {
      type: 'Int',
      nullable: true,
      description: 'The version that the change made.',
      resolve: ({ change }: ShownDeadLetter) => change?.version,
    },
    time: {
      type: 'DateTime',
      nullable: true,
      description: 'When it was made. resendWebhook with this time sends it again.',
      resolve: ({ change }: ShownDeadLetter) => change?.time,
    },
    attempts: { type: 'Int', resolve: ({ attempts }: ShownDeadLetter) => attempts },
    lastAttempt: { type: 'DateTime', resolve: ({ time }: ShownDeadLetter) => time.toISOString() },
    reason: {
      type: 'String',
      description: 'Why the last attempt failed.',
      resolve: ({ reason }: ShownDeadLetter) => reason,
    },
  }))
}

/** Under a former key of its template, the object had other fields. */
function keyOf({ template: stored, key }: NonNullable<ShownDeadLetter['change']>, model: TemplateModel) {
  const template = model.templates.find((one) => originOf(one.stored) === originOf(stored))
  return template?.stored === stored ? nameKey(template, key, model) : null
}

/** The root field `webhooks`. */
export function webhooksField(model: TemplateModel): Record<string, OutputField> {
  const { fields, types } = administrationNamesOf(model)
  return {
    [fields.webhooks]: {
      type: [types.webhook],
      description: 'The webhooks of this registry, by name. Needs admin where there are rules of access.',
      action: {
        kind: 'load',
        run({ webhooks, request }) {
          assertAdmin(request.rights)
          return webhooks.list()
        },
      },
    },
  }
}

/** The mutations of webhooks. */
export function webhookMutations(): Record<string, OutputField> {
  const name = { type: 'String', required: true } as const
  const set = (description: string, state: 'ACTIVE' | 'PAUSED'): OutputField => ({
    type: 'Boolean',
    description: `${description} Needs admin where there are rules of access.`,
    args: { name, dryRun },
    action: {
      kind: 'load',
      async run(context, given) {
        const webhook = readName(given['name'], context)
        if (given['dryRun'] !== true) await context.webhooks.setState(webhook, state, doerOf(context))
        return true
      },
    },
  })
  return {
    pauseWebhook: set('Sends nothing more to the webhook, but what is on its way; what changes waits.', 'PAUSED'),
    resumeWebhook: set('Goes on with a webhook where it was paused, or where its receiver has ended it.', 'ACTIVE'),
    resendWebhook: {
      type: 'Int',
      description:
        'Sends again what the log has of a span of time and is for the webhook, with the same ids; returns how many changes these are. What the webhook has not come to yet is left out, as it is sent anyway. Needs admin where there are rules of access.',
      args: {
        name,
        from: { type: 'DateTime', required: true, description: 'Also the changes of this very time.' },
        to: { type: 'DateTime', description: 'Also the changes of this very time. Default: now.' },
        dryRun,
      },
      action: {
        kind: 'load',
        async run(context, { name: given, from, to, dryRun }) {
          const webhook = readName(given, context)
          return context.webhooks.resend(webhook, await readSpan(from, to, context), doerOf(context), dryRun === true)
        },
      },
    },
  }
}

/** Throws BAD_USER_INPUT for times that have not come, or in the wrong order. */
async function readSpan(from: unknown, to: unknown, { database, request: { now } }: RequestContext) {
  const start = readTime(from, now, ['from'])
  const end = to === undefined || to === null ? undefined : readTime(to, now, ['to'])
  await assertSpan(database.run, start, end)
  return { from: start, to: end ?? now.toISOString() }
}

/** Throws FORBIDDEN, or BAD_USER_INPUT if there is no webhook of that name. */
function readName(given: unknown, { request, webhooks }: RequestContext): string {
  assertAdmin(request.rights)
  const name = String(given)
  if (webhooks.names.includes(name)) return name
  const suggestion = didYouMean(name, webhooks.names)
  const remedy = suggestion === undefined ? '; { webhooks { name } } lists them' : `. ${suggestion}`
  const message = `name: ${quote(name)} is not a webhook${remedy}`
  throw createInputError([{ path: ['name'], code: 'WEBHOOK', message }])
}
