import { useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import {
  type Condition,
  findPath,
  isRanged,
  metaField,
  type Operator,
  operators,
  printCondition,
} from '../../client/views/condition.ts'
import {
  type DescribedField,
  type DescribedTemplate,
  targetOf,
  ViewError,
} from '../../client/views/described-template.ts'
import { printValue } from '../../client/views/selection.ts'
import { go, hrefOf, place } from '../address.ts'
import { ask } from '../ask.ts'

/** Conditions on objects of one template, and what their parameters begin with in the address. */
export interface FilterSubject {
  readonly template: DescribedTemplate
  readonly conditions: readonly Condition[]
  readonly prefix: string
  /** The parameters of the address that are no conditions. */
  readonly own: readonly string[]
}

/** Parameters that another filter makes meaningless: those of pages. */
const ofPages = ['after', 'before']

/** The conditions of a view, each with a button that takes it away, and a form that adds one. */
export function FilterBar({
  subjects,
  templates,
}: {
  readonly subjects: readonly FilterSubject[]
  readonly templates: readonly DescribedTemplate[]
}) {
  const given = subjects.flatMap((subject) => subject.conditions.map((condition) => ({ subject, condition })))
  const paths = subjects.flatMap((subject) =>
    listPaths(subject.template, templates).map((path) => ({ subject, path, name: `${subject.prefix}${path}` })),
  )
  const chosen = useSignal(paths[0]?.name ?? '')
  const operator = useSignal<Operator>('=')
  const value = useSignal('')
  const choice = paths.find(({ name }) => name === chosen.value) ?? paths[0]
  if (!choice) return null
  const { subject, path } = choice
  const leaf = findPath(path, subject.template, templates).at(-1) as DescribedField
  const choices = listOperators(leaf)
  const current = choices.some(({ operator: one }) => one === operator.value) ? operator.value : '='
  const add = (event: Event) => {
    event.preventDefault()
    const condition = { path, operator: current, value: current.endsWith(':=') ? 'null' : value.value }
    change((parameters) => {
      const [name, text] = printCondition(condition, subject.own)
      parameters.append(`${subject.prefix}${name}`, text)
    })
    value.value = ''
  }
  return (
    <div class="filters">
      {given.length > 0 && (
        <ul class="chips" aria-label="Filters">
          {given.map(({ subject: { prefix, own }, condition }) => (
            <li key={`${prefix}${JSON.stringify(condition)}`}>
              {describeCondition(prefix, condition)}
              <button
                type="button"
                aria-label={`Remove the filter ${describeCondition(prefix, condition)}`}
                onClick={() => change((parameters) => removeCondition(parameters, prefix, condition, own))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <form class="row" onSubmit={add} aria-label="Add a filter">
        <select
          aria-label="Field"
          value={choice.name}
          onChange={(event) => {
            chosen.value = event.currentTarget.value
            value.value = ''
          }}
        >
          {subjects.map((one) => (
            <optgroup key={one.prefix} label={one.template.name}>
              {paths
                .filter((option) => option.subject === one)
                .map((option) => (
                  <option key={option.name} value={option.name}>
                    {option.name}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
        <select
          aria-label="Comparison"
          value={current}
          onChange={(event) => {
            operator.value = event.currentTarget.value as Operator
          }}
        >
          {choices.map(({ operator: one, words }) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
        {!current.endsWith(':=') && (
          <ValueInput
            key={choice.name}
            owner={ownerOf(path, subject.template, templates)}
            field={leaf}
            value={value.value}
            onValue={(text) => {
              value.value = text
            }}
            isPattern={current.endsWith('~')}
            templates={templates}
          />
        )}
        <button type="submit">Add filter</button>
      </form>
    </div>
  )
}

function ValueInput({
  owner,
  field,
  value,
  onValue,
  isPattern,
  templates,
}: {
  /** The template that has the field itself; undefined for a member of an object. */
  readonly owner: DescribedTemplate | undefined
  readonly field: DescribedField
  readonly value: string
  readonly onValue: (text: string) => void
  readonly isPattern: boolean
  readonly templates: readonly DescribedTemplate[]
}) {
  const suggestions = useSignal<readonly string[]>([])
  const fixed = field.type === 'boolean' ? ['true', 'false'] : field.values
  const id = useId()
  useEffect(() => {
    const abort = new AbortController()
    if (owner && fixed.length === 0) {
      void listValues(owner, field, templates, abort.signal)
        .then((values) => {
          suggestions.value = values
        })
        .catch(() => undefined)
    }
    if (fixed.length > 0 && value === '') onValue(fixed[0] ?? '')
    return () => abort.abort()
  }, [owner, field.name])
  if (fixed.length > 0)
    return (
      <select aria-label="Value" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {fixed.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    )
  return (
    <>
      <input
        aria-label="Value"
        required
        list={id}
        value={value}
        placeholder={isPattern ? 'b3*, *-generic, *ntp*' : field.type === 'datetime' ? '2026-11-23T09:57:00Z' : 'value'}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <datalist id={id}>
        {suggestions.value.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  )
}

/** The values that most objects have. */
async function listValues(
  owner: DescribedTemplate,
  field: DescribedField,
  templates: readonly DescribedTemplate[],
  abort: AbortSignal,
): Promise<readonly string[]> {
  if (field.list || !['string', 'version', 'int', 'date', 'duration'].includes(field.type)) return []
  const name = field.graphqlName
  const query = `query Values { page: ${owner.plural} { groupBy(by: [${name}], orderBy: COUNT, first: 100) { key { ${name} } } } }`
  const { data } = await ask<ValuesAnswer>({ query, variables: {} }, abort)
  return (data?.page.groupBy ?? []).map(({ key }) => printValue(key[name], field, templates)).filter(Boolean)
}

interface ValuesAnswer {
  readonly page: { readonly groupBy: readonly { readonly key: Readonly<Record<string, unknown>> }[] }
}

function ownerOf(
  path: string,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): DescribedTemplate | undefined {
  const fields = findPath(path, template, templates)
  const [last, before] = [fields.at(-1), fields.at(-2)]
  const owner = !before ? template : before.type === 'reference' ? targetOf(before, templates) : undefined
  return owner && last?.type !== 'reference' ? owner : undefined
}

/** What a form can compare: the template's fields, those of single references, members of objects, and `_meta`. */
function listPaths(template: DescribedTemplate, templates: readonly DescribedTemplate[]): readonly string[] {
  const below = (field: DescribedField): readonly string[] => {
    if (field.type === 'object')
      return field.list ? [] : (field.fields ?? []).map(({ name }) => `${field.name}.${name}`)
    if (field.type !== 'reference') return [field.name]
    const plain = targetOf(field, templates).fields.filter(({ type }) => type !== 'object' && type !== 'reference')
    return plain.map(({ name }) => `${field.name}.${name}`)
  }
  return [...template.fields, metaField].flatMap(below).filter((path) => isComparable(path, template, templates))
}

function isComparable(path: string, template: DescribedTemplate, templates: readonly DescribedTemplate[]): boolean {
  try {
    return findPath(path, template, templates).at(-1)?.type !== 'object'
  } catch (error) {
    if (error instanceof ViewError) return false
    throw error
  }
}

function listOperators(field: DescribedField): readonly { readonly operator: Operator; readonly words: string }[] {
  const isText = !field.list && (field.type === 'string' || field.type === 'version')
  const fitting: readonly Operator[] = [
    '=',
    '!=',
    ...(isText ? (['~', '!~'] as const) : []),
    ...(isRanged(field) ? (['>=', '<='] as const) : []),
  ]
  return [
    ...fitting.map((operator) => ({
      operator,
      words: field.list && operator === '=' ? 'has' : operators[operator].words,
    })),
    { operator: ':=', words: 'is absent' },
    { operator: '!:=', words: 'is present' },
  ]
}

function describeCondition(prefix: string, { path, operator, value }: Condition): string {
  const isNull = value === 'null' && operator.endsWith(':=')
  const words = isNull ? (operator === ':=' ? 'is absent' : 'is present') : `${operators[operator].words} ${value}`
  return `${prefix}${path} ${words}`
}

function change(edit: (parameters: URLSearchParams) => void): void {
  const parameters = new URLSearchParams(place.value.search)
  for (const name of ofPages) parameters.delete(name)
  edit(parameters)
  go(hrefOf(place.value.path, parameters))
}

function removeCondition(
  parameters: URLSearchParams,
  prefix: string,
  condition: Condition,
  own: readonly string[],
): void {
  const [name, value] = printCondition(condition, own)
  // A dot that is not needed may be there as well.
  for (const written of [`${prefix}${name}`, `${prefix}.${name}`]) parameters.delete(written, value)
}
