import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import type { JunitOptions } from './junit-import.ts'

/** `registry junit TEMPLATE FILE… [field=value…]`. */
export function addJunit(program: Command): void {
  const command = program
    .command('junit')
    .description('make objects of the test results in JUnit XML files')
    .argument('<TEMPLATE>', 'the template of the objects')
    .argument('<FILE|field=value...>', 'the files, and values that all the objects get')
    .option(
      '--map <field=source>',
      'where a field takes its value from; may be repeated',
      (text: string, before: string[] | undefined) => [...(before ?? []), text],
    )
    .option('--dry-run', 'check the form of everything and write nothing')
  addExamples(command, ['registry junit test_result target/*.xml image=ubuntu_20.04_v0.image --map test=name'])
  command.action(async (template: string, args: string[]) => {
    const { importJunit } = await import('./junit-import.ts')
    process.exitCode = await importJunit(template, args, command.optsWithGlobals<JunitOptions>())
  })
}
