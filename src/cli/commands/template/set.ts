import { findTemplate } from '../../arguments/find-template.ts'
import { createMissingKeyError } from '../../arguments/missing-key-error.ts'
import { type Assignment, parseAssignments, toInput } from '../../arguments/parse-assignments.ts'
import { parseNumber } from '../../arguments/parse-number.ts'
import { withTemplateList } from '../../connection/load-template-list.ts'
import { openConnection } from '../../connection/open-connection.ts'
import { upsertObject } from '../../connection/operations.ts'
import type { Template } from '../../connection/template.ts'
import { printOneObject } from '../../output/print-one-object.ts'
import type { Command } from '../command.ts'
import { type OutputOptions, outputOptions } from '../output-options.ts'

interface SetOptions extends OutputOptions {
  readonly ifVersion?: string
  readonly spool?: boolean
}

/** `registry image set name=a lts=true`: creates or updates an object and prints it. */
export const setCommand: Command<SetOptions> = {
  name: 'set',
  description: 'create an object, or update the one with this key; print it',
  operands: [
    {
      name: 'field=value',
      isList: true,
      description: 'the values; field:=JSON for values other than text, field:=null clears a field',
    },
  ],
  options: [
    {
      long: '--if-version',
      value: 'n',
      description: 'only if it is at this version, else exit 4; 0: only if it does not exist',
    },
    {
      long: '--spool',
      description: 'if the registry is not available, keep the write for `registry flush` and exit 0',
    },
    ...outputOptions,
  ],
  examples: ['registry image set name=ubuntu_20.04_v0.image distr=ubuntu version=20.04 lts=true'],
  async run(texts, options, name) {
    const ifVersion = parseNumber('--if-version', options.ifVersion, /^\d{1,9}$/, 'a number')
    const connection = await openConnection(options)
    const send = () =>
      withTemplateList(connection, async (templates) => {
        const template = findTemplate(templates, name)
        const assignments = parseAssignments(texts, template, templates)
        assertKeyGiven(assignments, template)
        const { object, outcome } = await upsertObject(connection, template, templates, toInput(assignments), ifVersion)
        connection.log?.(outcome)
        if (!options.quiet || options.githubOutput) await printOneObject(object, template, options)
      })
    if (!options.spool) return send()
    const { setOrSpool } = await import('../../spool/set-or-spool.ts')
    await setOrSpool({ url: connection.url, template: name, assignments: texts, ifVersion }, options, send)
  },
}

function assertKeyGiven(assignments: readonly Assignment[], template: Template): void {
  const missing = template.fields.filter(
    (field) => field.key && field.default === null && !assignments.some((one) => one.name === field.name),
  )
  if (missing.length === 0) return
  throw createMissingKeyError(
    template,
    missing.map((field) => field.name),
  )
}
