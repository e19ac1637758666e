import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Run } from './registry-program.ts'

const hostProgram = fileURLToPath(new URL('command-host.js', import.meta.url))

/** A running `command-host.js`. */
interface CommandHost {
  readonly run: (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<Run>
  /** Whether it can run another command: a command may end the process. */
  readonly isAlive: () => boolean
  readonly stop: () => Promise<void>
}

export interface CommandHosts {
  readonly run: CommandHost['run']
  readonly stop: () => Promise<void>
}

/** Hosts that run a program in a folder, as many as there are commands at a time. */
export function createCommandHosts(program: string, folder: string, env: NodeJS.ProcessEnv): CommandHosts {
  const all = new Set<CommandHost>()
  const idle: CommandHost[] = []
  return {
    async run(args, given) {
      const host = idle.pop() ?? startCommandHost(program, folder, env)
      all.add(host)
      const run = await host.run(args, given)
      if (host.isAlive() && idle.length < 3) idle.push(host)
      else {
        all.delete(host)
        await host.stop()
      }
      return run
    },
    async stop() {
      await Promise.all([...all].map((host) => host.stop()))
    },
  }
}

function startCommandHost(program: string, folder: string, env: NodeJS.ProcessEnv): CommandHost {
  const [stdout, stderr] = [openOutput(), openOutput()]
  const child = spawn(process.execPath, [hostProgram, program], {
    cwd: folder,
    env,
    stdio: ['ignore', stdout.descriptor, stderr.descriptor, 'ipc'],
  })
  const ended = once(child, 'exit')
  return {
    async run(args, env) {
      const answered = once(child, 'message')
      child.send({ args, env })
      const [code] = (await Promise.race([answered, ended])) as [number | null]
      return { code, stdout: stdout.take(), stderr: stderr.take() }
    },
    isAlive: () => child.connected && child.exitCode === null && child.signalCode === null,
    async stop() {
      if (child.connected) child.disconnect()
      await ended
      for (const output of [stdout, stderr]) output.close()
    },
  }
}

/** A file without a name, for the output of one command after another. */
function openOutput() {
  const path = join(tmpdir(), `registry-output-${randomUUID()}`)
  const descriptor = openSync(path, 'a+')
  rmSync(path)
  return {
    descriptor,
    /** What was written since the last time. */
    take(): string {
      const bytes = Buffer.alloc(fstatSync(descriptor).size)
      readSync(descriptor, bytes, 0, bytes.length, 0)
      ftruncateSync(descriptor)
      return bytes.toString('utf8')
    },
    close: () => closeSync(descriptor),
  }
}
