import { readFileSync } from 'node:fs'
import { adminTokenSettings } from './admin-token-settings.ts'
import { explainFileError } from './explain-file-error.ts'
import type { SettingProblem } from './settings.ts'

const shortest = 16
const longest = 1_024

/**
 * The token of the administrator: the value of ADMIN_TOKEN, or what is in the file that ADMIN_TOKEN_FILE names. A problem is for the
 * operator, and never has the token.
 */
export function loadAdminToken(env: Readonly<Record<string, string | undefined>>): {
  readonly token?: string
  readonly problem?: SettingProblem
} {
  const [text, file] = adminTokenSettings.map(({ name }) => env[name]?.trim() || undefined)
  if (text !== undefined && file !== undefined)
    return refuse('ADMIN_TOKEN', 'ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set; set one of them')
  if (file === undefined) return text === undefined ? {} : checkToken('ADMIN_TOKEN', text)
  try {
    return checkToken('ADMIN_TOKEN_FILE', readFileSync(file, 'utf8').replace(/\r?\n$/, ''))
  } catch (error) {
    const reason = explainFileError(error)
    return refuse('ADMIN_TOKEN_FILE', `ADMIN_TOKEN_FILE: ${JSON.stringify(file)} cannot be read: ${reason}`)
  }
}

function refuse(name: string, message: string): { readonly problem: SettingProblem } {
  return { problem: { name, message } }
}

function checkToken(
  variable: string,
  token: string,
): { readonly token: string } | { readonly problem: SettingProblem } {
  const wrong =
    token.length < shortest
      ? `has ${token.length} characters, which can be guessed`
      : token.length > longest
        ? `has ${token.length} characters`
        : /^[\x21-\x7e]+$/.test(token)
          ? undefined
          : 'has a space or another character that no header can carry'
  if (wrong === undefined) return { token }
  return refuse(
    variable,
    `${variable}: the token (not shown) ${wrong}; expected ${shortest} to ${longest} letters, digits and signs without spaces, such as the output of openssl rand -hex 32`,
  )
}
