/** Runs a command with a primary and a standby for the tests: see `.ci/with-replica`. */

import { spawn } from 'node:child_process'
import { spareWork } from '../test/support/spare-work.ts'
import { type Standby, startPrimary, startStandby } from '../test/support/standby.ts'
import { printConnectionUrl } from '../test/support/test-connection.ts'

const [command = 'true', ...args] = process.argv.slice(2)
const primary = await startPrimary()
const standby = await startSpared().catch(async (error: unknown) => {
  await primary.stop()
  throw error
})
// In a group of its own, so that a signal ends all of it: npx passes none on.
const child = spawn(command, args, {
  stdio: 'inherit',
  detached: true,
  env: {
    ...process.env,
    TEST_DATABASE_URL: printConnectionUrl(primary.connection),
    TEST_REPLICA_URL: printConnectionUrl(standby.connection),
  },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => child.pid !== undefined && process.kill(-child.pid, signal))
process.exitCode = await new Promise<number>((resolve) => {
  child.once('error', () => resolve(127))
  child.once('exit', (code) => resolve(code ?? 1))
})
await standby.stop()
await primary.stop()

async function startSpared(): Promise<Standby> {
  await spareWork(primary.connection)
  const standby = await startStandby(primary)
  await spareWork(standby.connection)
  return standby
}
