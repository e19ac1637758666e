import ci from 'ci-info'

/** Who writes, and in which run of which pipeline. */
export interface CiCaller {
  readonly actor: string | undefined
  readonly run: string | undefined
}

const { env } = process

/** How each CI gives the user who started a run, and the run's URL; by ci-info's names. */
const services: Readonly<Record<string, () => CiCaller>> = {
  GITHUB_ACTIONS: () => ({
    actor: env['GITHUB_TRIGGERING_ACTOR'] || env['GITHUB_ACTOR'],
    run: joinUrl(env['GITHUB_SERVER_URL'], [env['GITHUB_REPOSITORY'], 'actions/runs', env['GITHUB_RUN_ID']]),
  }),
  GITLAB: () => ({
    actor: env['GITLAB_USER_LOGIN'],
    run: env['CI_PIPELINE_URL'] || env['CI_JOB_URL'],
  }),
  JENKINS: () => ({
    // The plugin build-user-vars sets the first, multibranch jobs set the second.
    actor: env['BUILD_USER_ID'] || env['CHANGE_AUTHOR'],
    run: env['RUN_DISPLAY_URL'] || env['BUILD_URL'],
  }),
  AZURE_PIPELINES: () => ({
    actor: env['BUILD_REQUESTEDFOREMAIL'] || env['BUILD_REQUESTEDFOR'],
    run: joinUrl(env['SYSTEM_COLLECTIONURI'] || env['SYSTEM_TEAMFOUNDATIONCOLLECTIONURI'], [
      env['SYSTEM_TEAMPROJECT'] && encodeURIComponent(env['SYSTEM_TEAMPROJECT']),
      '_build',
      env['BUILD_BUILDID'] && `results?buildId=${env['BUILD_BUILDID']}`,
    ]),
  }),
  CIRCLE: () => ({ actor: env['CIRCLE_USERNAME'], run: env['CIRCLE_BUILD_URL'] }),
}

/** The caller according to the CI that this process runs in; undefined in an unknown CI. */
export function readCi(): CiCaller | undefined {
  return services[ci.id ?? '']?.()
}

/** Undefined if a part is missing. */
function joinUrl(base: string | undefined, parts: readonly (string | undefined)[]): string | undefined {
  if (!base || parts.some((part) => !part)) return undefined
  return [base.replace(/\/+$/, ''), ...parts].join('/')
}
