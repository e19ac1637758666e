import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { createCallerError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import { IssuerError } from './fetch-json.ts'
import { fetchKeys, type KeySet } from './load-keys.ts'

/** The keys of an issuer as they are known now. */
export interface KnownKeys {
  readonly find: JWTVerifyGetKey
  /** Another number for other keys. */
  readonly version: number
}

/** Keeps the keys of one issuer. */
export interface IssuerKeys {
  /** What is known; asks the issuer if nothing is. Throws SERVICE_UNAVAILABLE. */
  readonly known: () => Promise<KnownKeys>
  /** Asks the issuer again, because a key is missing, unless it was asked for that often. Throws SERVICE_UNAVAILABLE. */
  readonly renew: () => Promise<KnownKeys>
}

/** Keys that are missing let the issuer be asked so many times in so many milliseconds. */
const mostForMissing = { times: 5, within: 30_000 }
/** An issuer that could not be asked is asked again after this time; */
const pauseAfterFailure = 5_000
/** after this one, if there are keys to go on with. */
const pauseOfRefresh = 30_000
/** Keys that the issuer has withdrawn are used for no longer than this, while it can be reached. */
const freshFor = 600_000

/** Keys that are known go on being used while the issuer is away. `now` is in milliseconds since 1970. */
export function createIssuerKeys(
  issuer: string,
  logger: Logger,
  now: () => number,
  load: (issuer: string) => Promise<KeySet> = fetchKeys,
): IssuerKeys {
  let keys: (KnownKeys & { readonly text: string; readonly loadedAt: number }) | undefined
  let failure: { readonly reason: string; readonly at: number } | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let missedAt: readonly number[] = []
  let asking: Promise<void> | undefined

  async function ask(): Promise<void> {
    askedAt = now()
    try {
      const set = await load(issuer)
      const text = JSON.stringify(set)
      const isSame = keys?.text === text
      keys = {
        text,
        loadedAt: askedAt,
        version: isSame ? (keys?.version ?? 1) : (keys?.version ?? 0) + 1,
        find: isSame && keys ? keys.find : createLocalJWKSet(set as unknown as JSONWebKeySet),
      }
      failure = undefined
    } catch (error) {
      const reason = error instanceof IssuerError ? error.message : 'they are no keys'
      failure = { reason, at: now() }
      logger.warn({ issuer, reason, hasKeys: keys !== undefined }, 'the keys of an issuer cannot be had')
    }
  }

  /** Asks once for all who wait. */
  function askOnce(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }

  const isPast = (since: number, pause: number) => Math.abs(now() - since) >= pause

  return {
    async known() {
      if (keys) {
        const isAsked = asking !== undefined || !isPast(askedAt, pauseOfRefresh)
        if (!isAsked && isPast(keys.loadedAt, freshFor)) void askOnce()
        return keys
      }
      if (!failure || isPast(failure.at, pauseAfterFailure)) await askOnce()
      if (keys) return keys
      throw unreachable(issuer, failure?.reason)
    },
    async renew() {
      // That they were had a moment ago says nothing: the issuer may have new ones since.
      missedAt = missedAt.filter((time) => !isPast(time, mostForMissing.within))
      if (missedAt.length < mostForMissing.times) {
        missedAt = [...missedAt, now()]
        await askOnce()
      } else await asking
      if (keys && !failure) return keys
      throw unreachable(issuer, failure?.reason)
    },
  }
}

function unreachable(issuer: string, reason = 'it cannot be reached') {
  return createCallerError(
    'SERVICE_UNAVAILABLE',
    `The token cannot be checked, because the keys of its issuer ${issuer} cannot be had: ${reason}. Try again shortly.`,
  )
}
