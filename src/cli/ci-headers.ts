import { userInfo } from 'node:os'

/** An environment, as `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Who writes, and in which run of which pipeline. */
export interface CiCaller {
  readonly actor: string | undefined
  readonly run: string | undefined
}

/** Where a CI says who started a run, and where the run can be looked at. By the names that ci-info gives them. */
const services: Readonly<Record<string, (env: Environment) => CiCaller>> = {
  GITHUB_ACTIONS: (env) => ({
    actor: env['GITHUB_TRIGGERING_ACTOR'] || env['GITHUB_ACTOR'],
    run: joinUrl(env['GITHUB_SERVER_URL'], [env['GITHUB_REPOSITORY'], 'actions/runs', env['GITHUB_RUN_ID']]),
  }),
  GITLAB: (env) => ({
    actor: env['GITLAB_USER_LOGIN'],
    run: env['CI_PIPELINE_URL'] || env['CI_JOB_URL'],
  }),
  JENKINS: (env) => ({
    // The first is of the plugin build-user-vars, the second of multibranch jobs.
    actor: env['BUILD_USER_ID'] || env['CHANGE_AUTHOR'],
    run: env['RUN_DISPLAY_URL'] || env['BUILD_URL'],
  }),
  AZURE_PIPELINES: (env) => ({
    actor: env['BUILD_REQUESTEDFOREMAIL'] || env['BUILD_REQUESTEDFOR'],
    run: joinUrl(env['SYSTEM_COLLECTIONURI'] || env['SYSTEM_TEAMFOUNDATIONCOLLECTIONURI'], [
      env['SYSTEM_TEAMPROJECT'] && encodeURIComponent(env['SYSTEM_TEAMPROJECT']),
      '_build',
      env['BUILD_BUILDID'] && `results?buildId=${env['BUILD_BUILDID']}`,
    ]),
  }),
  CIRCLE: (env) => ({ actor: env['CIRCLE_USERNAME'], run: env['CIRCLE_BUILD_URL'] }),
}

/** One of these is set in each of the services above; without any, ci-info is not even loaded. */
const signs = ['CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'BUILD_ID', 'TF_BUILD', 'CIRCLECI']

/** As the server takes them. */
const longest = { actor: 256, run: 2_048 }

/**
 * The actor: REGISTRY_ACTOR, else who started the run of the CI, else the operating system's user. The run:
 * REGISTRY_RUN, else the URL of the CI's run, else none. A variable that is set but empty stands for "none".
 */
export async function findCaller(env: Environment): Promise<CiCaller> {
  const ci = signs.some((name) => env[name]) ? services[await serviceOf()]?.(env) : undefined
  return {
    actor: clean(env['REGISTRY_ACTOR'] ?? (ci?.actor || userName(env)), longest.actor),
    run: clean(env['REGISTRY_RUN'] ?? ci?.run, longest.run),
  }
}

/** The headers that tell the server of the caller; see `findCaller`. */
export async function ciHeaders(env: Environment = process.env): Promise<Record<string, string>> {
  return callerHeaders(await findCaller(env))
}

/** As text; a connection makes bytes of it. */
export function callerHeaders({ actor, run }: CiCaller): Record<string, string> {
  return { ...(actor && { 'X-Registry-Actor': actor }), ...(run && { 'X-Registry-Run': run }) }
}

/** ci-info looks at the environment of this process. */
async function serviceOf(): Promise<string> {
  const { default: ci } = await import('ci-info')
  return ci.id ?? ''
}

/** Undefined unless every part is there. */
function joinUrl(base: string | undefined, parts: readonly (string | undefined)[]): string | undefined {
  if (!base || parts.some((part) => !part)) return undefined
  return [base.replace(/\/+$/, ''), ...parts].join('/')
}

function userName(env: Environment): string | undefined {
  try {
    return userInfo().username
  } catch {
    // A user id without a name, as containers like to have them.
    return env['USER'] || env['LOGNAME']
  }
}

/** What a header can hold. Whatever a CI has in its variables must not fail a write. */
function clean(text: string | undefined, length: number): string | undefined {
  const kept = text
    ?.toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
  return kept ? [...kept].slice(0, length).join('') : undefined
}
