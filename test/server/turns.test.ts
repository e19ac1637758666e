import { expect, test } from 'vitest'
import type { Identity } from '../../src/access/identity.ts'
import { createTurns } from '../../src/server/create-turns.ts'

/** Rounds begin when a test says so. */
function start() {
  const works: (() => void)[] = []
  const begun: string[] = []
  const gone = new Set<string>()
  const turns = createTurns((work) => works.push(work))
  return {
    begun,
    gone,
    identify: (header: string, actor: string) => {
      const identity: Identity = { kind: 'token', actor, claims: {}, roles: [] }
      return turns.watch(async () => identity)([header])
    },
    send(name: string, header: string | undefined) {
      const turn = turns.take(header, () => gone.has(name))
      if (turn) void turn.then(() => begun.push(name))
      else begun.push(name)
    },
    async passRound() {
      for (const work of works.splice(0)) work()
      await Promise.resolve()
    },
    isIdle: () => works.length === 0,
  }
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
