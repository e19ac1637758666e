import { Worker } from 'node:worker_threads'
import type { GraphiQLOptions } from 'graphql-yoga'

export interface GraphiqlPage {
  readonly gzipped: Buffer
  /** Identifies the content of the page. */
  readonly tag: string
  /** SHA-256 of its only script, in base64. */
  readonly scriptHash: string
}

/**
 * Renders GraphiQL in a thread that ends afterwards: the module has 9 MB of strings, which would otherwise stay in memory,
 * and rendering would block the main thread for a fifth of a second.
 */
export function renderGraphiqlPage(options: GraphiQLOptions): Promise<GraphiqlPage> {
  const worker = new Worker(program, {
    eval: true,
    workerData: { module: import.meta.resolve('@graphql-yoga/render-graphiql'), options },
    // Not the parent's options: their loaders are not needed here.
    execArgv: [],
  })
  return new Promise((resolve, reject) => {
    worker.once('message', (page: GraphiqlPage) => resolve({ ...page, gzipped: Buffer.from(page.gzipped) }))
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread that renders GraphiQL ended without a page')))
  })
}

/**
 * CommonJS, as a string, so that it is the same in the sources and in the build. The page has its options
 * as JSON inside a script, where `</script>` in a query would end the script; so the program replaces them, escaped.
 */
const program = `
const { createHash } = require('node:crypto')
const { parentPort, workerData } = require('node:worker_threads')
const { gzipSync } = require('node:zlib')
const hash = (text, encoding) => createHash('sha256').update(text).digest(encoding)
import(workerData.module).then(({ renderGraphiQL }) => {
  const rendered = renderGraphiQL(workerData.options)
  const json = JSON.stringify(workerData.options)
  const at = rendered.lastIndexOf(json)
  const html = rendered.slice(0, at) + json.replaceAll('<', '\\\\u003c') + rendered.slice(at + json.length)
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'))
  parentPort.postMessage({ gzipped: gzipSync(html), tag: hash(html, 'base64url'), scriptHash: hash(script, 'base64') })
})
`
