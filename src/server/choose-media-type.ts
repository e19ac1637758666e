import { createBoundedMap } from '../store/bounded-map.ts'

/** The media types of answers (GraphQL over HTTP, section "Response"); of equal ones, `*` means the first. */
const ofAnswers = ['application/json', 'application/graphql-response+json'] as const
/** Those that Yoga chooses itself, for what comes bit by bit. */
const ofStreams = ['text/event-stream', 'multipart/mixed']

export type AnswerType = (typeof ofAnswers)[number]

interface MediaRange {
  readonly type: string
  readonly quality: number
}

/**
 * The media type of the answer that the client likes best, by the qualities in its `Accept` (RFC 9110, section 12.5.1); of
 * equally good ones the first that it names. `stream` if it accepts only those of streams; undefined if it accepts none.
 */
export function chooseMediaType(accept: string | undefined): AnswerType | 'stream' | undefined {
  if (accept === undefined) return ofAnswers[0]
  const known = choices.get(accept)
  if (known) return known.type
  const type = weigh(parseAccept(accept))
  choices.set(accept, { type }, accept.length)
  return type
}

/** The choices for the headers that come often: weighing one takes some 5 µs. */
const choices = createBoundedMap<{ readonly type: AnswerType | 'stream' | undefined }>({ entries: 100, weight: 50_000 })

function weigh(ranges: readonly MediaRange[]): AnswerType | 'stream' | undefined {
  let best: AnswerType | undefined
  let bestQuality = 0
  const named = [...ofAnswers].sort((a, b) => placeOf(a, ranges) - placeOf(b, ranges))
  for (const type of named) {
    const quality = qualityOf(type, ranges)
    if (quality <= bestQuality) continue
    best = type
    bestQuality = quality
  }
  if (best) return best
  return ofStreams.some((type) => qualityOf(type, ranges) > 0) ? 'stream' : undefined
}

/**
 * The same `Accept` for Yoga, which takes the first type that it knows and weighs nothing: the chosen type, then the others
 * that are acceptable.
 */
export function acceptFor(chosen: AnswerType, accept: string): string {
  const others = parseAccept(accept).filter(({ type, quality }) => type !== chosen && quality > 0)
  return [chosen, ...others.map(({ type }) => type)].join(', ')
}

/** The ranges in their order. One that wants another charset than UTF-8 cannot be served, and is left out. */
function parseAccept(accept: string): readonly MediaRange[] {
  return accept
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim())
      const parameter = (name: string) =>
        parameters
          .find((one) => one.startsWith(`${name}=`))
          ?.slice(name.length + 1)
          .replaceAll('"', '')
      const charset = parameter('charset') ?? 'utf-8'
      if (type === '' || (charset !== 'utf-8' && charset !== 'utf8')) return []
      const quality = Number(parameter('q') ?? 1)
      return [{ type, quality: Number.isNaN(quality) ? 0 : quality }]
    })
}

/** That of the most specific range which includes the type. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const wider = [type, `${type.split('/', 1)[0]}/*`, '*/*']
  for (const name of wider) {
    const range = ranges.find((one) => one.type === name)
    if (range) return range.quality
  }
  return 0
}

function placeOf(type: string, ranges: readonly MediaRange[]): number {
  const place = ranges.findIndex((range) => range.type === type)
  return place < 0 ? ranges.length : place
}
