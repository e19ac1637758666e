import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

// `*.get.json` are recorded outputs of pyRegistryStore's `get`.

type Shown = Record<string, unknown> & { _meta: Record<string, unknown> }

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

/** The values whose type pyRegistryStore had changed, as they were given. */
const retyped: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  image: { version: '7|12|20260101' },
  role: { commit: '12345' },
  person: { sex: 'false' },
}

describe.each(['image', 'role', 'person'])('%s', (template) => {
  test('set and get print the same as pyRegistryStore, except times, versions and values whose type it had changed', async () => {
    const recorded = await readFile(`test/cli/fixtures/pyregistrystore/${template}.get.json`, 'utf8')
    const objects = JSON.parse(recorded) as Shown[]
    for (const { _meta, ...fields } of objects) {
      const { code, stdout, stderr } = await program.run([
        template,
        'set',
        ...Object.entries(fields).map(([name, value]) => `${name}=${value}`),
      ])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(Object.keys(JSON.parse(stdout))).toEqual(['_meta', ...Object.keys(fields)])
    }
    const { stdout } = await program.run([template, 'get'])
    const shown = JSON.parse(stdout) as Shown[]
    expect(shown).toHaveLength(objects.length)
    for (const [i, object] of objects.entries()) {
      const own = shown.find((one) => keyOf(template, one) === keyOf(template, object)) as Shown
      expect(Object.keys(own._meta), `${i}`).toEqual(['create_time', 'update_time', 'version', 'uuid'])
      const { _meta, ...fields } = object
      const { _meta: ownMeta, ...ownFields } = own
      const corrected = Object.entries(fields).map(([name, value]) => [
        name,
        retyped[template]?.[name]?.split('|').includes(String(value)) ? String(value) : value,
      ])
      expect(ownFields).toEqual(Object.fromEntries(corrected))
    }
    // The same text, too: one line, the same spaces, the same order.
    const withoutMeta = (text: string) => text.replace(/\{"_meta": \{[^}]*\}, /g, '{')
    const asGiven = withoutMeta(recorded)
      .trim()
      .replace(/"(version|commit|sex)": (\w+)(?=[,}])/g, '"$1": "$2"')
      .replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    const lines = (text: string) =>
      text
        .slice(1, -1)
        .split(/(?<=\}), /)
        .sort()
    expect(lines(withoutMeta(stdout.trim()))).toEqual(lines(asGiven))
  })
})

function keyOf(template: string, object: Shown): string {
  const key =
    { image: ['name'], role: ['name', 'image', 'status'], person: ['first_name', 'last_name'] }[template] ?? []
  return JSON.stringify(key.map((name) => object[name]))
}
