import { type Condition, findPath } from '../client/views/condition.ts'
import type { DescribedTemplate } from '../client/views/described-template.ts'
import { type ListView, printOrder } from '../client/views/list-view.ts'
import type { MatrixView } from '../client/views/matrix-view.ts'

/** The command that prints the objects of a list. */
export function commandOfList(
  { template, conditions, order }: ListView,
  templates: readonly DescribedTemplate[],
): string {
  const options = order === undefined ? [] : ['--order-by', printOrder(order, template, templates)]
  return printCommand([template.name, 'get', ...printFilter(conditions, template, templates, '--where'), ...options])
}

/** The command that prints a matrix. */
export function commandOfMatrix(view: MatrixView, templates: readonly DescribedTemplate[]): string {
  const { template, rows, columns, target, conditions, columnConditions, rowIn, at } = view
  return printCommand([
    template.name,
    'matrix',
    `rows=${rows.name}`,
    `columns=${columns.name}`,
    ...printFilter(conditions, template, templates, '--where'),
    ...(rowIn === undefined ? [] : ['--row-in', rowIn]),
    ...(columnConditions.length === 0
      ? []
      : ['--column-where', columnConditions.map((one) => printComparison(one, target, templates)).join(' and ')]),
    ...(at === undefined ? [] : ['--at', at]),
    '-o',
    'table',
  ])
}

/** The command that prints one object, found by its key. */
export function commandOfObject(template: DescribedTemplate, key: readonly (readonly [string, unknown])[]): string {
  const values = key.map(([name, value]) =>
    typeof value === 'object' ? `${name}:=${JSON.stringify(value)}` : `${name}=${String(value)}`,
  )
  return printCommand([template.name, 'get', ...values])
}

/** `registry` with these words, each in quotes where a shell would read it otherwise. */
function printCommand(words: readonly string[]): string {
  return ['registry', ...words.map(quoteForShell)].join(' ')
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Equalities of a template's own fields as `field=value`, all else as one expression. */
function printFilter(
  conditions: readonly Condition[],
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
  option: string,
): readonly string[] {
  const isPlain = ({ path, operator }: Condition) =>
    (operator === '=' || operator === ':=') &&
    template.fields.some(({ name, list }) => name === path && !list) &&
    conditions.filter((other) => other.path === path).length === 1
  const comparisons = conditions.filter((one) => !isPlain(one)).map((one) => printComparison(one, template, templates))
  return [
    ...conditions.filter(isPlain).map(({ path, operator, value }) => `${path}${operator}${value}`),
    ...(comparisons.length > 0 ? [option, comparisons.join(' and ')] : []),
  ]
}

/** A comparison of the command line's language: docs/command-line.md. */
function printComparison(
  { path, operator, value }: Condition,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): string {
  if (operator === ':=' && value === 'null') return `${path} is null`
  if (operator === '!:=' && value === 'null') return `${path} is not null`
  const quoted = /^[\w@%+:,./*-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
  const isList = findPath(path, template, templates).at(-1)?.list === true
  if (isList && operator === '=') return `${path} has ${quoted}`
  if (isList && operator === '!=') return `not ${path} has ${quoted}`
  return `${path}${operator.replace(':', '')}${quoted}`
}
