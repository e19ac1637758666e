import { createUsageError } from '../cli-error.ts'

/** What the beginning of a CSV text says about the rest. */
export interface CsvForm {
  readonly delimiter: string
  /** The line on which `rest` begins. */
  readonly line: number
  /** The text from its header on. */
  readonly rest: AsyncIterable<string>
}

/** In this order: a comma in the header wins. */
const delimiters = [',', ';', '\t', '|'] as const

/** The characters in which the header is looked for. */
const longestHead = 1_000_000

/** The delimiter that `--delimiter` names: one character, or `tab`. */
export function parseDelimiter(text: string): string {
  if (/^(tab|\\t)$/i.test(text)) return '\t'
  if (/^[^"\r\n]$/u.test(text)) return text
  throw createUsageError(`--delimiter takes one character, such as ";", or tab, not ${JSON.stringify(text)}.`)
}

/** Finds the delimiter, if it is not given: in the header, or in the line `sep=;` that Excel writes before it. */
export async function readCsvForm(chunks: AsyncIterable<string>, given: string | undefined): Promise<CsvForm> {
  const source = chunks[Symbol.asyncIterator]()
  let head = ''
  for (let isWhole = false; !isWhole; ) {
    const { value, done } = await source.next()
    if (!done) head += value
    // A second line shows that the first two are whole.
    isWhole = done === true || head.length >= longestHead || /[\r\n][^\r\n]+[\r\n]/.test(head)
  }
  const [first = '', , separator] = /^("?)sep=([^"\r\n])\1(?:\r\n|\r|\n|$)/i.exec(head) ?? []
  const text = head.slice(first.length)
  async function* rest(): AsyncGenerator<string> {
    if (text !== '') yield text
    for (;;) {
      const { value, done } = await source.next()
      if (done) return
      yield value
    }
  }
  return { delimiter: given ?? separator ?? findDelimiter(text), line: first === '' ? 1 : 2, rest: rest() }
}

/** The delimiter of the first line that is not empty; in quotes there is none. */
function findDelimiter(text: string): string {
  const [header = ''] = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .replace(/^[\r\n]+/, '')
    .split(/[\r\n]/)
  return delimiters.find((delimiter) => header.includes(delimiter)) ?? delimiters[0]
}
