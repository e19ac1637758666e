/** What `/metrics` says, in the text format of Prometheus. */
export interface ParsedMetrics {
  /** By name, in their order. */
  readonly families: ReadonlyMap<string, { readonly help: string | undefined; readonly type: string | undefined }>
  readonly samples: readonly Sample[]
  /** The value of the only sample with that name and, among others, these labels; undefined if there is none. */
  readonly valueOf: (name: string, labels?: Readonly<Record<string, string>>) => number | undefined
}

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export function parseMetrics(text: string): ParsedMetrics {
  const families = new Map<string, { help: string | undefined; type: string | undefined }>()
  const samples: Sample[] = []
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (keyword) {
      const known = families.get(name) ?? { help: undefined, type: undefined }
      families.set(name, keyword === 'HELP' ? { ...known, help: rest } : { ...known, type: rest })
    } else samples.push(parseSample(line))
  }
  return {
    families,
    samples,
    valueOf(name, labels = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )
      if (found.length > 1) throw new Error(`${found.length} samples of ${name} have these labels`)
      return found[0]?.value
    },
  }
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`)
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value)
  return { name, labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])), value: number }
}
