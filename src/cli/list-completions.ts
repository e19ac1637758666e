import type { Command, Option } from 'commander'
import { createProgram } from './create-program.ts'
import { type Template, type TemplateList, withTemplateList } from './load-template-list.ts'
import { type CommonOptions, openConnection } from './open-connection.ts'
import { readTemplateCache } from './template-cache.ts'
import { templateCommands } from './template-commands.ts'

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
  const program = createProgram([...before, ''])
  const { command, operands, pending } = walk(program, before)
  const templates = () => loadTemplates(options)
  const template = async () => (await templates()).find((one) => one.name === command.parent?.name())
  if (pending) return completeOption(pending, current, await template())
  if (current.startsWith('-')) return listOptions(command)
  if (command === program)
    return operands.length > 0
      ? []
      : [
          ...listCommands(program),
          ...(await templates()).map(({ name, description }) => ({ value: name, text: description })),
        ]
  if (command.commands.length > 0) return listCommands(command)
  if (
    command.parent !== program &&
    command.parent?.parent === program &&
    Object.hasOwn(templateCommands, command.name())
  ) {
    const described = await template()
    return described ? listFields(described, operands, current) : []
  }
  const argument = command.registeredArguments[Math.min(operands.length, command.registeredArguments.length - 1)]
  if (!argument || (operands.length >= command.registeredArguments.length && !argument.variadic)) return []
  if (argument.argChoices) return argument.argChoices.map((value) => ({ value }))
  if (/^template$/i.test(argument.name()))
    return (await templates()).map(({ name, description }) => ({ value: name, text: description }))
  return files
}

interface Place {
  readonly command: Command
  /** The words given to it, without options. */
  readonly operands: readonly string[]
  /** The option whose value comes next. */
  readonly pending: Option | undefined
}

/** Where in the tree of commands these words lead. */
function walk(program: Command, words: readonly string[]): Place {
  let command = program
  let pending: Option | undefined
  let operands: string[] = []
  for (const word of words) {
    if (pending) pending = undefined
    else if (word.startsWith('-'))
      pending = optionsOf(command).find((one) => (one.long === word || one.short === word) && one.required)
    else {
      const next: Command | undefined = command.commands.find((one) => one.name() === word)
      if (next) {
        command = next
        operands = []
      } else operands.push(word)
    }
  }
  return { command, operands, pending }
}

function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent ? optionsOf(command.parent) : [])].filter((option) => !option.hidden)
}

function listOptions(command: Command): readonly Completion[] {
  return [
    ...optionsOf(command).map((option) => ({ value: option.long ?? '', text: option.description })),
    { value: '--help', text: 'print this help' },
  ]
}

function listCommands(command: Command): readonly Completion[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), text: one.description() }))
}

function completeOption(
  option: Option,
  current: string,
  template: Template | undefined,
): readonly Completion[] | typeof files {
  if (option.argChoices) return option.argChoices.map((value) => ({ value }))
  if (!template || !['--fields', '--order-by'].includes(option.long ?? '')) return []
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
