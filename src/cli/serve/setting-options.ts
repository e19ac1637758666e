import { adminTokenSettings } from '../../admin-token-settings.ts'
import { type Setting, settings } from '../../settings.ts'
import { createUsageError } from '../cli-error.ts'
import { toName } from '../command-line/read-command-line.ts'
import type { CommandOption } from '../commands/command.ts'
import { printExcerpt } from '../output/print-safely.ts'

/** A setting that has an option. Those of the token of the administrator are checked by the server. */
interface Settable extends Pick<Setting<unknown>, 'name'>, Partial<Pick<Setting<unknown>, 'parse' | 'takes'>> {
  readonly option: CommandOption
}

type Given = Pick<Setting<unknown>, 'name' | 'description' | 'flag'> & Partial<Setting<unknown>>

const settable: readonly Settable[] = [
  ...Object.values<Given>(settings),
  ...(adminTokenSettings as readonly Given[]),
].flatMap(({ flag, description, ...setting }) =>
  flag ? [{ ...setting, option: { ...flag, description: `${description}; ${setting.name} if not given` } }] : [],
)

/** The options that stand for settings. */
export const settingOptions: readonly CommandOption[] = settable.map(({ option }) => option)

/** Their values, and those of other options. */
export type SettingValues = Readonly<Record<string, string | boolean>>

/**
 * Puts what was given as options into the environment. Returns the options by variable: `--port` for PORT.
 *
 * @throws CliError for a value that the setting does not accept
 */
export function setFromOptions(given: SettingValues): ReadonlyMap<string, string> {
  const flags = new Map<string, string>()
  for (const { name, option, parse, takes } of settable) {
    const value = given[toName(option)]
    if (value === undefined) continue
    const text = String(value)
    if (text.trim() === '' || (parse && parse(text.trim()) === undefined))
      throw createUsageError(`${option.long}: "${printExcerpt(text)}" is not valid; expected ${takes ?? 'a file'}`)
    process.env[name] = text
    flags.set(name, option.long)
  }
  return flags
}
