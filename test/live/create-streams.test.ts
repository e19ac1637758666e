import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createCallerError } from '../../src/errors.ts'
import { printFeedCursor } from '../../src/plan/feed/feed-cursor.ts'
import type { Run } from '../../src/store/database.ts'
import type { FeedChange, FeedListener, FeedPart } from '../../src/store/feed/feed.ts'
import { createAllowance } from '../../src/store/live/create-allowance.ts'
import { createInbox } from '../../src/store/live/create-inbox.ts'
import type { Mesh } from '../../src/store/live/create-sieve.ts'
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
function createHarness(silence = 60_000, past = partOf(), run: Run = async () => []) {
  const listeners = new Set<FeedListener>()
  const streams = createStreams(
    {
      async listen(listener) {
        listeners.add(listener)
        return { position: positionAt(0), stop: () => listeners.delete(listener) }
      },
      read: async () => past,
    },
    run,
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
  expect(asked.filter((name) => name === 'same')).toHaveLength(1)
  expect(listeners.size).toBe(20)
})

/** Lets versions through whose number is a multiple of that; the versions are read when `versions` resolves. */
function meshOf(factor: number, versions: () => Promise<void> = async () => undefined): Mesh {
  return {
    name: `multiples of ${factor}`,
    form: 'numbers',
    attributes: new Set(['number']),
    need: factor === 1 ? undefined : { part: 'document', attribute: `by${factor}`, value: true },
    mayMatch: ({ document }) => Number(document['number']) % factor === 0,
    async read(_, sequences) {
      await versions()
      return sequences.map((sequence) => {
        const number = Number(sequence)
        return { sequence, document: { number, by2: number % 2 === 0, by3: number % 3 === 0 }, refs: {} }
      })
    },
  }
}

test('those who follow with filters are woken, and asked for, only by what may concern them, in order', async () => {
  const { streams, topic, change, asked } = createHarness(5)
  let go: (() => void) | undefined
  const versions = () =>
    new Promise<void>((resolve) => {
      go = resolve
    })
  const [all, twos, threes] = await Promise.all(
    [1, 2, 3].map((factor) => streams.open({ ...topic(String(factor)), mesh: meshOf(factor, versions) }, undefined)),
  )
  change(1, 2)
  change(5)
  change(6, 7)
  await setImmediate()
  // What is not known yet keeps what comes behind it waiting; a bookmark does not go past it.
  expect(await threes?.next()).toEqual({ done: false, value: { row: undefined, position: positionAt(0) } })
  go?.()
  await setImmediate()
  go?.()
  const sequences = async (stream: typeof all, count: number) => {
    const found: unknown[] = []
    while (found.length < count) {
      const { value } = (await stream?.next()) ?? {}
      if (value?.row) found.push(value.row['sequence'])
    }
    return found
  }
  expect(await sequences(all, 5)).toEqual(['1', '2', '5', '6', '7'])
  expect(await sequences(twos, 2)).toEqual(['2', '6'])
  expect(await sequences(threes, 1)).toEqual(['6'])
  expect(new Set(asked)).toEqual(new Set(['1', '2', '3']))
  change(9, 11)
  await setImmediate()
  go?.()
  await setImmediate()
  asked.length = 0
  // There was nothing for it, and the bookmark is behind that.
  expect(await twos?.next()).toEqual({ done: false, value: { row: undefined, position: positionAt(11) } })
  expect(asked).toEqual([])
})

test('where versions cannot be read, everything is asked for', async () => {
  const { streams, topic, change } = createHarness()
  const fails = async () => {
    throw createCallerError('TIMEOUT', 'This took too long.')
  }
  const stream = await streams.open({ ...topic('a'), mesh: meshOf(2, fails) }, undefined)
  change(1)
  expect((await stream.next()).value?.row).toEqual({ sequence: '1' })
})

test('whoever lags behind asks for what waits together, and for less if that is too much', async () => {
  const { streams, topic, change } = createHarness()
  const sizes: number[] = []
  const stream = await streams.open(
    topic('large', async (_run, sequences) => {
      sizes.push(sequences.length)
      if (sequences.length > 3) throw createCallerError('LIMIT_EXCEEDED', 'This is too large.')
      return sequences.map((sequence) => ({ sequence }))
    }),
    undefined,
  )
  for (let i = 1; i <= 5; i++) change(i)
  for (let i = 1; i <= 5; i++) expect((await stream.next()).value?.row).toEqual({ sequence: String(i) })
  expect(sizes).toEqual([5, 1, 4, 1, 3])
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
  const inbox = createInbox(() => now)
  const add = (part: FeedPart) => inbox.add(part, part.changes)
  const numbers = (from: number) => Array.from({ length: 1_000 }, (_, i) => from + i)
  add(partOf(...numbers(0)))
  add(partOf(...numbers(1_000)))
  add({
    ...partOf(...numbers(2_000)),
    end: { ...positionAt(2_999), batch: { until: '1:1:', sequence: '2999', last: '4000' } },
  })
  // Only between two batches can what comes be joined to what is read.
  add(partOf(...numbers(3_000)))
  add(partOf(4_001))
  expect(await inbox.next(0)).toEqual({ kind: 'gap', until: positionAt(3_999) })
  expect(await inbox.next(0)).toEqual({ kind: 'part', part: partOf(4_001), own: partOf(4_001).changes })
  expect(await inbox.next(0)).toEqual({ kind: 'silent' })
  inbox.noteWaiting(true)
  now = 6_000
  add(partOf(...numbers(5_000)))
  await setImmediate()
  add(partOf(...numbers(6_000)))
  add(partOf(...numbers(7_000)))
  expect(await inbox.next(0)).toEqual({ kind: 'slow' })
})
