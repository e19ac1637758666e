import { openConnection } from '../connection/open-connection.ts'
import { createWriter, type Format, formatNames } from '../output/create-writer.ts'
import { writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface WhoamiOptions extends CommonOptions {
  readonly output?: Format
}

/** What a caller may do with the objects of a template. */
interface Permission {
  readonly template: string
  readonly read: boolean
  readonly write: boolean
  readonly delete: boolean
}

interface Viewer {
  /** Null for whoever has no token. */
  readonly actor: string | null
  readonly roles: readonly string[]
  readonly can: readonly Permission[]
}

const query = 'query RegistryViewer { viewer { actor roles can { template read write delete } } }'
const columns = ['template', 'read', 'write', 'delete'] as const
/** The formats that print a row for each template. */
const rowFormats: readonly Format[] = ['table', 'csv', 'markdown']

/** `registry whoami`: who the registry takes the caller for. */
export const whoamiCommand: Command<WhoamiOptions> = {
  name: 'whoami',
  description: 'print who the registry takes you for, and what you may do with the objects of each template',
  options: [
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format, for programs',
      choices: formatNames,
    },
  ],
  examples: ['registry whoami', 'registry whoami -o json | jq -r .actor'],
  async run(_operands, { output, ...options }) {
    const { viewer } = await (await openConnection(options)).send<{ viewer: Viewer }>(query)
    if (output === undefined) return printForPeople(viewer)
    const hasRows = rowFormats.includes(output)
    const writer = await createWriter(output, {
      template: { name: 'viewer', fields: [] },
      columns: hasRows ? columns : undefined,
      isSingle: !hasRows,
    })
    const { actor, roles, can } = viewer
    writer.write(
      hasRows ? can.map((one) => ({ ...one })) : [{ actor, roles: [...roles], can: can.map((one) => ({ ...one })) }],
    )
    writer.end()
  },
}

async function printForPeople({ actor, roles, can }: Viewer): Promise<void> {
  const { printTable } = await import('../output/print-table.ts')
  printTable(undefined, [
    ['actor', actor ?? 'nobody: no token was sent'],
    ['roles', roles.join(', ') || 'none'],
  ])
  if (can.length === 0) return
  writeOut('\n')
  const answer = (may: boolean) => (may ? 'yes' : 'no')
  printTable(
    columns.map((name) => name.toUpperCase()),
    can.map((one) => [one.template, answer(one.read), answer(one.write), answer(one.delete)]),
  )
}
