import fc from 'fast-check'
import { compareObjects, compareViolations } from './compare.ts'
import { compareFilters } from './compare-filters.ts'
import { goBack } from './go-back.ts'
import { killWhileApplying } from './kill-while-applying.ts'
import { newDrafts } from './new-drafts.ts'
import { createRandom } from './random.ts'
import { applyNext, changeDrafts, isSound, openWorld, restart, type World } from './serve.ts'
import { deleteObject, writeObject } from './writes.ts'

/** A step, and the seed of all that it chooses. */
export interface Step {
  readonly kind: 'write' | 'writeOlder' | 'delete' | 'change' | 'changeBeside' | 'changeKilled' | 'restart' | 'goBack'
  readonly seed: number
}

export const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>(
      ...(['write', 'write', 'writeOlder', 'writeOlder', 'delete', 'restart', 'goBack'] as const),
      ...(['change', 'change', 'change', 'changeBeside', 'changeBeside', 'changeKilled'] as const),
    ),
    seed: fc.nat(),
  }),
  { minLength: 4, maxLength: 12, size: 'max' },
)

/** A registry of random templates with some objects. */
export async function openFilled(seed: number): Promise<World> {
  let drafts = newDrafts(createRandom(seed))
  for (let i = 1; !isSound(drafts); i++) drafts = newDrafts(createRandom(seed + i))
  const world = await openWorld(drafts)
  const random = createRandom(seed)
  for (let i = 0; i < 6; i++) await writeObject(world, world.newest, random)
  return world
}

/** Does a step in the registry and in memory, and compares them. `time` keeps the steps apart. */
export async function doStep(world: World, { kind, seed }: Step, time: number): Promise<void> {
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
    case 'goBack':
      await goBack(world)
      break
    default: {
      const [next, names] = changeDrafts(world.memory.drafts, random, time)
      world.log.push(`change: ${names.join(', ')}`)
      if (kind === 'changeKilled') {
        const begun = { kind: 'begun', milliseconds: random.below(250) } as const
        await killWhileApplying(world, next, random.oneIn(2) ? begun : { kind: 'recorded' })
      }
      await applyNext(world, next, kind === 'changeBeside')
    }
  }
  await compareAll(world, seed)
}

export async function compareAll(world: World, seed: number): Promise<void> {
  await compareObjects(world, world.newest)
  if (world.older) await compareObjects(world, world.older)
  await compareViolations(world)
  await compareFilters(world, createRandom(seed))
}
