/** Results whose key begins with a text, in places of `richTemplates`, with verdicts and the latest by a time of their own. */
export const resultTemplate = `
name: result
key: [name, place, stamp]
passed: { OR: [{ passed: { equals: true } }, { score: { gt: 9 } }] }
latestBy: done
staleAfter: 36h
fields:
  name: { type: string, minLength: 0 }
  place: { type: reference, to: place }
  stamp: { type: version, minLength: 0 }
  passed: boolean
  score: { type: float, indexed: true }
  done: datetime
`
