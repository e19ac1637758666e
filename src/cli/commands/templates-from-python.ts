import type { FromPythonOptions } from '../pyregistrystore/templates-from-python.ts'
import type { Command } from './command.ts'

/** `registry templates from-python FILE.py… [CLASS…]`: templates from the classes of pyRegistryStore. */
export const templatesFromPythonCommand: Command<FromPythonOptions> = {
  name: 'from-python',
  description: 'print templates made from the classes of pyRegistryStore',
  operands: [
    {
      name: 'FILES',
      isRequired: true,
      isList: true,
      description:
        'the Python sources, which are read and not run; behind them, names of classes, if not all are wanted',
    },
  ],
  options: [{ long: '--into', value: 'DIR', description: 'write each template into a file of this folder' }],
  examples: [
    'registry templates from-python image.py > object-templates/image.yaml',
    'registry templates from-python objects/*.py --into object-templates',
  ],
  async run(operands, options) {
    const { writeTemplatesFromPython } = await import('../pyregistrystore/templates-from-python.ts')
    return writeTemplatesFromPython(operands, options)
  },
}
