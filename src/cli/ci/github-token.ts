import { type HttpAnswer, sendRequest } from '../../client/send-request.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { Address } from '../connection/address.ts'
import { findRoute } from '../connection/proxy.ts'
import { readClaims } from './read-claims.ts'

/** How to send a request. */
export interface Sending {
  /** How long it may take, in milliseconds. */
  readonly timeout: number
  /** The number of retries if there is no answer. */
  readonly retries: number
  readonly log: ((line: string) => void) | undefined
}

/** Where a job of GitHub asks for its id token, and what it shows there. */
interface TokenRequest {
  readonly url: string
  readonly token: string
}

/**
 * Returns what reads the job's id token. GitHub's hold for five minutes: another one is asked for when a fifth of the time is left, or
 * when the registry has refused one. No log is told of the token, so that nothing has to be masked in it.
 */
export function createGithubToken(
  request: TokenRequest,
  audience: string,
  sending: Sending,
): (refused?: string) => Promise<string> {
  let current: Promise<{ readonly text: string; readonly end: number }> | undefined
  return async (refused) => {
    const held = await current?.catch(() => undefined)
    if (!held || Date.now() > held.end || held.text === refused)
      current = askForToken(request, audience, sending).then((text) => ({ text, end: findEnd(text) }))
    // biome-ignore lint/style/noNonNullAssertion: set above
    return (await current!).text
  }
}

/** When to ask for another token. The clock of this machine only measures how long, since it may be wrong. */
function findEnd(text: string): number {
  const { iat, exp } = readClaims(text) ?? {}
  return iat === undefined || exp === undefined ? Number.POSITIVE_INFINITY : Date.now() + (exp - iat) * 800
}

async function askForToken(request: TokenRequest, audience: string, sending: Sending): Promise<string> {
  const answer = await send(request, audience, sending)
  const shown = JSON.stringify(audience)
  const value = answer.status === 200 ? readValue(answer.text) : undefined
  if (value === undefined) {
    const isAway = answer.status === 429 || answer.status >= 500
    throw new CliError(
      isAway ? exitCodes.unreachable : exitCodes.failed,
      `GitHub gives no id token for the audience ${shown}: HTTP ${answer.status}.\n${
        isAway ? 'Try again later.' : 'Check the permissions of the job: it needs id-token: write.'
      }`,
    )
  }
  sending.log?.(`GitHub has given an id token for the audience ${shown}`)
  return value
}

function readValue(text: string): string | undefined {
  try {
    const { value } = JSON.parse(text) as { value?: unknown }
    return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Asks until there is an answer: retries are 0.5 s, 1 s, 2 s … apart, as long as there is time. */
async function send({ url, token }: TokenRequest, audience: string, sending: Sending): Promise<HttpAnswer> {
  const target = new URL(url)
  target.searchParams.set('audience', audience)
  const address = new Address(target)
  const asked = {
    url: target,
    method: 'GET',
    headers: { Accept: 'application/json', Authorization: `Bearer ${token}` },
  } as const
  const routed = findRoute(address)?.lead(asked) ?? asked
  const end = Date.now() + sending.timeout
  for (let repetition = 0; ; repetition++) {
    const isLast = repetition >= sending.retries
    try {
      const answer = await sendRequest({ ...routed, timeout: Math.max(end - Date.now(), 1) })
      if (answer.status < 500 || isLast) return answer
    } catch (error) {
      if (isLast || Date.now() >= end) {
        const { code, message } = error as NodeJS.ErrnoException
        throw new CliError(
          exitCodes.unreachable,
          `GitHub gives no id token: ${address.toTarget().host} cannot be reached (${code ?? message}).\nTry again later.`,
          { cause: error },
        )
      }
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(Math.min(500 * 2 ** repetition, end - Date.now()), 0)))
  }
}
