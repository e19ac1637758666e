import { createInputError } from '../../errors.ts'
import type { Field, Template } from '../../template/model.ts'
import { type Naming, namingOfValue } from '../../template/naming.ts'
import { quote } from '../../template/quote.ts'
import { didYouMean } from '../../template/suggest.ts'
import { assertReach } from '../assert-reach.ts'
import { below, type PlanContext, planSubfields, type SelectedField } from '../collect-selection.ts'
import { parseFilterText } from '../filter-value.ts'
import { derive, settle } from '../open-value.ts'
import type { ReadPlan } from '../plan.ts'
import { planSize } from '../plan-page.ts'
import { contextOf, planAnyObject, type RootField, selectedFieldOf } from '../plan-read.ts'
import type { PlanRequest } from '../plan-request.ts'
import { readableOf } from '../rights.ts'
import type { FoundEntry, HidingField, SearchEntry, SearchTarget } from './search-plan.ts'
import { parseSearchWords } from './search-words.ts'

/** How many objects a search returns if nothing else is said. */
export const searchSize = 20

type Args = Readonly<Record<string, unknown>>

/** `search(text:, templates:, first:)`. Throws BAD_USER_INPUT or LIMIT_EXCEEDED; for the text, only when it is known. */
export function planSearchRead(args: Args, field: RootField, request: PlanRequest): ReadPlan {
  const templates = listTemplates(settle(args['templates']), request)
  const size = planSize(settle(args['first']), searchSize, request, ['first'])
  const words = derive(parseFilterText(args['text'], ['text']), (text) => parseSearchWords(text, request.limits))
  const entries = planSubfields(
    selectedFieldOf(args, field),
    contextOf(field, request),
    (selected): SearchEntry => ({
      kind: 'nodes',
      key: selected.key,
      entries: planFound(selected, templates, below(contextOf(field, request), selected.key)),
    }),
  )
  const targets = templates.map((template) => planTarget(template, request))
  return assertReach({ kind: 'search', search: { words, size, targets, entries } }, request)
}

/** Throws BAD_USER_INPUT for a name that is none, and for a template that is not searched; FORBIDDEN for one that may not be read. */
function listTemplates(given: unknown, { model, rights, introspects }: PlanRequest): readonly Template[] {
  const { templates, byName } = model
  const searched = templates.filter(({ isSearched }) => isSearched)
  if (given === undefined || given === null) return readableOf(rights, searched)
  const issues = (given as readonly string[]).flatMap((name, i) => {
    const template = byName.get(name)
    if (template?.isSearched) return []
    const known = introspects ? searched.map((one) => one.name) : []
    const suggestion = didYouMean(name, known)
    const reason = template
      ? `${quote(name)} takes no part in search: its template has search: false`
      : `${quote(name)} is not a template${suggestion === undefined ? '; { templates { name } } lists them' : `. ${suggestion}`}`
    return [{ path: ['templates', i], code: 'SEARCH', message: `templates: ${reason}` }]
  })
  if (issues.length > 0) throw createInputError(issues)
  return searched.filter(({ name }) => (given as readonly string[]).includes(name))
}

/** A reference has the key of another object: what is found by that alone comes after what is found by its own. */
function planTarget(template: Template, request: PlanRequest): SearchTarget {
  const searched = template.fields.filter(({ type }) => type !== 'boolean')
  const isOwn = ({ reference }: Field) => reference === undefined
  return {
    source: request.source(template),
    fields: [...searched.filter(isOwn), ...searched.filter((field) => !isOwn(field))],
    withHidden: searched.flatMap((field): HidingField[] => {
      const naming = field.type === 'object' ? namingOfValue(field, request.model) : undefined
      return naming && hides(naming) ? [{ field, naming }] : []
    }),
  }
}

function hides({ hidden, attributes }: Naming): boolean {
  return hidden.length > 0 || attributes.some(({ inner }) => inner !== undefined && hides(inner))
}

function planFound(selected: SelectedField, templates: readonly Template[], context: PlanContext) {
  return planSubfields(selected, context, ({ key, name, nodes }): FoundEntry => {
    if (name === 'field') return { kind: 'field', key }
    return { kind: 'object', key, selections: planAnyObject(nodes, templates, below(context, key)) }
  })
}
