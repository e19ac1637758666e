import { exitCodes } from '../cli-error.ts'
import { writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

/** `registry completion bash|zsh|fish`. */
export const completionCommand: Command = {
  name: 'completion',
  description: 'print what makes a shell complete commands, templates and fields',
  operands: [{ name: 'shell', isRequired: true, description: 'the shell', choices: ['bash', 'zsh', 'fish'] }],
  examples: [
    'source <(registry completion bash)                      # in ~/.bashrc',
    'source <(registry completion zsh)                       # in ~/.zshrc, after compinit',
    'registry completion fish > ~/.config/fish/completions/registry.fish',
  ],
  async run([shell]) {
    const { completionScripts } = await import('../command-line/completion-scripts.ts')
    writeOut(completionScripts[shell as keyof typeof completionScripts])
    return exitCodes.done
  },
}

interface CompleteOptions extends CommonOptions {
  readonly line?: string
}

/** What those scripts call. */
export const completeCommand: Command<CompleteOptions> = {
  name: 'complete',
  description: 'print what may stand in the place of the last word',
  isHidden: true,
  operands: [{ name: 'words', isList: true, description: 'the command line, without its first word' }],
  options: [{ long: '--line', value: 'line', description: 'the command line, up to the cursor' }],
  async run(words, { line, ...options }) {
    const { listCompletions } = await import('../command-line/list-completions.ts')
    writeOut(await listCompletions(line === undefined ? words : line.split(/\s+/).slice(1), options))
    return exitCodes.done
  },
}
