import type { GraphQLError } from 'graphql'
import { createCallerError, createIssueError } from '../../errors.ts'
import type { WriteLimits } from '../../plan/rights.ts'
import type { WrittenObject } from '../../sql/writes/compile-upsert.ts'
import { compileAddUsage, compileCountCreated, compileHoldUsage } from '../../sql/writes/compile-usage.ts'
import type { Run } from '../database.ts'
import { Refusal } from '../refusal.ts'
import type { Upsert } from '../upsert-objects.ts'

/** What a caller with limits has written before. */
interface Usage {
  readonly limits: WriteLimits
  /** Of documents and kept answers, today. */
  readonly bytes: number
}

/**
 * Lets the writes of a caller with limits follow each other, until their transactions end. It comes first in a transaction, before any
 * object is held. Undefined: the caller has no limits here.
 */
export async function holdUsage(
  run: Run,
  { template, request }: Pick<Upsert, 'template' | 'request'>,
): Promise<Usage | undefined> {
  const limits = request.rights.limitsOf?.(template)
  if (!limits) return undefined
  const [row] = await run(compileHoldUsage(request.author.actor ?? ''))
  return { limits, bytes: Number(row?.bytes) }
}

/**
 * Adds what was written, by the index of the item, or throws the refusals of those that exceed what is left. Returns what the caller has
 * written then.
 */
export async function assertUsage(
  run: Run,
  upsert: Upsert,
  { limits, bytes }: Usage,
  written: ReadonlyMap<number, WrittenObject>,
): Promise<Usage> {
  const { template, request } = upsert
  const { actor } = request.author
  const inOrder = [...written].sort(([a], [b]) => a - b)
  const created = inOrder.filter(([, { outcome }]) => outcome === 'CREATED').length
  const failures = new Map<number, GraphQLError>()
  const left = {
    objects: limits.objects === undefined || created === 0 ? created : await countLeft(limits.objects),
    bytes: limits.bytesADay === undefined ? Number.POSITIVE_INFINITY : limits.bytesADay - bytes,
  }
  let added = 0
  let made = 0
  for (const [index, { outcome, document }] of inOrder) {
    if (outcome === 'UNCHANGED') continue
    const size = limits.bytesADay === undefined ? 0 : Buffer.byteLength(JSON.stringify(document))
    if (outcome === 'CREATED' && made === left.objects)
      failures.set(index, refuse(upsert, index, printObjectsLeft(upsert, limits, left.objects)))
    else if (added + size > left.bytes)
      failures.set(index, refuse(upsert, index, printBytesLeft(upsert, limits, Math.max(left.bytes - added, 0), size)))
    else {
      added += size
      if (outcome === 'CREATED') made++
    }
  }
  if (failures.size > 0) throw new Refusal(failures)
  if (added > 0) await run(compileAddUsage(actor ?? '', added))
  return { limits, bytes: bytes + added }

  async function countLeft(most: number): Promise<number> {
    const [row] = await run(compileCountCreated(template, actor, most + created))
    return Math.max(most - (Number(row?.count) - created), 0)
  }
}

/**
 * Adds the bytes of an answer that is kept, or throws FORBIDDEN if they exceed what is left: writes that change nothing would fill the
 * disk with their answers.
 */
export async function assertAnswerFits(
  run: Run,
  request: Upsert['request'],
  usage: Usage | undefined,
  size: number,
): Promise<void> {
  if (usage?.limits.bytesADay === undefined) return
  const left = Math.max(usage.limits.bytesADay - usage.bytes, 0)
  if (size > left)
    throw createCallerError(
      'FORBIDDEN',
      `${printBytes(request, usage.limits, left)}; the answer to this request has ${print(size)} with its key. Send it without a key, or tomorrow${printContacts(usage.limits.contacts)}.`,
    )
  await run(compileAddUsage(request.author.actor ?? '', size))
}

function refuse({ planned }: Upsert, index: number, message: string): GraphQLError {
  return createIssueError({ path: planned[index]?.path ?? [], code: 'FORBIDDEN', message })
}

function printObjectsLeft({ template, request }: Upsert, { objects, contacts }: WriteLimits, left: number): string {
  const exist = `${print(objects ?? 0)} objects of ${template.name} that it created may exist, and ${print(left)} more can be created.`
  return `${printCaller(request)}: ${exist} Delete some that are not needed any more${printContacts(contacts)}.`
}

function printBytesLeft({ request }: Upsert, limits: WriteLimits, left: number, size: number): string {
  return `${printBytes(request, limits, left)}; this object has ${print(size)}. Write the rest tomorrow${printContacts(limits.contacts)}.`
}

function printBytes(request: Upsert['request'], { bytesADay }: WriteLimits, left: number): string {
  return `${printCaller(request)}: ${print(bytesADay ?? 0)} bytes of documents and kept answers may be written on one day (UTC), of which ${print(left)} are left`
}

function printCaller({ author }: Upsert['request']): string {
  return author.actor ?? 'Callers without a token'
}

function printContacts(contacts: readonly string[]): string {
  return contacts.length > 0 ? `, or ask ${contacts.join(' or ')} for more` : ''
}

function print(count: number): string {
  return count.toLocaleString('en-US')
}
