import { createUsageError } from '../cli-error.ts'
import type { Token } from '../connection/credentials.ts'
import { createGithubToken, type Sending } from './github-token.ts'
import { type Claims, readClaims } from './read-claims.ts'

const { env } = process

/**
 * The id token that the CI service makes for this job, for the audience that REGISTRY_AUDIENCE names: of GitHub by request; of GitLab
 * and others it is in a variable, which is found by the audience of the token, so that it may have any name. Throws a usage error if
 * there is none: whoever sets REGISTRY_AUDIENCE does not want to write as somebody else.
 */
export function findJobToken(audience: string, sending: Sending): Token {
  const [url, token] = [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']]
  if (url && token) return { source: 'github', read: createGithubToken({ url, token }, audience, sending) }
  const found = findInVariables(audience)
  if (found !== undefined) return { source: 'job', read: () => found }
  throw createUsageError(explainAbsence(audience))
}

interface Variable {
  readonly name: string
  readonly text: string
  readonly claims: Claims
}

function listTokens(): readonly Variable[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const text = value.trim()
    const claims = readClaims(text)
    return claims ? [{ name, text, claims }] : []
  })
}

/** The variable's token that is for this audience; of several, the one that holds longest. */
function findInVariables(audience: string): string | undefined {
  return listTokens()
    .filter(({ claims }) => claims.audiences.includes(audience))
    .sort((a, b) => (b.claims.exp ?? 0) - (a.claims.exp ?? 0))[0]?.text
}

function explainAbsence(audience: string): string {
  const shown = JSON.stringify(audience)
  if (env['GITHUB_ACTIONS'] === 'true')
    return `REGISTRY_AUDIENCE is ${shown}, but GitHub gives this job no id token.
Write into the job:
  permissions:
    id-token: write
    contents: read
A pull request from a fork never gets one: leave REGISTRY_AUDIENCE empty there.`
  const others = listTokens()
    .filter(({ claims }) => claims.audiences.length > 0)
    .map(({ name, claims }) => `${name} is for ${claims.audiences.map((one) => JSON.stringify(one)).join(', ')}`)
  const what = [`REGISTRY_AUDIENCE is ${shown}, but no variable has an id token for it.`, ...others.slice(0, 5)]
  return env['GITLAB_CI']
    ? `${what.join('\n')}
Write into the job:
  id_tokens:
    REGISTRY_ID_TOKEN:
      aud: ${shown}`
    : `${what.join('\n')}\nBind an id token for it to a variable of any name, or set REGISTRY_TOKEN, or unset REGISTRY_AUDIENCE.`
}
