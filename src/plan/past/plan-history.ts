import { formOfField } from '../../template/form-of-field.ts'
import type { TemplateModel } from '../../template/model.ts'
import { type PlanContext, planSubfields, type SelectedField } from '../collect-selection.ts'
import { settle } from '../open-value.ts'
import { pageSizes, planSize } from '../plan-page.ts'
import { planPageInfo } from '../plan-page-info.ts'
import type { Source } from '../source.ts'
import type {
  FieldChangeEntry,
  FieldChangePart,
  HistoryPlan,
  PageEntry,
  VersionEntry,
  VersionSource,
  VersionValue,
} from './history-plan.ts'
import { parseVersionCursor } from './past-cursor.ts'
import { planDocument } from './plan-document.ts'

/** Plans a page of versions. `names` are those of its arguments, which give way to others of the field. */
export function planHistory(
  source: Source,
  selected: SelectedField,
  context: PlanContext,
  names: { readonly first: string; readonly after: string } = { first: 'first', after: 'after' },
): HistoryPlan {
  const { template } = source
  const { request, path } = context
  const { args } = selected
  return {
    ...versionSource(source, request.model),
    document: planDocument(template, request.model),
    size: planPastSize(args[names.first], pageSizes.nested, context, names.first),
    after: parseVersionCursor(args[names.after], [...path, names.after]),
    entries: planPastPage(selected, context, planVersion),
  }
}

/** The size of a page of the past. */
export function planPastSize(
  given: unknown,
  defaultSize: number,
  { request, path }: PlanContext,
  name: string,
): number {
  return planSize(settle(given) ?? undefined, defaultSize, request, [...path, name])
}

/** The versions of the objects of a source. */
export function versionSource(source: Source, model: TemplateModel): VersionSource {
  const references = source.template.fields.flatMap((field) =>
    field.reference ? [{ attribute: field.attribute, form: formOfField(field, model) }] : [],
  )
  return { source, model, references }
}

/** Plans the selection of a page of versions or differences. */
export function planPastPage<Node>(
  selected: SelectedField,
  context: PlanContext,
  planNode: (selected: SelectedField, context: PlanContext) => readonly Node[],
): PageEntry<Node>[] {
  return planSubfields(selected, context, (inner): PageEntry<Node> => {
    const { key, name } = inner
    if (name === 'totalCount') return { kind: 'totalCount', key }
    if (name === 'pageInfo') return { kind: 'pageInfo', key, entries: planPageInfo(inner, context) }
    return { kind: 'nodes', key, entries: planNode(inner, context) }
  })
}

function planVersion(selected: SelectedField, context: PlanContext): VersionEntry[] {
  return planSubfields(selected, context, (inner): VersionEntry => {
    const { key, name } = inner
    if (name === 'document') return { kind: 'document', key }
    if (name === 'changes') return { kind: 'changes', key, entries: planFieldChanges(inner, context) }
    return { kind: 'value', key, name: name as VersionValue }
  })
}

/** Plans the selection of a change of a field. */
export function planFieldChanges(selected: SelectedField, context: PlanContext): FieldChangeEntry[] {
  return planSubfields(selected, context, ({ key, name }): FieldChangeEntry => ({ kind: name as FieldChangePart, key }))
}
