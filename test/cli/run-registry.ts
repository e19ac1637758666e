import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A place for a command line of its own: no pipeline's variables, no cache, no spool but those in its folder. */
export interface Shell {
  readonly folder: string
  /** A file in the folder. */
  readonly file: (name: string) => string
  readonly run: (args: readonly string[], options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> }) => Promise<Run>
  readonly start: (args: readonly string[], env?: Readonly<Record<string, string>>) => ChildProcessWithoutNullStreams
  readonly remove: () => void
}

export function createShell(url: string): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'registry-cli-'))
  const base = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
    TZ: 'UTC',
    REGISTRY_URL: url,
  }
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    spawn(process.execPath, ['--import', import.meta.resolve('tsx'), resolve('src/cli/registry.ts'), ...args], { cwd: folder, env: { ...base, ...env } })
  return {
    folder,
    file: (name) => join(folder, name),
    start,
    run: (args, { input = '', env } = {}) =>
      new Promise((done) => {
        const child = start(args, env)
        let stdout = ''
        let stderr = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          stdout += text
        })
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text
        })
        child.on('close', (code) => done({ code, stdout, stderr }))
        child.stdin.on('error', () => undefined).end(input)
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
