/** The environment variables that the registry reads, and those that look as if it did. */

import { distance } from 'fastest-levenshtein'
import { adminTokenSettings } from './admin-token-settings.ts'
import { limitVariable, mapLimits } from './limits.ts'
import { settings } from './settings.ts'

/** Those of the command line (docs/command-line.md). */
const commandLineVariables = [
  'REGISTRY_URL',
  'REGISTRY_TOKEN',
  'REGISTRY_TOKEN_FILE',
  'REGISTRY_AUDIENCE',
  'REGISTRY_ACTOR',
  'REGISTRY_RUN',
]

const limitVariables = Object.values(mapLimits(limitVariable))

const knownVariables = [
  ...[...Object.values(settings), ...adminTokenSettings].map(({ name }) => name),
  ...limitVariables,
  ...commandLineVariables,
]

/** More different letters make another name. Of a name that is shorter than `shortest`, none may differ: there are many like it. */
const mostLetters = 2
const shortest = 6

/**
 * A warning for each variable that is nearly one of ours and has no effect, and for each that looks like a limit. If the one that it
 * resembles is set as well, it belongs to another program.
 */
export function warnOfUnknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const isSet = (name: string) => (env[name]?.trim() ?? '') !== ''
  return Object.keys(env).flatMap((name) => {
    if (knownVariables.includes(name) || !isSet(name)) return []
    const near = nearestVariable(name)
    if (near !== undefined && !isSet(near))
      return [`${name} is not a variable of the registry and has no effect; did you mean ${near}?`]
    return name.startsWith('LIMIT_')
      ? [`${name} is not a limit of this server and has no effect; the limits are ${limitVariables.join(', ')}`]
      : []
  })
}

function nearestVariable(name: string): string | undefined {
  const bare = toBare(name)
  const same = knownVariables.find((known) => toBare(known) === bare || isSwapped(name, known))
  if (same !== undefined || name.length < shortest || name.length > 100) return same
  const near = knownVariables
    .filter((known) => known.length >= shortest)
    .map((known) => ({ known, letters: distance(name, known) }))
    .filter(({ letters }) => letters <= mostLetters)
  return near.sort((a, b) => a.letters - b.letters)[0]?.known ?? nearestByWords(name)
}

/** Where the last word is another form, `ACCESS_DIR` of `ACCESS_DIRECTORY`, or one too many or another, `ADMIN_TOKEN_FILE` of `ADMIN_TOKEN_PATH`. */
function nearestByWords(name: string): string | undefined {
  const startOf = (all: string) => all.replace(/_([^_]{3})[^_]*$/, '_$1')
  const ofSeveralWords = knownVariables.filter((known) => known.includes('_'))
  const shorter = ofSeveralWords.find((known) => name.startsWith(`${known}_`))
  if (shorter === undefined) return ofSeveralWords.find((known) => startOf(known) === startOf(name))
  return ofSeveralWords.find((known) => known.startsWith(`${shorter}_`)) ?? shorter
}

/** `data-dir`, `DATADIR` and `DATA_DIR` are the same. */
function toBare(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '')
}

/** Whether two neighbouring letters have changed places: `PROT`. */
function isSwapped(name: string, known: string): boolean {
  const at = [...known].findIndex((letter, i) => letter !== name[i])
  return (
    name.length === known.length && `${known.slice(0, at)}${known[at + 1]}${known[at]}${known.slice(at + 2)}` === name
  )
}
