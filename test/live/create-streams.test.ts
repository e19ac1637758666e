import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createCallerError } from '../../src/errors.ts'
import { printFeedCursor } from '../../src/plan/feed/feed-cursor.ts'
import type { FeedChange, FeedListener, FeedPart } from '../../src/store/feed/feed.ts'
import { createAllowance } from '../../src/store/live/create-allowance.ts'
import { createInbox } from '../../src/store/live/create-inbox.ts'
import { createStreams, type Topic } from '../../src/store/live/create-streams.ts'

const positionAt = (number: number) => ({ mark: 'a', after: `${number + 1}:${number + 1}:` })

/** A part of the feed with these changes of roles. */
function partOf(...numbers: readonly number[]): FeedPart {
  const changes = numbers.map((number) => ({
    sequence: String(number),
    template: 'role',
    position: positionAt(number),
  }))
  return {
    changes: changes as unknown as readonly FeedChange[],
    end: positionAt(numbers.at(-1) ?? 0),
    isCaughtUp: true,
  }
}

/** `past` is what there is to catch up with. */
function createHarness(silence = 60_000, past = partOf()) {
  const listeners = new Set<FeedListener>()
  const streams = createStreams(
    {
      async listen(listener) {
        listeners.add(listener)
        return { position: positionAt(0), stop: () => listeners.delete(listener) }
      },
      read: async () => past,
    },
    async () => [],
    createAllowance({ callerListeners: 1_000 }),
    { silence },
  )
  const asked: string[] = []
  const topic = (name: string, read?: Topic['read']): Topic => ({
    name,
    origin: 'role',
    lane: '',
    verify: async () => undefined,
    read: async (run, sequences) => {
      asked.push(name)
      return read ? read(run, sequences) : sequences.map((sequence) => ({ sequence }))
    },
  })
  const change = (...numbers: readonly number[]) => {
    const part = partOf(...numbers)
    for (const { onChanges } of [...listeners]) onChanges(part)
  }
  return { streams, topic, change, asked, listeners }
}

test('those who follow the same are asked for together, and one whose question fails harms nobody', async () => {
  const { streams, topic, change, asked, listeners } = createHarness()
  const fails: Topic['read'] = async () => {
    throw createCallerError('TIMEOUT', 'This took too long.')
  }
  const all = await Promise.all(Array.from({ length: 20 }, () => streams.open(topic('same'), undefined)))
  const bad = await streams.open(topic('bad', fails), undefined)
  change(1, 2)
  change(3)
  const told = await Promise.all(all.map(async (one) => [await one.next(), await one.next(), await one.next()]))
  for (const events of told) expect(events.map(({ value }) => value?.row?.sequence)).toEqual(['1', '2', '3'])
  await expect(bad.next()).rejects.toMatchObject({
    extensions: { code: 'TIMEOUT', cursor: printFeedCursor(positionAt(0)) },
  })
  expect(asked.filter((name) => name === 'same')).toHaveLength(2)
  expect(listeners.size).toBe(20)
})

test('a bookmark comes when nothing else does, and one at the end; a client that leaves ends its stream', async () => {
  const { streams, topic, change, listeners } = createHarness(5)
  const connection = Object.assign(new EventEmitter(), { destroyed: false })
  const [stays, leaves] = [
    await streams.open(topic('a'), undefined),
    await streams.open(topic('b'), undefined, connection),
  ]
  expect(await stays.next()).toEqual({ done: false, value: { row: undefined, position: positionAt(0) } })
  change(7)
  expect((await stays.next()).value?.row).toEqual({ sequence: '7' })
  connection.emit('close')
  expect(listeners.size).toBe(1)
  expect((await leaves.next()).done).toBe(true)
  streams.stop()
  expect(await stays.next()).toEqual({ done: false, value: { row: undefined, position: positionAt(7) } })
  expect((await stays.next()).done).toBe(true)
  expect(listeners.size).toBe(0)
  await expect(streams.open(topic('late'), undefined)).rejects.toMatchObject({
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  })
})

test('a caller who is not known any more is told nothing more', async () => {
  const { streams, topic } = createHarness(5)
  const verify = async () => {
    throw createCallerError('UNAUTHENTICATED', 'The token has ended.')
  }
  const stream = await streams.open({ ...topic('a'), verify }, undefined)
  await expect(stream.next()).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
})

test('a caller who ceases to be known while catching up is told nothing more', async () => {
  const { streams, topic } = createHarness(0, partOf(1, 2))
  let isKnown = true
  const verify = async () => {
    if (!isKnown) throw createCallerError('UNAUTHENTICATED', 'The token has ended.')
  }
  const stream = await streams.open({ ...topic('a'), verify }, positionAt(0))
  expect((await stream.next()).value?.row).toEqual({ sequence: '1' })
  isKnown = false
  await expect(stream.next()).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED', cursor: printFeedCursor(positionAt(1)) },
  })
})

test('what is too much for one statement is asked for in halves, down to one change', async () => {
  const { streams, topic, change } = createHarness()
  const stream = await streams.open(
    topic('large', async (_run, sequences) => {
      if (sequences.length > 1) throw createCallerError('LIMIT_EXCEEDED', 'This is too large.')
      if (sequences[0] === '4') throw createCallerError('TIMEOUT', 'This took too long.')
      return sequences.map((sequence) => ({ sequence }))
    }),
    undefined,
  )
  change(1, 2, 3, 4, 5)
  for (const sequence of ['1', '2', '3']) expect((await stream.next()).value?.row).toEqual({ sequence })
  await expect(stream.next()).rejects.toMatchObject({
    extensions: { code: 'TIMEOUT', cursor: printFeedCursor(positionAt(3)) },
  })
})

test('whoever lags behind is told to read the feed; a client that does not read is ended', async () => {
  let now = 0
  const inbox = createInbox(
    () => true,
    () => now,
  )
  const numbers = (from: number) => Array.from({ length: 1_000 }, (_, i) => from + i)
  inbox.add(partOf(...numbers(0)))
  inbox.add(partOf(...numbers(1_000)))
  inbox.add({
    ...partOf(...numbers(2_000)),
    end: { ...positionAt(2_999), batch: { until: '1:1:', sequence: '2999', last: '4000' } },
  })
  // Only between two batches can what comes be joined to what is read.
  inbox.add(partOf(...numbers(3_000)))
  inbox.add(partOf(4_001))
  expect(await inbox.next(0)).toEqual({ kind: 'gap', until: positionAt(3_999) })
  expect(await inbox.next(0)).toEqual({ kind: 'part', part: partOf(4_001) })
  expect(await inbox.next(0)).toEqual({ kind: 'silent' })
  inbox.noteWaiting(true)
  now = 6_000
  inbox.add(partOf(...numbers(5_000)))
  await setImmediate()
  inbox.add(partOf(...numbers(6_000)))
  inbox.add(partOf(...numbers(7_000)))
  expect(await inbox.next(0)).toEqual({ kind: 'slow' })
})
