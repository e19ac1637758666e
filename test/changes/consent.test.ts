import { expect, test } from 'vitest'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const host = (size: string) => `{ name: host, key: [name], fields: { name: string, size: ${size} } }`

/** What a start without consent says. */
async function refuse(templates: readonly string[], consent = ''): Promise<string> {
  return start(templates, consent).then(
    () => Promise.reject(new Error('the start was not refused')),
    (error: Error) => error.message,
  )
}

/** The digest of the plan that a start would need the consent to. */
async function digestOf(templates: readonly string[]): Promise<string> {
  return /ACCEPT_TEMPLATES=([\w.-]+)/.exec(await refuse(templates))?.[1] ?? 'there is no digest'
}

test('a start with the consent to another plan is refused like one without, says so, and changes nothing', async () => {
  const first = await start([host('string')])
  await first.data('mutation { upsertHost(input: {name: "a", size: "5"}) { outcome } }')
  const toInt = await digestOf([host('int')])
  for (const [templates, consent] of [
    [[host('int')], 'yes'],
    [[host('int')], toInt.slice(0, -1)],
    [[host('float')], toInt],
    [[], toInt],
  ] as const) {
    const message = await refuse(templates, consent)
    expect(message).toContain(`ACCEPT_TEMPLATES=${consent} is the consent to another plan.\n`)
    expect(message).toMatch(/^(file\S+ )?(CONVERTS|ORPHANS) /m)
  }
  const generations = 'select generation, consent is not null as consented from registry_generation order by 1'
  expect(await first.sql(generations)).toEqual([{ generation: 1, consented: false }])
  expect(await first.data('{ hosts { nodes { name size } } }')).toEqual({
    hosts: { nodes: [{ name: 'a', size: '5' }] },
  })

  const second = await start([host('int')], toInt)
  expect(await second.data('{ hosts { nodes { size } } }')).toEqual({ hosts: { nodes: [{ size: 5 }] } })
  expect(await first.sql(generations)).toEqual([
    { generation: 1, consented: false },
    { generation: 2, consented: true },
  ])
})

test('the digest of a plan is that of the files and of what was applied before, however they are written', async () => {
  const described = (text: string, size = 'string') => host(size).replace('key:', `description: ${text}, key:`)
  const first = await start([described('first')])
  await first.data('mutation { upsertHost(input: {name: "a", size: "5"}) { outcome } }')
  const pattern = (text: string) => described('next', `{ type: string, pattern: "${text}" }`)
  const digest = await digestOf([pattern('^a')])
  const otherwise = `# The same, written in another way\n\n${pattern('^a').replace('fields:', '\n  fields:  ')}`
  expect(await digestOf([otherwise])).toBe(digest)
  // The effects are the same.
  expect(await digestOf([pattern('^b')])).not.toBe(digest)
  // The effects and the files are the same, but not what they change.
  await start([described('second')], '')
  expect(await digestOf([pattern('^a')])).not.toBe(digest)
})
