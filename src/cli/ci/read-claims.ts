/** What an id token says of itself, as far as it concerns who sends it. */
export interface Claims {
  readonly audiences: readonly string[]
  /** When it was made and when it ends, in seconds since 1970. */
  readonly iat: number | undefined
  readonly exp: number | undefined
}

/** The claims of a JSON Web Token, unverified; undefined for any other text. */
export function readClaims(text: string): Claims | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? []
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null) return undefined
    const { aud, iat, exp } = claims as { aud?: unknown; iat?: unknown; exp?: unknown }
    return {
      audiences: [aud].flat().filter((one) => typeof one === 'string'),
      iat: typeof iat === 'number' ? iat : undefined,
      exp: typeof exp === 'number' ? exp : undefined,
    }
  } catch {
    return undefined
  }
}
