import { Worker } from 'node:worker_threads'
import type { GraphiQLOptions } from 'graphql-yoga'
import { pageHead, pageProgram } from './graphiql-page-program.ts'

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
    workerData: { module: import.meta.resolve('@graphql-yoga/render-graphiql'), options, pageProgram, pageHead },
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
 *
 * The bundle has GraphiQL's history, which Yoga does not turn on. It would keep headers, and with them tokens, in the
 * browser's storage: it is turned on only where the program finds the place at which it takes them.
 */
const program = `
const { createHash } = require('node:crypto')
const { parentPort, workerData } = require('node:worker_threads')
const { gzipSync } = require('node:zlib')
const { options, pageProgram, pageHead } = workerData
const hash = (text, encoding) => createHash('sha256').update(text).digest(encoding)
const addHistory = (html) => {
  const plugin = /([\\w$]+)=\\{title:"History",icon:/.exec(html)?.[1]
  const taken = /,headers:[\\w$]+\\.headers\\?\\?void 0(,operationName:)/
  const plugins = /(plugins:\\[[\\w$]+)(\\],schemaDescription:)/
  if (plugin === undefined || !taken.test(html) || !plugins.test(html)) return html
  return html.replace(taken, '$1').replace(plugins, (_, begin, end) => begin + ',' + plugin + end)
}
import(workerData.module).then(({ renderGraphiQL }) => {
  const rendered = renderGraphiQL(options)
  const json = JSON.stringify(options)
  const at = rendered.lastIndexOf(json)
  const ownOptions = '(' + pageProgram + ')(' + json.replaceAll('<', '\\\\u003c') + ')'
  const page = rendered.slice(0, at) + ownOptions + rendered.slice(at + json.length)
  const html = addHistory(page.replace('<meta charset="utf-8" />', (meta) => meta + pageHead))
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'))
  parentPort.postMessage({ gzipped: gzipSync(html), tag: hash(html, 'base64url'), scriptHash: hash(script, 'base64') })
})
`
