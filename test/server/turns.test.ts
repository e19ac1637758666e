import { expect, test } from 'vitest'
import type { Identity } from '../../src/access/identity.ts'
import { createTurns } from '../../src/server/create-turns.ts'

/**
 * Rounds begin when a test says so, after all that follows from the last one, and time passes with them. A request whose name ends with
 * "+" runs until it is ended.
 */
function start() {
  const works: (() => void)[] = []
  const begun: string[] = []
  const gone = new Set<string>()
  const running = new Map<string, () => void>()
  let time = 0
  const turns = createTurns({ nextRound: (work) => works.push(work), now: () => time })
  return {
    begun,
    gone,
    identify: (header: string, actor: string) => {
      const identity: Identity = { kind: 'token', actor, claims: {}, roles: [] }
      return turns.watch(async () => identity)([header])
    },
    send(name: string, header: string | undefined) {
      void turns.run(
        header,
        () => gone.has(name),
        () => {
          begun.push(name)
          return name.endsWith('+') ? new Promise<void>((end) => running.set(name, end)) : undefined
        },
      )
    },
    async end(name: string) {
      running.get(name)?.()
      await settle()
    },
    async passRound(milliseconds = 0) {
      await settle()
      time += milliseconds
      for (const work of works.splice(0)) work()
      await settle()
    },
    isIdle: () => works.length === 0,
  }
}

/** Until what follows from ended promises has happened. */
async function settle(): Promise<void> {
  for (let left = 5; left > 0; left--) await Promise.resolve()
}

test('in each round, one request of each caller begins, in the order in which they came', async () => {
  const { begun, identify, send, passRound, isIdle } = start()
  await identify('a', 'flood')
  await identify('b', 'other')
  for (const name of ['a1', 'a2', 'a3']) send(name, 'a')
  send('b1', 'b')
  expect(begun).toEqual(['a1', 'b1'])
  await passRound()
  expect(begun).toEqual(['a1', 'b1', 'a2'])
  for (const name of ['a4', 'b2']) send(name, name[0])
  expect(begun).toEqual(['a1', 'b1', 'a2', 'b2'])
  await passRound()
  await passRound()
  expect(begun).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a4'])
  await passRound()
  expect(isIdle()).toBe(true)
  send('a5', 'a')
  expect(begun.at(-1)).toBe('a5')
})

test('tokens of one caller have one turn; so have all tokens that nobody is known by, and all requests without one', async () => {
  const { begun, identify, send, passRound } = start()
  await identify('job 1', 'ci')
  await identify('job 2', 'ci')
  send('c1', 'job 1')
  send('c2', 'job 2')
  send('u1', 'made up 1')
  send('u2', 'made up 2')
  send('n1', undefined)
  send('n2', undefined)
  expect(begun).toEqual(['c1', 'u1', 'n1'])
  await passRound()
  expect(begun.slice(3)).toEqual(['c2', 'u2', 'n2'])
})

test('a request that is gone takes no turn', async () => {
  const { begun, gone, send, passRound, isIdle } = start()
  for (const name of ['1', '2', '3', '4']) send(name, 'token')
  gone.add('2').add('3')
  await passRound()
  expect(begun).toEqual(['1', '4'])
  await passRound()
  expect(isIdle()).toBe(true)
})

test('who has requests that wait lets the one of another caller end first, for two milliseconds at most', async () => {
  const { begun, identify, send, end, passRound } = start()
  for (const name of ['a', 'b']) await identify(name, name)
  for (const name of ['a1', 'a2', 'a3', 'a4']) send(name, 'a')
  send('b1+', 'b')
  await passRound()
  await passRound(1)
  expect(begun).toEqual(['a1', 'b1+'])
  await end('b1+')
  await passRound()
  expect(begun).toEqual(['a1', 'b1+', 'a2'])
  send('b2+', 'b')
  await passRound(1.9)
  expect(begun.slice(3)).toEqual(['b2+'])
  await passRound(0.1)
  expect(begun.slice(4)).toEqual(['a3'])
  await passRound()
  expect(begun.slice(5)).toEqual(['a4'])
})

test('nobody who has requests that wait is waited for', async () => {
  const { begun, identify, send, passRound } = start()
  for (const name of ['a', 'b']) await identify(name, name)
  for (const name of ['a1+', 'a2+', 'a3+', 'b1+', 'b2+', 'b3+']) send(name, name[0])
  await passRound()
  expect(begun).toEqual(['a1+', 'b1+', 'a2+', 'b2+'])
})
