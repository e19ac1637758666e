import { adminTokenSettings } from '../../admin-token-settings.ts'
import { limitVariable, mapLimits } from '../../limits.ts'
import { splitUrls } from '../../parse-setting.ts'
import { type Setting, settings } from '../../settings.ts'
import { printDatabaseAddress } from '../../store/database-address.ts'

/** A setting that differs from its default, or has it on purpose. */
export interface GivenSetting {
  readonly name: string
  /** Of a secret, at most the address in it. */
  readonly value: string
  /** `--port`, `.env` or `environment`. */
  readonly from: string
}

/** The settings that are set, with where they come from. No password and no token is among the values. */
export function listGivenSettings(
  env: Readonly<Record<string, string | undefined>>,
  sources: { readonly flags: ReadonlyMap<string, string>; readonly inFile: ReadonlySet<string> },
): readonly GivenSetting[] {
  const known: readonly Pick<Setting<unknown>, 'name' | 'secret'>[] = [
    ...Object.values<Pick<Setting<unknown>, 'name' | 'secret'>>(settings),
    ...adminTokenSettings,
    ...Object.values(mapLimits((name) => ({ name: limitVariable(name) }))),
  ]
  return known.flatMap(({ name, secret }) => {
    const text = env[name]?.trim() ?? ''
    if (text === '') return []
    const from = sources.flags.get(name) ?? (sources.inFile.has(name) ? '.env' : 'environment')
    return [{ name, value: secret ? printSecret(text) : text, from }]
  })
}

/** `registry:***@db.example.org:5432/registry`, without parameters, which may have passwords. */
function printSecret(text: string): string {
  try {
    return splitUrls(text)
      .map((url) => `postgresql://${printDatabaseAddress(url).replace('@', ':***@')}`)
      .join(', ')
  } catch {
    return '***'
  }
}
