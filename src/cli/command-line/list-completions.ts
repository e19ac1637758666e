import type { Command, CommandOption } from '../commands/command.ts'
import { commands, findCommand, isAboutTemplate, listWords, templateCommands } from '../commands/commands.ts'
import { type CommonOptions, commonOptions } from '../commands/common-options.ts'
import { withTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { readTemplateCache } from '../connection/template-cache.ts'

interface Completion {
  readonly value: string
  readonly text?: string | null | undefined
}

const files = ':files'

/** What may stand in the place of the last of these words: lines of `value<tab>description`. */
export async function listCompletions(words: readonly string[], options: CommonOptions): Promise<string> {
  const current = words.at(-1) ?? ''
  const completions = await complete(words.slice(0, -1), current, options)
  if (completions === files) return `${files}\n`
  const printText = (text: string | null | undefined) => (text ?? '').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return completions
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, text }) => `${value}\t${printText(text)}\n`)
    .join('')
}

async function complete(
  before: readonly string[],
  current: string,
  options: CommonOptions,
): Promise<readonly Completion[] | typeof files> {
  const { command, inner, template, operands, pending } = findPlace(before)
  const listTemplates = async () =>
    (await loadTemplates(options)).map(({ name, description }) => ({ value: name, text: description }))
  const findTemplate = async () => (await loadTemplates(options)).find(({ name }) => name === template)
  if (pending) return completeOption(pending, current, await findTemplate())
  if (current.startsWith('-')) return listOptions(command)
  const innerCommands = operands.length === 0 ? listCommands(inner) : []
  if (!command) return inner === commands ? [...innerCommands, ...(await listTemplates())] : innerCommands
  // `import` has a file or a command behind it.
  if (innerCommands.some(({ value }) => !command.run || (current !== '' && value.startsWith(current))))
    return innerCommands
  if (template !== '') {
    const described = await findTemplate()
    return described && command.operands ? listFields(described, operands, current) : []
  }
  const { operands: wanted = [] } = command
  const operand = wanted[operands.length] ?? (wanted.at(-1)?.isList ? wanted.at(-1) : undefined)
  if (!operand) return []
  if (operand.choices) return operand.choices.map((value) => ({ value }))
  return operand.name === 'TEMPLATE' ? listTemplates() : files
}

interface Place {
  readonly command: Command | undefined
  /** The commands that may come next. */
  readonly inner: readonly Command[]
  /** The template whose command it is. */
  readonly template: string
  /** The words given to the command, without options. */
  readonly operands: readonly string[]
  /** The option whose value comes next. */
  readonly pending: CommandOption | undefined
}

/** Where in the tree of commands these words lead. */
function findPlace(words: readonly string[]): Place {
  const [first, second] = listWords(words)
  const template = first !== undefined && isAboutTemplate(first, second ?? '') ? first : ''
  let command: Command | undefined
  let inner = commands
  let pending: CommandOption | undefined
  let operands: string[] = []
  for (const word of words) {
    if (pending) pending = undefined
    else if (word.startsWith('-'))
      pending = optionsOf(command).find(
        ({ long, short, value }) => value !== undefined && (word === long || word === short),
      )
    else if (inner === commands && word === template) inner = templateCommands
    else {
      const next = findCommand(inner, word)
      if (next) {
        command = next
        inner = next.commands ?? []
        operands = []
      } else operands.push(word)
    }
  }
  return { command, inner, template, operands, pending }
}

function optionsOf(command: Command | undefined): readonly CommandOption[] {
  return [...(command?.options ?? []), ...commonOptions]
}

function listOptions(command: Command | undefined): readonly Completion[] {
  return [
    ...optionsOf(command).map(({ long, description }) => ({ value: long, text: description })),
    { value: '--help', text: 'print this help' },
  ]
}

function listCommands(list: readonly Command[]): readonly Completion[] {
  return list.filter(({ isHidden }) => !isHidden).map(({ name, description }) => ({ value: name, text: description }))
}

function completeOption(
  option: CommandOption,
  current: string,
  template: Template | undefined,
): readonly Completion[] | typeof files {
  if (option.choices) return option.choices.map((value) => ({ value }))
  if (!template || !['--fields', '--order-by', '--latest-per'].includes(option.long)) return []
  const [begin = ''] = /^(?:.*,)?-?/.exec(current) ?? []
  return template.fields.map(({ name, description }) => ({ value: `${begin}${name}`, text: description }))
}

function listFields(template: Template, given: readonly string[], current: string): readonly Completion[] {
  const [, name, isJson] = /^([A-Za-z]\w*)(:?)=/.exec(current) ?? []
  if (name === undefined) {
    const names = given.map((text) => text.split(/:?=/, 1)[0])
    return template.fields
      .filter((field) => field.list || !names.includes(field.name))
      .map((field) => ({ value: `${field.name}=`, text: field.description }))
  }
  const field = template.fields.find((one) => one.name === name)
  const values = field?.type === 'boolean' ? ['true', 'false'] : (field?.values ?? [])
  return isJson ? [] : values.map((value) => ({ value: `${name}=${value}` }))
}

/** Nobody waits for a completion: one second, and what was known before if the registry does not answer. */
async function loadTemplates(options: CommonOptions): Promise<TemplateList> {
  const connection = await openConnection({ ...options, timeout: '1', retries: '0' })
  try {
    return await withTemplateList(connection, async (templates) => {
      if (connection.expectedSchema !== undefined) await connection.send('{ __typename }')
      return templates
    })
  } catch {
    return readTemplateCache(connection.url)?.templates ?? []
  }
}
