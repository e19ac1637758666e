import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'

/** `registry templates from-python FILE.py [CLASS]`: a template from a class of pyRegistryStore. */
export function addTemplatesFromPython(templates: Command): void {
  const command = templates
    .command('from-python')
    .description('print a template that says what a class of pyRegistryStore says')
    .argument('<FILE>', 'the Python source; it is read, not run')
    .argument('[CLASS]', 'which class, where there are several')
    .allowExcessArguments(false)
    .action(async (file: string, className: string | undefined) => {
      const { writeTemplateFromPython } = await import('./pyregistrystore/templates-from-python.ts')
      process.exitCode = await writeTemplateFromPython(file, className)
    })
  addExamples(command, ['registry templates from-python image.py > object-templates/image.yaml'])
}
