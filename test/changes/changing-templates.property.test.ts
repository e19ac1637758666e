import fc from 'fast-check'
import { test } from 'vitest'
import { runs, seed } from '../support/property-runs.ts'
import { compareObjects, compareViolations } from './compare.ts'
import { compareFilters } from './compare-filters.ts'
import { newDrafts } from './edits.ts'
import { createRandom } from './random.ts'
import { applyNext, changeDrafts, closeWorld, isSound, openWorld, restart, type World } from './serve.ts'
import { deleteObject, writeObject } from './writes.ts'

/** A step, and the seed of all that it chooses. */
interface Step {
  readonly kind: 'write' | 'writeOlder' | 'delete' | 'change' | 'changeBeside' | 'restart'
  readonly seed: number
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>(
      ...(['write', 'write', 'write', 'writeOlder', 'delete', 'change', 'change', 'changeBeside', 'restart'] as const),
    ),
    seed: fc.nat(),
  }),
  { minLength: 4, maxLength: 14, size: 'max' },
)

test(`templates of TEST_SEED=${seed} change while objects are written: the registry stores and says what memory does`, async () => {
  let failures = 0
  await fc.assert(
    fc.asyncProperty(fc.nat(), steps, async (first, list) => {
      // So many sequences are tried to make a failure smaller.
      if (failures > 40) return
      const drafts = firstSound(first)
      const world = await openWorld(drafts)
      try {
        await writeFirst(world, first)
        for (const [i, step] of list.entries()) await doStep(world, step, i)
      } catch (error) {
        failures++
        throw new Error(`${(error as Error).message}\nafter\n${world.log.join('\n')}`, { cause: error })
      } finally {
        await closeWorld(world)
      }
    }),
    { ...runs(12), includeErrorInReport: true },
  )
}, 600_000)

function firstSound(seed: number) {
  for (let i = 0; ; i++) {
    const drafts = newDrafts(createRandom(seed + i))
    if (isSound(drafts)) return drafts
  }
}

async function writeFirst(world: World, seed: number): Promise<void> {
  for (let i = 0; i < 6; i++) await writeObject(world, world.newest, createRandom(seed + i))
}

async function doStep(world: World, { kind, seed }: Step, time: number): Promise<void> {
  const random = createRandom(seed)
  switch (kind) {
    case 'write':
      for (let i = 0; i < 3; i++) await writeObject(world, world.newest, random)
      break
    case 'writeOlder':
      if (!world.older) return
      for (let i = 0; i < 3; i++) await writeObject(world, world.older, random)
      break
    case 'delete':
      await deleteObject(world, world.newest, random)
      break
    case 'restart':
      await restart(world)
      break
    default: {
      const [next, names] = changeDrafts(world.memory.drafts, random, time)
      world.log.push(`change: ${names.join(', ')}`)
      await applyNext(world, next, kind === 'changeBeside')
    }
  }
  await compareObjects(world, world.newest)
  if (world.older) await compareObjects(world, world.older)
  await compareViolations(world)
  await compareFilters(world, random)
}
