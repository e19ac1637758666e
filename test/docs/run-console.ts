import type { RegistryProgram } from '../cli/registry-program.ts'

/** One command of a `console` block, `$ …` with continuation lines `> …`, and the output below it. */
export interface ConsoleStep {
  readonly command: string
  readonly output: string
}

export function listSteps(text: string): ConsoleStep[] {
  const steps: { command: string; output: string[] }[] = []
  for (const line of text.split('\n')) {
    const last = steps.at(-1)
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] })
    else if (line.startsWith('> ') && last?.output.length === 0) last.command += `\n${line.slice(2)}`
    else last?.output.push(line)
  }
  return steps.map(({ command, output }) => ({ command, output: output.join('\n').trimEnd() }))
}

/** Runs commands one after another in one bash, and returns what each has printed to stdout and stderr. */
export async function runSteps(
  commands: readonly string[],
  program: RegistryProgram,
  options: { readonly isTerminal?: boolean } = {},
): Promise<string[]> {
  const mark = '@@@ next @@@'
  const script = [
    'exec 2>&1',
    ...commands.map((command) => `${command}\nstatus=$?; echo; echo '${mark}'; (exit $status)`),
  ].join('\n')
  const env = { TERM: 'xterm', NO_COLOR: '1', script }
  const { stdout } = await program.shell(
    options.isTerminal ? `script -qec 'stty cols 96; eval "$script"' /dev/null` : 'eval "$script"',
    { env },
  )
  return stdout
    .replaceAll('\r\n', '\n')
    .split(`${mark}\n`)
    .slice(0, commands.length)
    .map((text) => text.trimEnd())
}

/** Replaces the parts that differ from run to run: times, UUIDs, addresses. */
export function withoutChance(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d/g, '<time>')
    .replace(/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/g, '<uuid>')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, '<address>')
    .replace(/in \d+ ms/g, 'in <n> ms')
    .replace(/on Node [\d.]+/g, 'on Node <version>')
    .replace(/[\d.]+ of [\d.]+ GB/g, '<n> of <n> GB')
    .replace(/\/\S*\/registry-program-\w+/g, '<folder>')
}
