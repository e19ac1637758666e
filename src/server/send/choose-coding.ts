/** Content codings that the server supports, the better one first. */
export const codings = ['br', 'gzip'] as const
export type Coding = (typeof codings)[number]

/**
 * The content coding that a client prefers (RFC 9110, section 12.5.3), or `undefined` for none. If it accepts
 * several equally, the first one offered.
 *
 * @param header the value of Accept-Encoding
 */
export function chooseCoding(header: string | undefined, offered: readonly Coding[] = codings): Coding | undefined {
  if (header === undefined || header === '') return undefined
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    // A weight that is not a number counts as 0.
    weights.set(name === 'x-gzip' ? 'gzip' : name, weight === undefined ? 1 : Number(weight.slice(2)) || 0)
  }
  const weigh = (name: string) => weights.get(name) ?? weights.get('*') ?? 0
  // `identity` need not be listed; if it is, the client may prefer it.
  const least = weights.get('identity') ?? 0
  const accepted = offered.filter((coding) => weigh(coding) > 0 && weigh(coding) >= least)
  return accepted.sort((one, other) => weigh(other) - weigh(one))[0]
}
