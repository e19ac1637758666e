import { askOwnField } from '../connection/ask-own-field.ts'
import { openConnection } from '../connection/open-connection.ts'
import { createWriter, type Format, formatNames } from '../output/create-writer.ts'
import { writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface WhoamiOptions extends CommonOptions {
  readonly output?: Format
}

/** What a caller may do with the objects of a template. */
type Permission = {
  readonly template: string
  readonly read: boolean
  readonly write: boolean
  readonly delete: boolean
  readonly import: boolean
  /** Those that are granted for some objects only. */
  readonly conditional: readonly string[]
}

type Viewer = {
  readonly kind: 'EVERYONE' | 'ANONYMOUS' | 'ADMIN' | 'TOKEN' | 'JOB'
  readonly actor: string | null
  readonly roles: readonly string[]
  readonly admin: boolean
  /** Without the templates with which the caller may do nothing. */
  readonly can: readonly Permission[]
}

const selection = ' { kind actor roles admin can { template read write delete import conditional } }'
const verbs = ['read', 'write', 'delete', 'import'] as const
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
    const viewer = await askOwnField<Viewer>(await openConnection(options), 'viewer', selection)
    if (output === undefined) return printForPeople(viewer)
    const hasRows = rowFormats.includes(output)
    const writer = await createWriter(output, {
      template: { name: 'viewer', fields: [] },
      columns: hasRows ? ['template', ...verbs] : undefined,
      isSingle: !hasRows,
    })
    writer.write(hasRows ? viewer.can.map(toRow) : [viewer])
    writer.end()
  },
}

async function printForPeople(viewer: Viewer): Promise<void> {
  const { printTable } = await import('../output/print-table.ts')
  const { roles, admin, can } = viewer
  printTable(undefined, [
    ['actor', describeActor(viewer)],
    ['roles', roles.join(', ') || 'none'],
    ['admin', admin ? 'yes' : 'no'],
  ])
  if (can.length === 0) return
  writeOut('\n')
  printTable(
    ['TEMPLATE', ...verbs.map((verb) => verb.toUpperCase())],
    can.map((permission) => Object.values(toRow(permission))),
  )
}

function describeActor({ kind, actor }: Viewer): string {
  switch (kind) {
    case 'EVERYONE':
      return `${actor ?? 'nobody'} (the registry has no rules of access, and believes it)`
    case 'ANONYMOUS':
      return 'nobody (no token was sent)'
    case 'ADMIN':
      return `${actor} (the token of the administrator)`
    case 'TOKEN':
      return `${actor} (a token of the registry)`
    case 'JOB':
      return `${actor} (the id token of a job)`
  }
}

/** `some`: objects that fit a condition of a role. */
function toRow(permission: Permission): Readonly<Record<string, string>> {
  const { template, conditional } = permission
  const answer = (verb: (typeof verbs)[number]) => {
    if (!permission[verb]) return 'no'
    return conditional.includes(verb) ? 'some' : 'yes'
  }
  return { template, ...Object.fromEntries(verbs.map((verb) => [verb, answer(verb)])) }
}
