import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'

/** `registry serve`: starts the server, which runs until it is stopped by a signal. */
export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('start the server')
    .allowExcessArguments(false)
    .action(async () => {
      // Only this command needs the server, and loading it takes longer than the other commands run.
      const { startApp } = await import('../app.ts')
      await startApp()
    })
  addExamples(command, ['registry serve', 'PORT=8080 TEMPLATES_DIR=templates registry serve'])
}
