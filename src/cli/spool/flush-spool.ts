import { findTemplate } from '../arguments/find-template.ts'
import { parseAssignments, toInput } from '../arguments/parse-assignments.ts'
import { CliError, type ExitCode, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { showAddress } from '../connection/address.ts'
import { type Connection, isRefusal } from '../connection/connection.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import { upsertObject } from '../connection/operations.ts'
import { listNames, readEntry, refuseEntry, removeEntry, restoreRefused, type SpooledWrite } from './spool.ts'
import { withSpoolLock } from './spool-lock.ts'

export interface FlushOptions extends CommonOptions {
  /** Also send the writes that were refused before. */
  readonly refused?: boolean
}

export interface FlushResult {
  readonly sent: number
  /** The writes refused this time, each with its file and the reason. */
  readonly refused: readonly string[]
  /** How many still wait, because their registry cannot be reached. */
  readonly waiting: number
  /** Why they wait. */
  readonly obstacle: CliError | undefined
}

/**
 * Sends the waiting writes in their order, each to its registry, with the credentials of now if it is the one that the options or the
 * environment name. A write that its registry refuses is put aside with the reason;
 * if a registry cannot be reached, its writes keep waiting. One process sends at a time; others wait for it.
 * With `onlyUrl`, the writes for other registries are not sent.
 */
export async function flushSpool(options: FlushOptions, onlyUrl?: string): Promise<FlushResult> {
  // A wrong option or variable would otherwise count as a fault of each write.
  await openConnection(options, { caller: {} })
  const result = await withSpoolLock(lockTimeout, () => sendAll(options, onlyUrl))
  if (result) return result
  const obstacle = new CliError(exitCodes.timeout, 'Another process is still sending the kept writes.')
  return { sent: 0, refused: [], waiting: (await listNames('waiting')).length, obstacle }
}

const lockTimeout = 30_000

async function sendAll(options: FlushOptions, onlyUrl: string | undefined): Promise<FlushResult> {
  if (options.refused) await restoreRefused()
  const connections = new Map<string, Connection>()
  const away = new Map<string, CliError>()
  const refused: string[] = []
  let sent = 0
  let waiting = 0
  for (const name of await listNames('waiting')) {
    const entry = await readEntry(name)
    if (!entry) continue
    const { write } = entry
    if (!write) {
      refused.push(`${await refuseEntry(entry, '')}: this file is not a write`)
      continue
    }
    if (onlyUrl !== undefined && showAddress(write.url) !== onlyUrl) continue
    if (away.has(write.url)) {
      waiting++
      continue
    }
    try {
      await send(write, options, connections)
      await removeEntry(name)
      sent++
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      // What these credentials may not write must not keep what they may.
      if (error.exitCode === exitCodes.usage || isRefusal(error.code) || error.code === 'FORBIDDEN')
        refused.push(`${await refuseEntry(entry, error.message)}: ${error.message}`)
      else {
        away.set(write.url, error)
        waiting++
      }
    }
  }
  return { sent, refused, waiting, obstacle: [...away.values()][0] }
}

async function send(write: SpooledWrite, options: CommonOptions, connections: Map<string, Connection>): Promise<void> {
  const id = JSON.stringify([write.url, write.actor, write.run])
  const connection = connections.get(id) ?? (await openConnection(options, { caller: write, url: write.url }))
  connections.set(id, connection)
  await withTemplateList(connection, async (templates) => {
    const template = findTemplate(templates, write.template)
    const input = toInput(parseAssignments(write.assignments, template, templates))
    await upsertObject(connection, template, templates, input, write.ifVersion)
  })
}

/** Whether the registry cannot be reached or does not answer: then a write can be kept for later. */
export function isAway(error: unknown): error is CliError {
  const awayCodes: readonly ExitCode[] = [exitCodes.unreachable, exitCodes.timeout]
  return error instanceof CliError && awayCodes.includes(error.exitCode)
}
