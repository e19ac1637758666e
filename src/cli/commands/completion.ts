import { writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'

/** `registry completion bash|zsh|fish`. */
export const completionCommand: Command = {
  name: 'completion',
  description: 'print a script that completes commands, templates and fields in a shell',
  operands: [{ name: 'shell', isRequired: true, description: 'the shell', choices: ['bash', 'zsh', 'fish'] }],
  examples: [
    'source <(registry completion bash)                      # in ~/.bashrc',
    'source <(registry completion zsh)                       # in ~/.zshrc, after compinit',
    'registry completion fish > ~/.config/fish/completions/registry.fish',
  ],
  async run([shell]) {
    const { completionScripts } = await import('../command-line/completion-scripts.ts')
    writeOut(completionScripts[shell as keyof typeof completionScripts])
  },
}
