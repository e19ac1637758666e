import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { listProcessesIn } from './embedded-processes.ts'

const program = fileURLToPath(new URL('hanging-test.ts', import.meta.url))

test('what a test leaves behind that is killed while it hangs is ended and removed', async () => {
  const hanging = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [folder] = (await once(createInterface(hanging.stdout), 'line')) as [string]
  const directory = join(folder, 'data ä', 'postgres')
  expect((await listProcessesIn(directory)).length).toBeGreaterThan(5)
  hanging.kill('SIGKILL')
  await expect.poll(() => existsSync(folder), { timeout: 60_000 }).toBe(false)
  await expect.poll(() => listProcessesIn(directory), { timeout: 60_000 }).toEqual([])
})
