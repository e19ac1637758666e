import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createCommandHosts } from './start-command-host.ts'

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** The program `registry` of the build of this run, with its own cache and home. */
export interface RegistryProgram {
  /** For temporary files; it is the working directory of every run, and the home. */
  readonly folder: string
  /** Runs `registry` with arguments, in a process that may have run other commands before. */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Run>
  /** Runs a script in bash, for which `registry` is a command. */
  readonly shell: (script: string, options?: RunOptions) => Promise<Run>
  readonly remove: () => Promise<void>
}

export async function createRegistryProgram(
  url: string,
  program = resolve('dist/bin/registry.cjs'),
): Promise<RegistryProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-program-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin/registry'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  await chmod(join(folder, 'bin/registry'), 0o755)
  const base = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    REGISTRY_URL: url,
    REGISTRY_ACTOR: 'tester',
    LANG: 'C.UTF-8',
  }
  const start = (command: string, args: readonly string[], { env, input }: RunOptions = {}): Promise<Run> =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: folder, env: { ...base, ...env }, stdio: 'pipe' })
      let stdout = ''
      let stderr = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout, stderr }))
      child.stdin.on('error', () => undefined)
      child.stdin.end(input)
    })
  const hosts = createCommandHosts(program, folder, base)
  return {
    folder,
    run: (args, options = {}) =>
      needsProcess(args, options)
        ? start(process.execPath, [program, ...args], options)
        : hosts.run(args, { ...base, ...options.env }),
    shell: (script, options) => start('bash', ['-c', script], options),
    async remove() {
      await hosts.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Whether a command must have a process of its own: for its input, for what Node reads at its start, for bytes that may not be UTF-8,
 * which it looks up in its process, and for a server or a PostgreSQL that it runs.
 */
function needsProcess(args: readonly string[], { input, env = {} }: RunOptions): boolean {
  return (
    input !== undefined ||
    Object.keys(env).some((name) => /^(NODE_|LANG$|LC_|TZ$)/.test(name)) ||
    [...args, ...Object.values(env)].some((text) => text.includes('\ufffd')) ||
    ['serve', 'backup', 'restore', 'upgrade'].includes(args[0] ?? '')
  )
}
