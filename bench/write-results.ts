import { readFile, writeFile } from 'node:fs/promises'

/** Writes a text between `<!-- name -->` and `<!-- /name -->` in this folder's README. */
export async function writeSection(name: string, text: string): Promise<void> {
  const file = new URL('README.md', import.meta.url)
  const readme = await readFile(file, 'utf8')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const section = new RegExp(`${begin}[^]*${end}`)
  if (!section.test(readme)) throw new Error(`bench/README.md has no place for ${name}`)
  await writeFile(
    file,
    readme.replace(section, () => `${begin}\n\n${text}\n\n${end}`),
  )
}

export async function writeDrawing(svg: string): Promise<void> {
  await writeFile(new URL('results.svg', import.meta.url), svg)
}
