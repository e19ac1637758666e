import type { ParsedMetrics } from './parse-metrics.ts'

const units = [
  'milliseconds',
  'ms',
  'minutes',
  'hours',
  'days',
  'kilobytes',
  'kb',
  'megabytes',
  'mb',
  'bits',
  'percent',
]
const types = ['counter', 'gauge', 'histogram', 'summary']

/** What `promtool check metrics` finds wrong, by the same rules (promlint of client_golang). */
export function findProblems({ families, samples }: ParsedMetrics): readonly string[] {
  const problems: string[] = []
  for (const [name, { help, type = 'untyped' }] of families) {
    const words = name.split('_')
    const own = samples.filter((sample) => familyOf(sample.name, type) === name)
    const say = (problem: string) => problems.push(`${name} ${problem}`)
    if (!help) say('has no help text')
    if (type === 'counter' && !name.endsWith('_total')) say('is a counter, and must end with _total')
    if (type !== 'counter' && name.endsWith('_total')) say('is no counter, and may not end with _total')
    if (type !== 'histogram' && type !== 'summary' && /_(count|sum|bucket)$/.test(name))
      say('ends as samples of histograms do')
    if (type !== 'histogram' && own.some(({ labels }) => 'le' in labels)) say('has the label le')
    if (type !== 'summary' && own.some(({ labels }) => 'quantile' in labels)) say('has the label quantile')
    if (/[A-Z:]/.test(name)) say('is not in snake_case')
    if (own.some(({ labels }) => Object.keys(labels).some((label) => /[A-Z]/.test(label))))
      say('has labels in camelCase')
    if (words.some((word) => units.includes(word))) say('has a unit that is no base unit')
    if (words.some((word) => types.includes(word))) say('has its type in its name')
  }
  const known = samples.filter(
    ({ name }) => ![...families].some(([family, { type }]) => familyOf(name, type) === family),
  )
  return [...problems, ...known.map(({ name }) => `${name} has no help and no type`)]
}

function familyOf(sample: string, type: string | undefined): string {
  return type === 'histogram' ? sample.replace(/_(bucket|sum|count)$/, '') : sample
}
