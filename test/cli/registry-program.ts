import { execFile, spawn } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** The program `registry`, bundled like in `npm run build`, with its own cache and home. */
export interface RegistryProgram {
  /** For temporary files; it is the working directory of every run, and the home. */
  readonly folder: string
  /** Runs `registry` with arguments. */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Run>
  /** Runs a script in bash, for which `registry` is a command. */
  readonly shell: (script: string, options?: RunOptions) => Promise<Run>
  readonly remove: () => Promise<void>
}

export async function createRegistryProgram(url: string): Promise<RegistryProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-program-'))
  const program = join(folder, 'dist/bin/registry.cjs')
  await promisify(execFile)(process.execPath, ['.ci/bundle-cli.js', join(folder, 'dist/bin')])
  await copyFile('package.json', join(folder, 'package.json'))
  await mkdir(join(folder, 'dist/cli'))
  await writeFile(
    join(folder, 'dist/cli/check-templates.js'),
    printUncompiled('src/cli/check-templates.ts', 'checkTemplates'),
  )
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
  return {
    folder,
    run: (args, options) => start(process.execPath, [program, ...args], options),
    shell: (script, options) => start('bash', ['-c', script], options),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Replaces the compiled form of a file, which may be older than the file. */
function printUncompiled(file: string, name: string): string {
  return `import { tsImport } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}
export const { ${name} } = await tsImport(${JSON.stringify(pathToFileURL(resolve(file)).href)}, import.meta.url)\n`
}
