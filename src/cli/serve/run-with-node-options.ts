import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { nodeOptions } from '../../node-options.ts'

/** The options of the server that this process was started without. Who gives one another value, also by NODE_OPTIONS, has it. */
export function missingNodeOptions(execArgv: readonly string[], variable = ''): readonly string[] {
  const given = new Set([...execArgv, ...variable.split(/\s+/)].map(toName))
  return nodeOptions.filter((option) => !given.has(toName(option)))
}

/** `--max_semi_space_size=64` → `--max-semi-space-size` */
function toName(option: string): string {
  return option.replace(/=.*$/s, '').replaceAll('_', '-')
}

const passedOn = ['SIGINT', 'SIGTERM'] as const

/**
 * Runs this command line again in a process with these options of Node, and returns its exit code. V8 takes the sizes of its spaces at the
 * start of a process only. Signals are passed on; if this process is killed, the other one stops as if it had got SIGTERM.
 */
export async function runWithNodeOptions(options: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...options, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of passedOn) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal])))
  })
}
