import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeText } from '../../src/cli/decode-text.ts'
import { readJunit } from '../../src/cli/junit/read-junit.ts'

const folder = 'test/cli/fixtures/junit'
const files = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(`${folder}/${name}`) }))
const wanted = { details: true, output: true, properties: new Set(['image']) }

function read(bytes: Uint8Array, size = bytes.length) {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  return readJunit(decodeText(pieces()), wanted, () => undefined)
}

describe.each(files)('$name', ({ bytes }) => {
  test('gives the same results however its bytes are divided', async () => {
    const whole = await read(bytes)
    expect(whole.tests.length).toBeGreaterThan(0)
    for (const size of [1, 7, 64]) expect(await read(bytes, size)).toEqual(whole)
  })

  test('is refused if it ends anywhere before its end', async () => {
    const end = bytes.toString('latin1').trimEnd().length
    for (let length = 0; length < end; length += 13)
      await expect(read(bytes.subarray(0, length)), `the first ${length} bytes`).rejects.toMatchObject({
        name: 'TextReadError',
      })
  })
})
