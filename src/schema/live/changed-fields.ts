import { planChanged } from '../../plan/live/plan-changed.ts'
import { giveWay, lateTypeNameOf, rootFieldNamesOf, typeNamesOf } from '../../template/graphql-names.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { changesFieldOf, ownEventFieldOf } from '../../template/names/argument-names.ts'
import { fieldChangeType } from '../../template/names/past-type-names.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { OutputField } from '../lazy/type-definitions.ts'

const typesOf = (template: Template, model: TemplateModel) => ({
  event: lateTypeNameOf(template, 'Event', model),
  kind: giveWay('EventKind', 'type', model),
})

/** The root fields of Subscription: `rolesChanged` for each template. */
export function defineSubscriptions(builder: DynamicBuilder, model: TemplateModel): void {
  if (model.templates.length === 0) return
  builder.enumeration(
    giveWay('EventKind', 'type', model),
    {
      CREATED: { description: 'It was created, or came into the sight of the caller' },
      UPDATED: { description: 'It changed, and goes on matching' },
      DELETED: { description: 'It was deleted, or went out of the sight of the caller' },
      ENTERED: { description: 'It changed, and now matches' },
      LEFT: { description: 'It changed, and no longer matches' },
      BOOKMARK: { description: 'Nothing happened for a while: only the cursor is new' },
    },
    'What an event of a subscription tells.',
  )
  for (const template of model.templates) defineEvent(builder, template, model)
  builder.subscription(() => Object.fromEntries(model.templates.map((template) => changedField(template, model))))
}

function defineEvent(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  const { event, kind } = typesOf(template, model)
  builder.object(event, { description: `A change of an object (${template.name}).` }, () => ({
    [ownEventFieldOf(template, 'kind')]: { type: kind, description: 'What happened.' },
    [ownEventFieldOf(template, 'cursor')]: {
      type: 'String',
      description: 'Give it as after to go on behind this event. It is a cursor of the feed of changes.',
    },
    [template.fieldName]: {
      type: template.typeName,
      nullable: true,
      description:
        'The object, with the fields that it has by this change; what it refers to is as it is when this is sent. Null for DELETED.',
    },
    [ownEventFieldOf(template, 'before')]: {
      type: 'JSON',
      nullable: true,
      description: 'As _document, what it was before.',
    },
    [changesFieldOf(template)]: {
      type: [fieldChangeType(model)],
      nullable: true,
      description: 'What differs from before. Null if one of the two versions is not kept.',
    },
  }))
}

function changedField(template: Template, model: TemplateModel): readonly [string, OutputField] {
  const { pluralName } = template
  const field: OutputField = {
    type: typesOf(template, model).event,
    description: `Tells what changes of the ${pluralName}, one event after another; each object's in their order.`,
    args: {
      where: { type: typeNamesOf(template).where, description: `Only of ${pluralName} that match, before or after.` },
      after: { type: 'String', description: 'Go on behind this cursor. Default: from now on.' },
    },
    action: { kind: 'subscribe', template, plan: (args, root, request) => planChanged(template, args, root, request) },
  }
  return [rootFieldNamesOf(template).subscription.changedMany, field]
}
