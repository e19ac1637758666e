import type { Command } from './command.ts'

/** `registry templates from-python FILE.py [CLASS]`: a template from a class of pyRegistryStore. */
export const templatesFromPythonCommand: Command = {
  name: 'from-python',
  description: 'print a template made from a class of pyRegistryStore',
  operands: [
    { name: 'FILE', isRequired: true, description: 'the Python source; it is read, not run' },
    { name: 'CLASS', description: 'the class, if there are several' },
  ],
  examples: ['registry templates from-python image.py > object-templates/image.yaml'],
  async run([file = '', className]) {
    const { writeTemplateFromPython } = await import('../pyregistrystore/templates-from-python.ts')
    return writeTemplateFromPython(file, className)
  },
}
