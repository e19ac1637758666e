import { userInfo } from 'node:os'
import { createUsageError } from '../cli-error.ts'
import type { CiCaller } from './ci-services.ts'

/** Each service of ci-services.ts sets one of these; if none is set, that file is not loaded. */
const signs = ['CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'BUILD_ID', 'TF_BUILD', 'CIRCLECI']

/** The longest values that the server accepts. */
const longest = { actor: 256, run: 2_048 }

/**
 * The actor: REGISTRY_ACTOR, else who started the run of the CI, else the operating system's user. The run:
 * REGISTRY_RUN, else the URL of the CI's run, else none. A variable that is set but empty means "none". Throws a usage error if one
 * of these two variables cannot be sent as it is; what a CI sets is made fit.
 */
export async function findCaller(): Promise<CiCaller> {
  const { env } = process
  const actor = await readOwn('REGISTRY_ACTOR', longest.actor)
  const run = await readOwn('REGISTRY_RUN', longest.run)
  const ci = signs.some((name) => env[name]) ? (await import('./ci-services.ts')).readCi() : undefined
  return {
    actor: actor ?? clean(ci?.actor || userName(), longest.actor),
    run: run ?? clean(ci?.run, longest.run),
  }
}

/** The value of a variable of ours, without spaces around it. */
async function readOwn(name: string, length: number): Promise<string | undefined> {
  const text = process.env[name]?.trim()
  if (!text) return text
  if (text.includes('\ufffd')) (await import('../command-line/assert-utf8.ts')).assertUtf8Variable(name)
  const [unfit] = text.match(unsendable) ?? []
  if (unfit !== undefined) {
    const code = unfit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    const what = unfit === '\n' || unfit === '\r' ? 'a line break' : `the control character U+${code}`
    throw createUsageError(`${name} contains ${what}. It is a text of one line: correct it, or unset it.`)
  }
  const { length: given } = [...text]
  if (given > length)
    throw createUsageError(`${name} has ${given} characters; the registry accepts ${length}. Shorten it, or unset it.`)
  return text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a header cannot hold them
const unsendable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

function userName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    // A user id without a name, as in many containers.
    return process.env['USER'] || process.env['LOGNAME']
  }
}

/** Keeps only what a header can contain, so that no variable of a CI makes a write fail. */
function clean(text: string | undefined, length: number): string | undefined {
  const kept = text?.toWellFormed().replace(unsendable, ' ').trim()
  return kept ? [...kept].slice(0, length).join('') : undefined
}
