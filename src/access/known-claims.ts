import { withoutSlash } from './jobs/load-keys.ts'

/** What is known of an issuer's tokens. */
interface KnownIssuer {
  readonly name: string
  readonly claims: readonly string[]
  /** One of these must be in a rule. */
  readonly identifying: readonly string[]
  /** `sub` is made of names of projects and branches. */
  readonly subjectIsName: boolean
}

/**
 * Those of any issuer that say whose a token is, and that nobody else can come to have. A user or an enterprise may have any number of
 * projects, so these do not do.
 */
export const identifyingClaims: readonly string[] = [
  'sub',
  'repository_id',
  'repository_owner_id',
  'project_id',
  'namespace_id',
]

/** Names, which can be registered again when they are given up, and what lasts instead. */
export const nameClaims: Readonly<Record<string, string>> = {
  repository: 'repository_id',
  repository_owner: 'repository_owner_id',
  job_workflow_ref: 'repository_id',
  workflow_ref: 'repository_id',
  actor: 'repository_id',
  project_path: 'project_id',
  namespace_path: 'namespace_id',
  ci_config_ref_uri: 'project_id',
  user_login: 'project_id',
  user_email: 'project_id',
}

const registered = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

const issuers: Readonly<Record<string, KnownIssuer>> = {
  'https://token.actions.githubusercontent.com': {
    name: 'GitHub Actions',
    subjectIsName: true,
    identifying: ['repository_id', 'repository_owner_id', 'sub'],
    claims: [
      ...registered,
      ...['actor', 'actor_id', 'base_ref', 'check_run_id', 'enterprise', 'enterprise_id', 'environment'],
      ...['environment_node_id', 'event_name', 'head_ref', 'issuer_scope', 'job_workflow_ref', 'job_workflow_sha'],
      ...['ref', 'ref_protected', 'ref_type', 'repository', 'repository_id', 'repository_owner'],
      ...['repository_owner_id', 'repository_visibility', 'run_attempt', 'run_id', 'run_number'],
      ...['runner_environment', 'sha', 'workflow', 'workflow_ref', 'workflow_sha'],
    ],
  },
  'https://gitlab.com': {
    name: 'GitLab',
    subjectIsName: true,
    identifying: ['project_id', 'namespace_id', 'sub'],
    claims: [
      ...registered,
      ...['ci_config_ref_uri', 'ci_config_sha', 'deployment_tier', 'environment', 'environment_action'],
      ...['environment_protected', 'groups_direct', 'job_id', 'job_namespace_id', 'job_namespace_path'],
      ...['job_project_id', 'job_project_path', 'job_source', 'namespace_id', 'namespace_path', 'pipeline_id'],
      ...['pipeline_source', 'project_id', 'project_path', 'project_visibility', 'ref', 'ref_path'],
      ...['ref_protected', 'ref_type', 'runner_environment', 'runner_id', 'sha', 'user_access_level'],
      ...['user_email', 'user_id', 'user_identities', 'user_login'],
    ],
  },
}

/** Undefined for issuers of which nothing is known. */
export function issuerNamed(issuer: unknown): KnownIssuer | undefined {
  const name = typeof issuer === 'string' ? withoutSlash(issuer) : ''
  return Object.hasOwn(issuers, name) ? issuers[name] : undefined
}
