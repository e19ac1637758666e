import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string }\n',
  `name: test_result
key: [name, classname, image]
fields:
  name: string
  classname: string
  suite: string
  image: { type: reference, to: image }
  status: { type: enum, values: [passed, failed, skipped] }
  time: float
  message: string
  timestamp: datetime
`,
  'name: role_test\nkey: [role, ok]\nfields: { role: string, ok: boolean, duration_ms: int, commit: string }\n',
  'name: suite_result\nkey: [suite]\nfields: { suite: string, tests: int, failures: int, errors: int, skipped: int, status: string, time: float }\n',
  'name: timed\nkey: [name]\nfields: { name: string, duration: duration }\n',
]
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
  await registry.data('mutation { upsertImage(input: {name: "alpha"}) { outcome } }')
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
})
beforeEach(() => write('net.xml', results))

function write(name: string, text: string): string {
  writeFileSync(join(program.folder, name), text)
  return name
}

const results = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="all">
  <testsuite name="net" tests="4" timestamp="2026-11-22T08:00:00">
    <testcase name="dns &amp; &lt;ntp&gt; &#x41;" classname="0012345" time="0.012"/>
    <testcase name="7" classname="net.Http" time="1,000.5"><failure message="expected 1 &lt; 0" type="E"><![CDATA[<!DOCTYPE html>]]></failure></testcase>
    <testcase name="later" classname="net.Http"><skipped/></testcase>
    <testsuite name="inner"><testcase name="boom" classname="net.Http"><error>no message
but a text</error></testcase></testsuite>
  </testsuite>
</testsuites>
`

describe('registry junit', () => {
  test('makes an object of each test, with texts as they are written and other values as the template says; a second run changes nothing', async () => {
    const args = ['junit', 'test_result', 'net.xml', 'image=alpha']
    expect(await program.run(args)).toEqual({
      code: 0,
      stdout: '4 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '',
    })
    expect(await program.run(args)).toEqual({
      code: 0,
      stdout: '0 created, 0 updated, 4 unchanged, 0 failed\n',
      stderr: '',
    })
    const timestamp = '2026-11-22T08:00:00.000Z'
    expect(
      (await registry.data('{ testResults(orderBy: [{name: asc}]) { nodes { _document } } }')).testResults.nodes.map(
        (node: { _document: unknown }) => node._document,
      ),
    ).toEqual([
      {
        name: '7',
        classname: 'net.Http',
        suite: 'net',
        image: 'alpha',
        status: 'failed',
        time: 1000.5,
        message: 'expected 1 < 0',
        timestamp,
      },
      {
        name: 'boom',
        classname: 'net.Http',
        suite: 'net / inner',
        image: 'alpha',
        status: 'failed',
        message: 'no message\nbut a text',
      },
      {
        name: 'dns & <ntp> A',
        classname: '0012345',
        suite: 'net',
        image: 'alpha',
        status: 'passed',
        time: 0.012,
        timestamp,
      },
      { name: 'later', classname: 'net.Http', suite: 'net', image: 'alpha', status: 'skipped', timestamp },
    ])
  })

  test('uses the sources of --map, leaves out skipped tests if a key field is boolean, and keeps the worse of two results', async () => {
    const args = ['junit', 'role_test', 'net.xml', 'commit=b312', '--map', 'role=classname']
    expect(await program.run(args)).toEqual({
      code: 0,
      stdout: '2 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr:
        '1 skipped result is left out, because a key field would be empty\n1 result has the same key as another; the worst of them counts\n',
    })
    expect(
      (await registry.data('{ roleTests(orderBy: [{role: asc}]) { nodes { _document } } }')).roleTests.nodes.map(
        (node: { _document: unknown }) => node._document,
      ),
    ).toEqual([
      { role: '0012345', ok: true, duration_ms: 12, commit: 'b312' },
      { role: 'net.Http', ok: false, commit: 'b312' },
    ])
  })

  test('makes an object of each suite if the template has fields that only suites have', async () => {
    expect(await program.run(['junit', 'suite_result', 'net.xml'])).toEqual({
      code: 0,
      stdout: '2 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '',
    })
    expect(
      (await registry.data('{ suiteResults(orderBy: [{suite: asc}]) { nodes { _document } } }')).suiteResults.nodes.map(
        (node: { _document: unknown }) => node._document,
      ),
    ).toEqual([
      { suite: 'net', tests: 3, failures: 1, errors: 0, skipped: 1, status: 'failed', time: 1000.512 },
      { suite: 'net / inner', tests: 1, failures: 0, errors: 1, skipped: 0, status: 'error', time: 0 },
    ])
  })

  test('stores the time of a test as a duration, if the template has such a field', async () => {
    expect((await program.run(['junit', 'timed', 'net.xml'])).code).toBe(0)
    const { timeds } = await registry.data(
      '{ timeds(orderBy: [{ duration: desc }, { name: asc }]) { nodes { name duration } } }',
    )
    expect(timeds.nodes).toEqual([
      { name: 'boom', duration: null },
      { name: 'later', duration: null },
      { name: '7', duration: 'PT16M40.5S' },
      { name: 'dns & <ntp> A', duration: 'PT0.012S' },
    ])
  })

  test('reports what the key lacks, and the available names', async () => {
    expect(await program.run(['junit', 'test_result', 'net.xml'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'identified by name, classname, image, and test results have no image. Add image=…, or choose a source for it: --map image=name',
      ),
    })
    expect(
      await program.run(['junit', 'test_result', 'net.xml', 'image=alpha', '--map', 'message=mesage']),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "message"?') })
    expect(await program.run(['junit', 'test_result', 'net.xml', 'image=beta'])).toMatchObject({
      code: 1,
      stdout: '0 created, 0 updated, 0 unchanged, 4 failed\n',
      stderr: expect.stringContaining('there is no image "beta"'),
    })
  })

  test('refuses text that is not XML, has a document type, or is nested too deeply, by line', async () => {
    write('cut.xml', '<testsuite>\n<testcase name="a">\n')
    write(
      'bomb.xml',
      '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>\n<testsuite name="&a;&b;"/>',
    )
    write('deep.xml', '<testsuite>'.repeat(100_000))
    write('other.xml', '<html/>')
    const { code, stdout, stderr } = await program.run([
      'junit',
      'test_result',
      'cut.xml',
      'bomb.xml',
      'deep.xml',
      'other.xml',
      'image=alpha',
    ])
    expect({ code, stdout, stderr: stderr.split('\n') }).toEqual({
      code: 1,
      stdout: '0 created, 0 updated, 0 unchanged, 4 failed\n',
      stderr: [
        'cut.xml:3: the file ends in the middle: <testcase> of line 2 is not closed',
        'bomb.xml:2: a document type (<!DOCTYPE …>) is not accepted',
        'deep.xml:1: the file is nested deeper than 64 levels',
        'other.xml:1: there are no test results in this file: it has no <testsuite> and no <testcase>, and begins with <html>',
        '',
      ],
    })
  })
})
