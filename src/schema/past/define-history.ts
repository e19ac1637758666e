import { pageSizes } from '../../plan/plan-page.ts'
import { giveWay } from '../../template/graphql-names.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { fieldChangeType, pastTypeNamesOf } from '../../template/names/past-type-names.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { InputField, OutputField } from '../lazy/type-definitions.ts'

/** What a change did: its name gives way to those of templates. */
export function changeOutcomeType(model: TemplateModel): string {
  return giveWay('ChangeOutcome', 'type', model)
}

/** The types of the past that are the same for all templates; their names give way to those of templates. */
function sharedPastTypes(model: TemplateModel) {
  return { outcome: changeOutcomeType(model), fieldChange: fieldChangeType(model) }
}

export function definePastTypes(builder: DynamicBuilder, model: TemplateModel): void {
  const types = sharedPastTypes(model)
  builder.enumeration(
    types.outcome,
    {
      CREATED: { description: 'There was no object with this key before' },
      UPDATED: { description: 'The object differed from before' },
      DELETED: { description: 'There was no object with this key any more' },
    },
    'What a change did to an object.',
  )
}

/** The types of the history of a template, and of what differs between two times. */
export function defineHistoryTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const names = pastTypeNamesOf(template, model)
  const shared = sharedPastTypes(model)
  const { name, pluralName } = template
  const pageOf = (node: string, nodes: string, what: string): Record<string, OutputField> => ({
    nodes: { type: [node], description: nodes },
    pageInfo: { type: 'PageInfo' },
    totalCount: { type: 'Int', description: `The number of ${what} on all pages.` },
  })
  builder.object(
    names.history,
    { description: `The versions of one object of the template ${name}, or of all that have had its key.` },
    () => pageOf(names.version, 'The newest first.', 'versions'),
  )
  builder.object(
    names.version,
    { description: `One version of an object (${name}): what it became by one change. Confirmations make none.` },
    () => ({
      outcome: { type: shared.outcome },
      version: { type: 'Int', description: 'Its number; a deletion takes one too.' },
      time: { type: 'DateTime', description: 'When it was made, by the clock of the database.' },
      actor: { type: 'String', nullable: true, description: 'Who made it, if that is known.' },
      onBehalfOf: {
        type: 'String',
        nullable: true,
        description: 'On whose behalf, as a caller with credentials of its own said in X-Registry-Actor.',
      },
      run: { type: 'String', nullable: true, description: "The URL of the pipeline's run, as X-Registry-Run gave it." },
      document: {
        type: 'JSON',
        nullable: true,
        description:
          'As _document, with the names that the fields have now; of a deletion, what was deleted. Null if it is not kept any more.',
      },
      changes: {
        type: [shared.fieldChange],
        nullable: true,
        description: 'What differs from the version before. Null if one of the two is not kept any more.',
      },
    }),
  )
  builder.object(names.diff, { description: `The ${pluralName} that differ between two times.` }, () =>
    pageOf(names.diffNode, 'In the order of their keys.', 'objects'),
  )
  builder.object(names.diffNode, { description: `An object (${name}) that differs between two times.` }, () => ({
    outcome: { type: shared.outcome, description: 'CREATED and DELETED: it was there at one of the times only.' },
    key: { type: 'JSON', description: 'Its key fields, by their own names.' },
    before: {
      type: 'JSON',
      nullable: true,
      description: 'As _document, at the earlier time; null if it was not there.',
    },
    after: { type: 'JSON', nullable: true, description: 'The same at the later time.' },
    changes: { type: [shared.fieldChange], description: 'What differs.' },
  }))
}

/** The arguments of a page of versions, or of differences. */
export const pastPageArguments = {
  first: {
    type: 'Int',
    default: pageSizes.nested,
    isDefaultPlanned: true,
    description: 'The maximum number; at most 1,000.',
  },
  after: { type: 'String', description: 'Only what comes after this cursor.' },
} as const satisfies Record<string, InputField>

/** `_history` of an object. */
export function historyField(template: Template, model: TemplateModel): OutputField {
  return {
    type: pastTypeNamesOf(template, model).history,
    description: 'The versions of the object, the newest first; below a root field with at, those up to that time.',
    args: pastPageArguments,
  }
}
