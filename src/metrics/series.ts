/** The values of one metric, by their labels. */
export interface SeriesMap<Series> {
  readonly find: (labels: Readonly<Record<string, string>>) => Series
  readonly all: () => Iterable<readonly [Readonly<Record<string, string>>, Series]>
}

/**
 * prom-client finds the values of labels by a text that it makes of them, which takes longer than all else that counting does. Here, an
 * object of labels that comes again is recognized.
 */
export function createSeriesMap<Series>(create: () => Series): SeriesMap<Series> {
  const byObject = new WeakMap<Readonly<Record<string, string>>, Series>()
  const byText = new Map<string, readonly [Readonly<Record<string, string>>, Series]>()
  return {
    find(labels) {
      const seen = byObject.get(labels)
      if (seen) return seen
      const text = JSON.stringify(Object.entries(labels).sort())
      const known = byText.get(text) ?? ([labels, create()] as const)
      byText.set(text, known)
      byObject.set(labels, known[1])
      return known[1]
    },
    all: () => byText.values(),
  }
}
