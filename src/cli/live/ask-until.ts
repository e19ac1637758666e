import { setTimeout as sleep } from 'node:timers/promises'
import { parseNumber } from '../arguments/parse-number.ts'
import { CliError } from '../cli-error.ts'
import { type CommonOptions, commonDefaults } from '../commands/common-options.ts'
import type { Connection } from '../connection/connection.ts'
import { openConnection, parseRetries } from '../connection/open-connection.ts'
import { hasAnswered, pauseAfter, sayGoingOn } from './outlast.ts'

/** In seconds: a registry waits no longer for one question. */
const longest = 50
const shortest = 5

/**
 * A connection for questions that the registry answers only after a while. `timeout` is what an answer may take besides. `askUntil` itself
 * asks again, and must know how long each attempt took.
 */
export function openWaitingConnection(options: CommonOptions): Promise<Connection> {
  const seconds = parseNumber(
    '--timeout',
    options.timeout,
    /^(?=.*[1-9])\d*\.?\d+$/,
    'seconds, such as 30 or 0.5',
    1_000_000,
  )
  return openConnection({ ...options, retries: '0', timeout: String(longest + (seconds ?? commonDefaults.timeout)) })
}

export interface Asked {
  readonly holds: boolean
}

/**
 * Asks until an answer holds, or the time is over. `ask` sends a question that the registry may answer so many seconds later. Lost
 * connections, a registry that restarts and a proxy that gives up are no reasons to end; what is wrong with the question is, and that
 * nothing was there from the beginning, however often it was tried (`retries`) or as long as there was time. Undefined if there was no answer
 * at the end.
 */
export async function askUntil<Answer extends Asked>(
  connection: Connection,
  endsAt: number,
  ask: (seconds: number) => Promise<Answer>,
  options: CommonOptions,
): Promise<Answer | undefined> {
  let most = longest
  let failures = 0
  let wasThere = false
  const retries = parseRetries(options)
  for (;;) {
    const left = endsAt - Date.now()
    const startedAt = Date.now()
    try {
      // The first answer comes at once: a connection that is lost later is then known to have led to a registry.
      const answer = await ask(wasThere ? Math.max(0, Math.min(most, Math.ceil(left / 1_000))) : 0)
      failures = 0
      wasThere = true
      if (answer.holds || Date.now() >= endsAt) return answer
    } catch (error) {
      if (!(error instanceof CliError && error.isPassing)) throw error
      wasThere ||= hasAnswered(error, connection)
      if (!wasThere && failures >= retries) throw error
      const lasted = (Date.now() - startedAt) / 1_000
      // Something in between may not let a connection wait for so long.
      if (lasted > shortest) most = Math.max(shortest, Math.min(most, Math.floor(lasted / 2)))
      if (failures++ === 0 && wasThere && !options.quiet) sayGoingOn(error, 'Going on until the time is over.')
      const pause = pauseAfter(failures)
      if (Date.now() + pause >= endsAt) {
        if (!wasThere) throw error
        return undefined
      }
      await sleep(pause)
    }
  }
}
