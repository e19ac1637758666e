import type { ServerResponse } from 'node:http'
import { createGunzip } from 'node:zlib'
import { type GraphiqlPage, renderGraphiqlPage } from './render-graphiql-page.ts'
import { chooseCoding } from './send/choose-coding.ts'
import { isBodyPending } from './send/drop-rest.ts'
import { respond, respondUnlessKnown } from './send/respond.ts'
import { sendWhole } from './send/send-whole.ts'

/** A query that GraphiQL opens in its own tab. */
export interface ExampleQuery {
  readonly title?: string
  readonly query: string
}

/**
 * Answers browsers with GraphiQL, which needs no Internet. Its 9 MB are rendered and compressed at the first
 * request and kept compressed; later, browsers send the tag and get 304.
 */
export function createGraphiql(examples: readonly ExampleQuery[]): (response: ServerResponse) => Promise<void> {
  let page: Promise<GraphiqlPage> | undefined
  return async (response) => {
    const { req } = response
    page ??= renderGraphiqlPage(toOptions(examples)).catch((error: unknown) => {
      page = undefined
      throw error
    })
    const { gzipped, tag, scriptHash } = await page
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': toPolicy(scriptHash) }
    response.appendHeader('Vary', 'Accept, Accept-Encoding')
    respondUnlessKnown(response, `W/"${tag}"`, headers, (all) => {
      if (chooseCoding(req.headers['accept-encoding'], ['gzip']))
        respond(response, 200, gzipped, { ...all, 'Content-Encoding': 'gzip' })
      else if (req.method === 'HEAD') sendWhole(response, 200, all)
      else {
        const plain = createGunzip()
        if (isBodyPending(req)) response.setHeader('Connection', 'close')
        response.writeHead(200, all).once('close', () => plain.destroy())
        plain.pipe(response)
        plain.end(gzipped)
      }
    })
  }
}

function toOptions(examples: readonly ExampleQuery[]) {
  const tabs = examples.map(({ title, query }) => ({
    query: title === undefined ? query : `# ${title.replace(/\s+/g, ' ')}\n${query}`,
  }))
  return {
    title: 'registry-store',
    // A header may contain a token, so GraphiQL keeps headers in memory only.
    shouldPersistHeaders: false,
    ...(tabs[0] && { defaultQuery: tabs[0].query, defaultTabs: tabs }),
  }
}

/** The policy allows one script, by its hash; workers from blobs, which the editor creates; inline styles and images. */
function toPolicy(scriptHash: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${scriptHash}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
