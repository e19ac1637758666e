type Claims = Readonly<Record<string, unknown>>

/** The address of the run that a job's token is of, where the token tells it; undefined otherwise. */
export function runOfClaims(issuer: string, claims: Claims): string | undefined {
  return runOnGithub(issuer, claims) ?? runOnGitlab(issuer, claims) ?? runOnJenkins(claims)
}

/** `https://github.com/OWNER/NAME/actions/runs/RUN`. */
function runOnGithub(issuer: string, claims: Claims): string | undefined {
  const { repository, run_id: run } = claims
  const server = githubServer(new URL(issuer))
  if (!server || !isPath(repository) || !isNumber(run)) return undefined
  return `${server}/${repository}/actions/runs/${run}`
}

/** GitHub's own tokens do not name it: the issuer does. */
function githubServer({ hostname, host, pathname, protocol }: URL): string | undefined {
  if (hostname === 'token.actions.githubusercontent.com') return 'https://github.com'
  // With data residency, and on a server of one's own.
  const tenant = /^token\.actions\.([a-z0-9-]+\.ghe\.com)$/.exec(hostname)?.[1]
  if (tenant !== undefined) return `https://${tenant}`
  return pathname.startsWith('/_services/token') ? `${protocol}//${host}` : undefined
}

/** `https://gitlab.com/GROUP/PROJECT/-/pipelines/PIPELINE`. */
function runOnGitlab(issuer: string, { project_path: project, pipeline_id: pipeline }: Claims): string | undefined {
  if (!isPath(project) || !isNumber(pipeline)) return undefined
  return `${issuer.replace(/\/$/, '')}/${project}/-/pipelines/${pipeline}`
}

/** The subject of a token of Jenkins is the address of the job: `https://ci.example.org/job/NAME/`. */
function runOnJenkins({ sub: job, build_number: build }: Claims): string | undefined {
  if (typeof job !== 'string' || !/^https?:\/\/\S+$/.test(job) || !isNumber(build)) return undefined
  return `${job.replace(/\/$/, '')}/${build}/`
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]+(\/[\w.-]+)+$/.test(value)
}

function isNumber(value: unknown): value is string | number {
  return /^\d{1,20}$/.test(String(value))
}
