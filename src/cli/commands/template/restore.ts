import { findTemplate } from '../../arguments/find-template.ts'
import { parseNumber } from '../../arguments/parse-number.ts'
import { createUsageError } from '../../cli-error.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { restoreVersion } from '../../history/history-operations.ts'
import { printKeyArguments } from '../../history/key-literals.ts'
import { printOneObject } from '../../output/print-one-object.ts'
import type { Command } from '../command.ts'
import { type OutputOptions, outputOptions } from '../output-options.ts'

interface RestoreOptions extends OutputOptions {
  readonly version?: string
  readonly ifVersion?: string
}

/** `registry image restore name=a --version 3`: writes a former version again and prints the object. */
export const restoreVersionCommand: Command<RestoreOptions> = {
  name: 'restore',
  description: 'write a former version of an object again, also of one that is gone; print it',
  operands: [{ name: 'field=value', isList: true, description: 'the key' }],
  options: [
    { long: '--version', value: 'n', description: 'the version to write again; registry … history lists them' },
    { long: '--if-version', value: 'n', description: 'only if it is at this version now, else exit 4' },
    ...outputOptions,
  ],
  examples: ['registry image restore name=ubuntu_20.04_v0.image --version 3'],
  async run(assignments, options, name) {
    const version = parseNumber('--version', options.version, /^(?=.*[1-9])\d{1,10}$/, 'a number from 1 on')
    if (version === undefined)
      throw createUsageError(`--version is missing: registry ${name} history … lists the versions`)
    const ifVersion = parseNumber('--if-version', options.ifVersion, /^\d{1,9}$/, 'a number')
    const connection = await openConnection(options)
    await withTemplateList(connection, async (templates) => {
      const template = findTemplate(templates, name)
      const key = printKeyArguments(assignments, template, templates)
      const { object, outcome } = await restoreVersion(connection, template, key, version, ifVersion)
      connection.log?.(outcome)
      if (!options.quiet || options.githubOutput) await printOneObject(object, template, options)
    })
  },
}
