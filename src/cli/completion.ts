import { Argument, type Command } from 'commander'
import { addExamples } from './add-examples.ts'
import type { CommonOptions } from './open-connection.ts'
import { writeOut } from './terminal.ts'

/** `registry completion bash|zsh|fish`, and the hidden command `complete` that those scripts call. */
export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('print what makes a shell complete commands, templates and fields')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .allowExcessArguments(false)
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScripts } = await import('./completion-scripts.ts')
      writeOut(completionScripts[shell])
    })
  addExamples(command, [
    'source <(registry completion bash)                      # in ~/.bashrc',
    'source <(registry completion zsh)                       # in ~/.zshrc, after compinit',
    'registry completion fish > ~/.config/fish/completions/registry.fish',
  ])
  const complete = program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .option('--line <line>')
    .action(async (words: string[]) => {
      const { listCompletions } = await import('./list-completions.ts')
      const { line, ...options } = complete.optsWithGlobals<CommonOptions & { readonly line?: string }>()
      writeOut(await listCompletions(line === undefined ? words : line.split(/\s+/).slice(1), options))
    })
}
