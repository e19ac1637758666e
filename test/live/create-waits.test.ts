import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { FeedListener, FeedPart } from '../../src/store/feed/feed.ts'
import { createAllowance } from '../../src/store/live/create-allowance.ts'
import { createWaits, type Question } from '../../src/store/live/create-waits.ts'

/** A feed of which the test says when something changes, and what has been asked. */
function createHarness() {
  const listeners = new Set<FeedListener>()
  const events = new EventEmitter()
  let asked = 0
  let holds = false
  const waits = createWaits(
    {
      async listen(listener) {
        listeners.add(listener)
        setImmediate(() => events.emit('listening'))
        return { position: { mark: 'a', after: '1:1:' }, stop: () => listeners.delete(listener) }
      },
    },
    async () => [],
    createAllowance({ callerListeners: 1_000 }),
  )
  const question = (name: string, lane = ''): Question<{ holds: boolean; number: number }> => ({
    name,
    templates: new Set(['role']),
    isTimely: false,
    lane,
    async ask() {
      const number = ++asked
      await new Promise(setImmediate)
      return { holds, number }
    },
  })
  return {
    waits,
    question,
    asked: () => asked,
    listeners: () => listeners.size,
    /** Resolves when all that has been asked so far is answered, and the feed is listened to. */
    async settled(count: number) {
      while (asked < count || listeners.size === 0) await new Promise(setImmediate)
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
    },
    change(template: string, then = holds) {
      holds = then
      const part = { changes: [{ template }], isCaughtUp: true } as unknown as FeedPart
      for (const { onChanges } of listeners) onChanges(part)
    },
  }
}

test('those who wait for the same are asked for together, once whenever something changes', async () => {
  const { waits, question, asked, settled, change, listeners } = createHarness()
  const all = Array.from({ length: 50 }, () => waits.until(question('same'), 60_000))
  await settled(2)
  for (let i = 0; i < 100; i++) {
    change('image')
    await settled(2)
  }
  // At the beginning, for those who came while it ran, and since the feed is listened to.
  expect(asked()).toBeLessThan(5)
  change('role~2', true)
  expect(new Set((await Promise.all(all)).map(({ number }) => number)).size).toBe(1)
  expect(asked()).toBeLessThan(7)
  expect(listeners()).toBe(0)
})

test('of many changes at a time, a question is asked once while it runs and once more', async () => {
  const { waits, question, asked, settled, change } = createHarness()
  const one = waits.until(question('one'), 60_000)
  await settled(2)
  const before = asked()
  for (let i = 0; i < 100; i++) change('role')
  change('role', true)
  await one
  // One that had been put off may run besides.
  expect(asked() - before).toBeLessThanOrEqual(3)
})

test('whoever comes while a question runs gets an answer that was asked for later', async () => {
  const { waits, question } = createHarness()
  const early = waits.until(question('same'), 0)
  await Promise.resolve()
  const late = waits.until(question('same'), 0)
  expect([(await early).number, (await late).number]).toEqual([1, 2])
})

test('a closed connection and a stop end waits, and nothing is listened to any more', async () => {
  const { waits, question, settled, listeners } = createHarness()
  const connection = Object.assign(new EventEmitter(), { destroyed: false })
  const unavailable = expect.objectContaining({
    extensions: { code: 'SERVICE_UNAVAILABLE', http: { status: 503, headers: { 'Retry-After': '1' } } },
  })
  const left = Array.from({ length: 20 }, (_, i) => waits.until(question(`left ${i}`), 60_000, connection))
  const stays = waits.until(question('stays'), 60_000)
  await settled(21)
  expect(connection.listenerCount('close')).toBe(1)
  connection.emit('close')
  expect(await Promise.all(left.map((one) => one.catch((error: unknown) => error)))).toEqual(
    left.map(() => unavailable),
  )
  expect(listeners()).toBe(1)
  waits.stop()
  expect(await stays.catch((error: unknown) => error)).toEqual(unavailable)
  expect(listeners()).toBe(0)
  expect(await waits.until(question('late'), 60_000).catch((error: unknown) => error)).toEqual(unavailable)
})

test('callers with many questions are asked for in turns with the others', async () => {
  const { waits, question } = createHarness()
  const many = Array.from({ length: 100 }, (_, i) => waits.until(question(`many ${i}`, 'busy'), 0))
  const { number } = await waits.until(question('one', 'other'), 0)
  expect(number).toBeLessThan(8)
  await Promise.all(many)
})
