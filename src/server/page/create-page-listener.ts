import type { ServerResponse } from 'node:http'
import { chooseCoding } from '../send/choose-coding.ts'
import { respond, respondUnlessKnown } from '../send/respond.ts'
import type { PageFile, PageFiles } from './load-page-files.ts'

interface PageListener {
  /** Whether the page answers on this path. */
  readonly has: (path: string) => boolean
  readonly send: (response: ServerResponse, path: string) => void
}

/** The page's own code and style, and questions to this server: nothing else runs, loads or frames it. */
const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

/** A view's address. With a slash at its end, it leads to the one without. */
const viewPath = /^\/(?:list|matrix|object)\/[^/]+\/?$/

/**
 * Answers with the page: one document for all addresses that it shows, and the files that it loads. These are named by their content,
 * so browsers keep them for a year; the document is asked for each time. Nothing is read from the disk.
 */
export function createPageListener({ document, assets }: PageFiles): PageListener {
  return {
    has: (path) => assets.has(path) || viewPath.test(path),
    send(response, path) {
      const asset = assets.get(path)
      if (asset) return sendFile(response, asset, { 'Cache-Control': 'public, max-age=31536000, immutable' })
      if (path !== '/' && path.endsWith('/')) {
        const address = `${path.slice(0, -1)}${(response.req.url ?? '').slice(path.length)}`
        return respond(response, 308, `This view is at ${address}.\n`, { Location: address })
      }
      const headers = { 'Content-Type': document.type, 'Content-Security-Policy': policy }
      respondUnlessKnown(response, `W/"${document.tag}"`, headers, (all) => sendFile(response, document, all))
    },
  }
}

function sendFile(response: ServerResponse, { type, plain, compressed }: PageFile, headers: object): void {
  const coding = chooseCoding(response.req.headers['accept-encoding'])
  response.appendHeader('Vary', 'Accept-Encoding')
  respond(response, 200, coding === undefined ? plain : compressed[coding], {
    'Content-Type': type,
    ...(coding !== undefined && { 'Content-Encoding': coding }),
    ...headers,
  })
}
