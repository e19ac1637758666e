import { type DocumentNode, GraphQLError, parse } from 'graphql'
import type { RegistryTemplatesQuery } from '../../client/generated/graphql.ts'
import {
  findTemplate,
  type Operation,
  templatesDocument,
  toTemplates,
  ViewError,
} from '../../client/views/described-template.ts'
import { type MatrixCounts, parseMatrixView, planCounts } from '../../client/views/matrix-view.ts'
import { type ErrorCode, errorCodes } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import { createExecutor } from '../../schema/create-executor.ts'
import { validateQueryDocument } from '../../schema/validate-query-document.ts'
import { findCaller } from '../caller.ts'
import { codeErrors } from '../code-errors.ts'
import type { Served } from '../create-server.ts'
import { createDocumentCache } from '../document-cache.ts'
import { respond } from '../send/respond.ts'
import type { ServerContext } from '../server-context.ts'
import { drawBadge } from './draw-badge.ts'

/** A path of a badge: `/badge/role.svg`. */
export const badgePath = /^\/badge\/([^/]+)\.svg$/

const longestLabel = 60

/**
 * Answers `/badge/role.svg?rows=name&columns=image&…` with the sum of that matrix. It asks as everybody does, with what the caller may
 * see, and takes the parameters of the page's matrix.
 */
export function createBadgeListener({
  schema,
  createContext,
  identify,
  introspects,
  logger,
}: Pick<Served, 'schema' | 'createContext' | 'identify' | 'introspects'> & { readonly logger: Logger }): (
  context: ServerContext,
) => Promise<void> {
  const executor = createExecutor(schema)
  const documents = createDocumentCache()

  /** The document of an operation, once it has been found to be valid. */
  function parseOnce(query: string, introspects: boolean): DocumentNode {
    const known = documents.get(query)
    if (known) return known
    const document = parse(query, { noLocation: true })
    const [invalid] = validateQueryDocument(schema, document, introspects)
    if (invalid) throw new BadgeError(invalid)
    documents.set(query, document)
    return document
  }

  async function ask<Data>({ query, variables }: Operation, context: ServerContext): Promise<Data> {
    const caller = await findCaller(context, identify)
    const document = parseOnce(query, introspects(caller))
    const contextValue = createContext(caller)
    const result = await executor.execute({ schema, document, variableValues: variables, contextValue })
    const [error] = (codeErrors(result, logger, context) as { errors?: readonly GraphQLError[] }).errors ?? []
    if (error) throw new BadgeError(error)
    return JSON.parse(JSON.stringify(result.data)) as Data
  }

  return async (context) => {
    const { req, res } = context
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://registry')
    try {
      const templates = toTemplates(
        await ask<RegistryTemplatesQuery>({ query: templatesDocument, variables: {} }, context),
      )
      const template = findTemplate(templates, decodeURIComponent(badgePath.exec(pathname)?.[1] ?? ''))
      const label = searchParams.get('label') || template.name
      searchParams.delete('label')
      const view = parseMatrixView(template, searchParams, templates)
      if (label.length > longestLabel)
        throw new ViewError(`label has ${label.length} characters; at most ${longestLabel} are allowed.`)
      const { matrix } = await ask<{ matrix: { counts: MatrixCounts } }>(planCounts(view, templates), context)
      respond(res, 200, drawBadge(label, matrix.counts), {
        'Content-Type': 'image/svg+xml; charset=utf-8',
        // What a token shows is for its holder: some caches keep an answer whatever credentials were sent.
        'Cache-Control': req.headers.authorization === undefined ? 'max-age=60' : 'private, max-age=60',
        Vary: 'Authorization',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
        // A badge is for the pages of others.
        'Cross-Origin-Resource-Policy': 'cross-origin',
      })
    } catch (error) {
      if (error instanceof ViewError || error instanceof URIError) return respond(res, 400, `${error.message}\n`)
      // Those of the caller's headers are the only other errors that are the caller's.
      const refusal = error instanceof GraphQLError ? new BadgeError(error) : error
      if (!(refusal instanceof BadgeError)) throw error
      respond(res, refusal.status, `${refusal.message}\n`, refusal.headers)
    }
  }
}

/** The registry refuses what the badge asks; the message is for the caller. */
class BadgeError extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor({ message, extensions }: GraphQLError) {
    super(message)
    const { headers = {} } = (extensions['http'] ?? {}) as { headers?: Readonly<Record<string, string>> }
    this.status = errorCodes[extensions['code'] as ErrorCode] ?? 400
    this.headers = headers
  }
}
