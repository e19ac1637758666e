import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
  await registry.data(`mutation {
    upsertImages(input: [
      {name: "ubuntu-20.04", distr: "ubuntu", version: "20.04", kernel: "5.4.0-73", lts: true}
      {name: "ubuntu-22.04", distr: "ubuntu", version: "22.04", kernel: "5.15.0-2", lts: true}
      {name: "centos", distr: "centos", version: "8", kernel: "4.18.0-305"}
    ]) { created }
    upsertRoles(input: [
      {name: "ntp-client", image: "ubuntu-20.04", commit: "b312fe45a0", status: true}
      {name: "ntp", image: "ubuntu-22.04", commit: "1b312fe45a", status: true}
      {name: "chrony-ntp", image: "centos", commit: "0000b312", status: false}
    ]) { created }
  }`)
})
afterAll(() => registry?.close())

test('x', async () => {
  const find = (text: string, more = '') =>
    registry.query(
      `query ($text: String!) { search(text: $text ${more}) { nodes { field object { __typename _document ... on Role { name image { name } } ... on Image { kernel } } } } }`,
      { text },
    )
  for (const text of ['ntp', 'NTP ubuntu', '5.15', '4.0-73', 'b312', 'ubuntu', 'true', '--', 'u 2', 'centos'])
    console.log(text, JSON.stringify(await find(text), null, 1).replace(/\n */g, ' '))
  console.log(JSON.stringify(await find('ntp', 'templates: ["rol", "image"]')))
  expect(1).toBe(1)
})
