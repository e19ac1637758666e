// Opens each door of `doors.ts` in a copy of the checkout, one at a time, and runs the tests that should notice. Prints `red` for each
// door whose tests fail, as they must, and `GREEN` for a hole in the tests; ends with 1 if there is one, or if a door cannot be opened.
//
//     npx tsx test/access/open-doors.ts [--list] [--skip-closed] [number …]
//
// Without --skip-closed, the same tests run unchanged first.

import { rmSync } from 'node:fs'
import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createVitest, type TestRunResult, type Vitest } from 'vitest/node'
import { createStopSignal } from '../../bench/stop-signal.ts'
import { doors } from './doors.ts'

const checkout = resolve(import.meta.dirname, '../..')
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, 'skip-closed': { type: 'boolean' } },
})
const numbered = doors.map((door, i) => ({ ...door, number: i + 1 }))
const unknown = positionals.find((text) => !numbered.some(({ number }) => String(number) === text))
if (unknown !== undefined) {
  console.error(`There is no door ${unknown}; there are 1 to ${doors.length}.`)
  process.exit(2)
}
const chosen = numbered.filter(({ number }) => positionals.length === 0 || positionals.includes(String(number)))
if (options.list) for (const { number, title } of chosen) console.log(`${number} ${title}`)
else process.exitCode = (await openDoors()) ? 0 : 1

/** Whether all tests noticed. */
async function openDoors(): Promise<boolean> {
  const stopped = createStopSignal()
  const copy = await mkdtemp(join(tmpdir(), 'registry-doors-'))
  // Vitest ends the process at a signal.
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
  await copyCheckout(copy)
  stopped.throwIfAborted()
  process.chdir(copy)
  const vitest = await createVitest('test', {
    root: copy,
    config: join(copy, 'test/vitest.config.ts'),
    project: ['node'],
    watch: false,
    reporters: [{}],
  })
  stopped.addEventListener('abort', () => void vitest.cancelCurrentRun('keyboard-input'))
  try {
    if (!options['skip-closed'] && !(await areGreen(vitest, copy))) return false
    let isGood = true
    for (const door of chosen) {
      const { isNoticed, line } = await openDoor(vitest, copy, door)
      stopped.throwIfAborted()
      console.log(line)
      isGood &&= isNoticed
    }
    return isGood
  } finally {
    await vitest.close()
  }
}

/** With the times of the files, by which the build knows whether something is to be generated again. */
async function copyCheckout(copy: string): Promise<void> {
  const left = new Set(['.git', 'node_modules', 'dist', '.registry', 'coverage'])
  await cp(checkout, copy, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => path === checkout || !left.has(basename(path)),
  })
  await symlink(join(checkout, 'node_modules'), join(copy, 'node_modules'))
}

/** Whether the files of tests of the chosen doors succeed while all doors are closed. */
async function areGreen(vitest: Vitest, copy: string): Promise<boolean> {
  const found = findFailure(await runTests(vitest, copy, [...new Set(chosen.map(({ test }) => test))]))
  console.log(
    found.kind === 'none' ? 'closed: all tests succeed' : `closed, but a test does not succeed: ${found.what}`,
  )
  return found.kind === 'none'
}

async function openDoor(
  vitest: Vitest,
  copy: string,
  door: (typeof chosen)[number],
): Promise<{ readonly isNoticed: boolean; readonly line: string }> {
  const { number, title, file, text, replacement, test, only } = door
  const path = join(copy, file)
  const closed = await readFile(path, 'utf8')
  const places = closed.split(text).length - 1
  if (places !== 1)
    return { isNoticed: false, line: `NOT OPENED ${number} ${title}: ${file} has the text ${places} times: ${text}` }
  await writeFile(
    path,
    closed.replace(text, () => replacement),
  )
  vitest.invalidateFile(path)
  try {
    const found = findFailure(await runTests(vitest, copy, [test], only))
    switch (found.kind) {
      case 'test':
        return { isNoticed: true, line: `red   ${number} ${title}: ${test}: ${found.what}` }
      case 'none':
        return { isNoticed: false, line: `GREEN ${number} ${title}: ${test} succeeds` }
      case 'other':
        return { isNoticed: false, line: `NOT OPENED ${number} ${title}: ${test} does not run: ${found.what}` }
    }
  } finally {
    await writeFile(path, closed)
    vitest.invalidateFile(path)
  }
}

/** Runs the tests of these files, those alone that have `only` in their titles. */
async function runTests(vitest: Vitest, copy: string, tests: readonly string[], only?: string): Promise<TestRunResult> {
  const paths = tests.map((test) => join(copy, test))
  const specifications = await vitest.globTestSpecifications(paths)
  if (only === undefined) vitest.resetGlobalTestNamePattern()
  else vitest.setGlobalTestNamePattern(only)
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  // Those of earlier runs are among them.
  return { testModules: testModules.filter(({ moduleId }) => paths.includes(moduleId)), unhandledErrors }
}

type Found =
  | { readonly kind: 'test' | 'other' /** Which test, or what happened. */; readonly what: string }
  | { readonly kind: 'none' }

/** The first test that failed. An error outside of tests, and tests of which none ran, say nothing about a door. */
function findFailure({ testModules, unhandledErrors }: TestRunResult): Found {
  const tests = testModules.flatMap((module) => [...module.children.allTests()])
  const failed = tests.find((test) => test.result().state === 'failed')
  if (failed) return { kind: 'test', what: failed.fullName }
  const [error] = [...testModules.flatMap((module) => module.errors()), ...unhandledErrors]
  if (error) return { kind: 'other', what: String((error as { readonly message?: unknown }).message ?? error) }
  if (!tests.some((test) => test.result().state === 'passed')) return { kind: 'other', what: 'no test has run' }
  return { kind: 'none' }
}
