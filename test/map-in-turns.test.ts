import { expect, test } from 'vitest'
import { mapInTurns } from '../src/map-in-turns.ts'

/** Nothing else runs in this process meanwhile. */
function block(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

test('a list that takes long lets others run in between, and a short one does not', async () => {
  const order: string[] = []
  setImmediate(() => order.push('another'))
  const results = await mapInTurns([1, 2, 3], (item, index) => {
    block(30)
    order.push(`item ${index}`)
    return item * 10
  })
  order.push('end')
  expect(results).toEqual([10, 20, 30])
  expect(order).toEqual(['item 0', 'another', 'item 1', 'item 2', 'end'])

  const short: string[] = []
  const turn = new Promise<void>((resolve) => setImmediate(() => resolve(void short.push('another'))))
  await mapInTurns([], () => undefined)
  short.push('end')
  await turn
  expect(short).toEqual(['end', 'another'])
})

test('what fails ends it', async () => {
  const seen: number[] = []
  await expect(
    mapInTurns([1, 2, 3], (item) => {
      seen.push(item)
      if (item === 2) throw new Error('no 2')
    }),
  ).rejects.toThrow('no 2')
  expect(seen).toEqual([1, 2])
})
