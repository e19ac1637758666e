import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const documents = [
  'README.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]

test.each(documents)('the links of %s lead to files and headings that there are', (file) => {
  const broken = listLinks(readProse(file)).filter((link) => !leadsSomewhere(file, link))
  expect(broken).toEqual([])
})

/** A document without its blocks of code. */
function readProse(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
}

/** Those that stay in the repository. */
function listLinks(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, link = '']) => (/^[a-z]+:/.test(link) ? [] : [link]))
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? from : join(dirname(from), path)
  if (!existsSync(file)) return false
  return anchor === undefined || !file.endsWith('.md') || listAnchors(readProse(file)).includes(anchor)
}

/** As GitHub makes them of headings. */
function listAnchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}
