import { userInfo } from 'node:os'
import type { CiCaller } from './ci-services.ts'

/** Each service of ci-services.ts sets one of these; if none is set, that file is not loaded. */
const signs = ['CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'BUILD_ID', 'TF_BUILD', 'CIRCLECI']

/** The longest values that the server accepts. */
const longest = { actor: 256, run: 2_048 }

/**
 * The actor: REGISTRY_ACTOR, else who started the run of the CI, else the operating system's user. The run:
 * REGISTRY_RUN, else the URL of the CI's run, else none. A variable that is set but empty means "none".
 */
export async function findCaller(): Promise<CiCaller> {
  const { env } = process
  const ci = signs.some((name) => env[name]) ? (await import('./ci-services.ts')).readCi() : undefined
  return {
    actor: clean(env['REGISTRY_ACTOR'] ?? (ci?.actor || userName()), longest.actor),
    run: clean(env['REGISTRY_RUN'] ?? ci?.run, longest.run),
  }
}

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
  const kept = text
    ?.toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a header cannot hold them
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
    .trim()
  return kept ? [...kept].slice(0, length).join('') : undefined
}
