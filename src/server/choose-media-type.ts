import Negotiator from 'negotiator'
import { createBoundedMap } from '../store/bounded-map.ts'

/** The media types of answers (GraphQL over HTTP, section "Response"); of equally good ones, the first. */
const ofAnswers = ['application/json', 'application/graphql-response+json'] as const
/** Those that Yoga chooses itself, for what comes bit by bit. */
const ofStreams = ['text/event-stream', 'multipart/mixed']

export type AnswerType = (typeof ofAnswers)[number]

/** What `Accept` may name: a type may say its charset. */
const offered = new Map(
  ofAnswers.flatMap((type) => ['', ';charset=utf-8', ';charset=utf8'].map((charset) => [`${type}${charset}`, type])),
)

/**
 * The media type of the answer that the client likes best, by the qualities in its `Accept` (RFC 9110, section 12.5.1); of
 * equally good ones the first that it names. `stream` if it accepts only those of streams; undefined if it accepts none.
 */
export function chooseMediaType(accept: string | undefined): AnswerType | 'stream' | undefined {
  if (accept === undefined) return ofAnswers[0]
  const known = choices.get(accept)
  if (known) return known.type
  const type = weigh(accept)
  choices.set(accept, { type }, accept.length)
  return type
}

/** The choices for the headers that come often: weighing one takes some microseconds. */
const choices = createBoundedMap<{ readonly type: AnswerType | 'stream' | undefined }>({ entries: 100, weight: 50_000 })

function weigh(accept: string): AnswerType | 'stream' | undefined {
  const negotiator = new Negotiator({ headers: { accept } })
  const [best] = negotiator.mediaTypes([...offered.keys()])
  if (best !== undefined) return offered.get(best)
  return negotiator.mediaTypes(ofStreams).length > 0 ? 'stream' : undefined
}

/**
 * The same `Accept` for Yoga, which takes the first type that it knows and weighs nothing: the chosen type, then the others
 * that are acceptable.
 */
export function acceptFor(chosen: AnswerType, accept: string): string {
  const others = new Negotiator({ headers: { accept } }).mediaTypes().filter((type) => type !== chosen)
  return [chosen, ...others].join(', ')
}
