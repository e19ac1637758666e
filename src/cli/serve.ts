import type { Command } from 'commander'

/** `registry serve`: starts the server, which runs until it is stopped by a signal. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('start the server')
    .allowExcessArguments(false)
    .action(async () => {
      // Only this command needs the server, and loading it takes longer than the other commands run.
      const { startApp } = await import('../app.ts')
      await startApp()
    })
}
