import { adminTokenSettings } from '../../admin-token-settings.ts'
import { limits, limitVariable, mapLimits } from '../../limits.ts'
import { type Setting, settings } from '../../settings.ts'
import type { HelpSection } from '../commands/command.ts'

/** All that can be set, for `registry serve --help`. */
export function listSettings(): readonly HelpSection[] {
  return [
    {
      title: 'Settings, from the environment or .env',
      rows: [
        ...Object.values<Partial<Setting<unknown>> & Pick<Setting<unknown>, 'name' | 'description'>>(settings),
        ...adminTokenSettings,
      ].map((setting) => ({ term: setting.name, text: `${setting.description}${printDefault(setting)}` })),
    },
    {
      title: 'Limits of a request, from the environment or .env',
      rows: Object.values(
        mapLimits((name) => ({
          term: limitVariable(name),
          text: `${limits[name].description} (default: ${limits[name].default})`,
        })),
      ),
    },
  ]
}

function printDefault({ default: value, otherwise }: Partial<Setting<unknown>>): string {
  const text = otherwise ?? (value === undefined || (Array.isArray(value) && value.length === 0) ? '' : String(value))
  return text === '' ? '' : ` (default: ${text})`
}
