import type { JunitOptions } from '../junit/junit-import.ts'
import type { Command } from './command.ts'

/** `registry junit TEMPLATE FILE… [field=value…]`. */
export const junitCommand: Command<JunitOptions> = {
  name: 'junit',
  description: 'write the test results in JUnit XML files as objects',
  operands: [
    { name: 'TEMPLATE', isRequired: true, description: 'the template of the objects' },
    {
      name: 'FILE|field=value',
      isRequired: true,
      isList: true,
      description: 'the files (- for stdin), and values for all the objects',
    },
  ],
  options: [
    {
      long: '--map',
      value: 'field=source',
      description:
        'the source of the value of a field: name, classname, suite, status, time, message, details, output, retries, file, line, timestamp, hostname; property:NAME, suite-property:NAME; case:/regular expression/; - for none; can be repeated',
      isList: true,
    },
    { long: '--dry-run', description: 'check everything and write nothing' },
  ],
  examples: [
    'registry junit test_result target/*.xml image=ubuntu_20.04_v0.image --map test=name',
    "registry junit test_result results.xml --map image=property:image --map 'host=case:/\\[(.*)\\]/'",
  ],
  async run([template = '', ...args], options) {
    const { importJunit } = await import('../junit/junit-import.ts')
    return importJunit(template, args, options)
  },
}
