import { createInputError } from '../../errors.ts'
import { addReach } from '../../plan/assert-reach.ts'
import { parseFeedCursor, printFeedCursor } from '../../plan/feed/feed-cursor.ts'
import { pageSizes, planSize } from '../../plan/plan-page.ts'
import type { PlanRequest } from '../../plan/plan-request.ts'
import { assertMayRead, readableOf } from '../../plan/rights.ts'
import { differencesOf, type SeenChange } from '../../store/feed/see-changes.ts'
import { giveWay } from '../../template/graphql-names.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { fieldChangeType } from '../../template/names/past-type-names.ts'
import { quote } from '../../template/quote.ts'
import { didYouMean } from '../../template/suggest.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import { byFieldName } from '../lazy/read-by-response-key.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { ownNamesOf } from '../own-names.ts'
import { changeOutcomeType } from '../past/define-history.ts'
import { type FeedPage, readFeedPage } from './read-feed-page.ts'

function feedNamesOf(model: TemplateModel) {
  return ownNamesOf('changes', ['ChangeConnection', 'Change'], model)
}

/** The types of the feed of changes. */
export function defineFeedTypes(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = feedNamesOf(model)
  builder.object(types.ChangeConnection, { description: 'A part of the feed of changes.' }, () => ({
    nodes: {
      type: [types.Change],
      description: 'In the order in which to apply them: the versions of each object one after another.',
      resolve: ({ nodes }: FeedPage) => nodes,
    },
    endCursor: {
      type: 'String',
      description: 'Give it as after to go on. It moves also where there is nothing that the caller may read.',
      resolve: ({ end }: FeedPage) => printFeedCursor(end),
    },
    caughtUp: {
      type: 'Boolean',
      description: 'Whether there was nothing more when it was read. What the caller may not read counts as well.',
      resolve: ({ caughtUp }: FeedPage) => caughtUp,
    },
  }))
  builder.object(types.Change, { description: 'A finished change of an object. Confirmations are none.' }, () => ({
    cursor: {
      type: 'String',
      description: 'Give it as after to go on behind this change.',
      resolve: ({ change }: SeenChange) => printFeedCursor(change.position),
    },
    outcome: {
      type: changeOutcomeType(model),
      description: 'CREATED and DELETED also for an object that comes into the sight of the caller, or goes out of it.',
      resolve: ({ outcome }: SeenChange) => outcome,
    },
    template: { type: 'String', description: 'Its name now.', resolve: ({ template }: SeenChange) => template.name },
    key: {
      type: 'JSON',
      description: 'The key fields of the object, by their own names.',
      resolve: ({ key }: SeenChange) => key,
    },
    uuid: { type: 'UUID', description: 'As _meta.uuid.', resolve: ({ change }: SeenChange) => change.uuid },
    version: {
      type: 'Int',
      description: 'The number of the version that it made; a deletion takes one too.',
      resolve: ({ change }: SeenChange) => change.version,
    },
    time: {
      type: 'DateTime',
      description: 'When it was made, by the clock of the database. The order is not by time.',
      resolve: ({ change }: SeenChange) => change.time,
    },
    actor: {
      type: 'String',
      nullable: true,
      description: 'Who made it, if that is known.',
      resolve: ({ change }: SeenChange) => change.actor,
    },
    onBehalfOf: {
      type: 'String',
      nullable: true,
      description: 'On whose behalf, as a caller with credentials of its own said in X-Registry-Actor.',
      resolve: ({ change }: SeenChange) => change.onBehalfOf,
    },
    run: {
      type: 'String',
      nullable: true,
      description: "The URL of the pipeline's run, as X-Registry-Run gave it.",
      resolve: ({ change }: SeenChange) => change.run,
    },
    document: {
      type: 'JSON',
      nullable: true,
      description:
        'As _document, of this version; of a deletion, what was deleted. Null if it is not kept any more, and with history: false.',
      resolve: ({ document }: SeenChange) => document,
    },
    changes: {
      type: [fieldChangeType(model)],
      nullable: true,
      description: 'What differs from the version before. Null if one of the two is not kept any more.',
      resolve: (seen: SeenChange) => differencesOf(seen)?.map((one) => ({ ...one, [byFieldName]: true })),
    },
  }))
}

/** The root fields `changes` and `cursor`, by their names. */
export function feedFields(model: TemplateModel): Record<string, OutputField> {
  const { field, types } = feedNamesOf(model)
  return {
    [field]: {
      type: types.ChangeConnection,
      description:
        'What has changed since a cursor, of all templates that the caller may read: only what is finished, each version once, those of an object in their order.',
      args: {
        after: { type: 'String', description: 'A cursor. Default: from the oldest change that is kept.' },
        templates: { type: ['String'], description: 'Only changes of these templates. The cursors are those of all.' },
        first: { type: 'Int', default: pageSizes.root, description: 'The maximum number; at most 1,000.' },
      },
      action: {
        kind: 'load',
        run(context, { after, templates, first }, selects) {
          const { request } = context
          const size = planSize(first, pageSizes.root, request, ['first'])
          addReach(size, request)
          const asked = listTemplates(templates, request)
          const from = typeof after === 'string' ? parseFeedCursor(after, ['after']) : undefined
          return readFeedPage(context, { after: from, templates: asked, size, withFormer: selects('changes') })
        },
      },
    },
    [giveWay('cursor', 'field', model)]: {
      type: 'String',
      description:
        'The end of the feed of changes, taken before the other fields of its query are read: what comes after it may be in them already, but nothing before it is missing in them.',
      action: { kind: 'cursor' },
    },
  }
}

/** Throws BAD_USER_INPUT for a name that is none; FORBIDDEN for one that may not be read. */
function listTemplates(given: unknown, { model, rights, introspects }: PlanRequest): readonly Template[] {
  if (given === undefined || given === null) return readableOf(rights, model.templates)
  const names = given as readonly string[]
  const issues = names.flatMap((name, i) => {
    if (model.byName.has(name)) return []
    const suggestion = didYouMean(name, introspects ? model.templates.map((one) => one.name) : [])
    const remedy = suggestion === undefined ? '; { templates { name } } lists them' : `. ${suggestion}`
    return [
      { path: ['templates', i], code: 'TEMPLATE', message: `templates: ${quote(name)} is not a template${remedy}` },
    ]
  })
  if (issues.length > 0) throw createInputError(issues)
  const templates = model.templates.filter(({ name }) => names.includes(name))
  for (const template of templates) assertMayRead(rights, template)
  return templates
}
