import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const template = `name: result
key: [tool, suite, classname, name]
fields:
  tool: string
  suite: string
  classname: string
  name: string
  status: { type: enum, values: [passed, failed, error, skipped] }
  time: float
  message: string
  timestamp: datetime
  retries: int
`

interface Dialect {
  readonly tool: string
  /** Suite, class, name, status, time, retries where there are any. */
  readonly results: readonly string[]
  /** The time of the first result. */
  readonly timestamp?: string
  /** The message of the first result that has one. */
  readonly message?: string
  readonly stderr?: string
}

const dialects: readonly Dialect[] = [
  {
    tool: 'pytest',
    timestamp: '2026-11-22T07:57:31.123456Z',
    message: 'failed on setup with "Boom"',
    results: [
      'pytest | tests.test_ntp | test_fixture | error | 0.003',
      'pytest | tests.test_ntp | test_later | skipped | 0',
      'pytest | tests.test_ntp | test_port | failed | 0.001',
      'pytest | tests.test_ntp | test_service[ansible://debian-12] | passed | 0.012',
      'pytest | tests.test_ntp | test_xfail | skipped | 0.002',
    ],
  },
  {
    tool: 'surefire',
    message: 'java.lang.NullPointerException\n\tat org.example',
    results: [
      'org.example.NtpTest | org.example.NtpTest | breaks | error | 0',
      'org.example.NtpTest | org.example.NtpTest | fails | failed | null | 1',
      'org.example.NtpTest | org.example.NtpTest | flaky | passed | 0.5 | 2',
      'org.example.NtpTest | org.example.NtpTest | later | skipped | 0',
    ],
    stderr: 'surefire.xml:10: org.example.NtpTest fails: time "2,345" may be 2.345 or 2345; it is left out\n',
  },
  {
    tool: 'googletest',
    timestamp: '2011-10-31T18:52:42.048Z',
    message: 'test.cpp:5\nValue of: add(1, 1)\ntest.cpp:6\nValue of: add(1, -1)',
    results: [
      'MathTest | MathTest | Addition | failed | 0.007',
      'MathTest | MathTest | Left | skipped | 0',
      'MathTest | MathTest | Old | skipped | 0',
      'MathTest | MathTest | Skipped | skipped | 0',
      'MathTest | MathTest | Subtraction | passed | 0.005',
    ],
  },
  {
    tool: 'mocha',
    timestamp: '2013-11-29T15:51:33.000Z',
    message: 'oops\nAssertionError: oops\n      at Context.<anonymous>',
    results: [
      'Mocha Tests | Array | later | skipped | 0',
      'Mocha Tests | Array | should fail | failed | 0',
      'Mocha Tests | Array | should work | passed | 0.001',
    ],
  },
  {
    tool: 'jest-junit',
    timestamp: '2026-11-22T08:57:32.000Z',
    message: 'SyntaxError: Unexpected token',
    results: [
      'broken.test.js | Test suite failed to run | broken.test.js | error | 0',
      'math | math adds | math adds | passed | 0.004',
      'math | math breaks | math breaks | failed | 0.005',
    ],
  },
  {
    tool: 'catch2',
    timestamp: '2026-11-22T08:57:31.000Z',
    message: 'SKIPPED',
    results: [
      'unit | unit.global | factorials | passed | 0.001',
      'unit | unit.global | later | skipped | 0',
      'unit | unit.global | numbers | failed | 0.002',
      'unit | unit.global | throws | error | 0',
    ],
  },
  {
    tool: 'doctest',
    results: [
      'all_features | assertion_macros.cpp | fine | passed | 0',
      'all_features | assertion_macros.cpp | normal macros | failed | 0.001',
    ],
  },
  {
    tool: 'ctest',
    message: 'Unable to find executable',
    results: [
      'Linux-c++ | absent | absent | skipped | 0',
      'Linux-c++ | bad | bad | failed | 0.003',
      'Linux-c++ | fine | fine | passed | 0.0045',
      'Linux-c++ | off | off | skipped | 0',
    ],
  },
  {
    tool: 'nunit',
    timestamp: '2026-11-22T08:57:31.000Z',
    results: [
      'Example.Tests | Example.MathTests | Adds(1,2) | passed | 0.02',
      'Example.Tests | Example.MathTests | Bad | error | 0',
      'Example.Tests | Example.MathTests | Fails | failed | 0.01',
    ],
  },
  {
    tool: 'xunit',
    timestamp: '2026-11-22T08:57:31.000Z',
    results: [
      'Example.Tests.dll | Example.MathTests | Example.MathTests.Adds | passed | 0.0012345',
      'Example.Tests.dll | Example.MathTests | Example.MathTests.Fails | failed | 0.02',
      'Example.Tests.dll | Example.MathTests | Example.MathTests.Later | skipped | 0',
    ],
  },
  {
    tool: 'gotestsum',
    timestamp: '2026-11-22T07:57:31.000Z',
    results: [
      'example.org/broken | example.org/broken | TestMain | failed | 0',
      'example.org/ntp | example.org/ntp | TestService | passed | 0',
      'example.org/ntp | example.org/ntp | TestService/port_123 | failed | 0',
    ],
  },
  {
    tool: 'phpunit',
    message: 'Failed asserting that 1 is 0.',
    results: [
      '/app/phpunit.xml / unit / App\\NtpTest / App\\NtpTest::testPort | App.NtpTest | testPort with data set #0 | failed | 0.01',
      '/app/phpunit.xml / unit / App\\NtpTest / App\\NtpTest::testPort | App.NtpTest | testPort with data set #1 | error | 0.01',
      '/app/phpunit.xml / unit / App\\NtpTest | App.NtpTest | testService | passed | 0.01',
    ],
  },
  {
    tool: 'bazel',
    message: 'exited with error code 1',
    results: ['pkg/smoke_test | pkg/smoke_test | pkg/smoke_test | error | 3'],
  },
  {
    tool: 'robot',
    timestamp: '2026-11-22T08:57:31.050Z',
    results: [
      'Ntp / Service | Ntp.Service | Port Is Closed | failed | 0.012',
      'Ntp / Service | Ntp.Service | Port Is Open | passed | 0.012',
    ],
  },
  {
    tool: 'tap',
    results: [
      't/ntp.t | t/ntp.t | #1 service runs | passed | null',
      't/ntp.t | t/ntp.t | #2 port is open | failed | null',
      't/ntp.t | t/ntp.t | #3 later | skipped | null',
    ],
  },
  {
    tool: 'ginkgo',
    results: [
      'Ntp Suite | Ntp Suite | [BeforeSuite] | passed | 0.1',
      'Ntp Suite | Ntp Suite | [It] ntp later | skipped | 0',
      'Ntp Suite | Ntp Suite | [It] ntp panics | error | 0.3',
      'Ntp Suite | Ntp Suite | [It] ntp runs | passed | 0.2',
    ],
  },
  {
    tool: 'cypress',
    message: 'Timed out retrying',
    results: ['Login | fails | Login fails | failed | 4.612', 'Login | works | Login works | passed | 4.729'],
  },
  {
    tool: 'playwright',
    timestamp: '2026-11-22T08:57:31.042Z',
    message: 'login.spec.ts:9:5 fails',
    results: [
      'login.spec.ts | login.spec.ts | login › fails | failed | 2',
      'login.spec.ts | login.spec.ts | login › later | skipped | 0',
      'login.spec.ts | login.spec.ts | login › works | passed | 1.1 | 1',
    ],
  },
  {
    tool: 'behave',
    message: 'closed',
    results: [
      'ntp.Service | ntp.Service | later | skipped | 0',
      'ntp.Service | ntp.Service | listens | failed | 0.01',
      'ntp.Service | ntp.Service | runs | passed | 0.01',
      'ntp.Service | ntp.Service | unknown | error | 0',
    ],
  },
  {
    tool: 'karma',
    results: [
      'Chrome 120.0.0.0 (Linux x86_64) | app.Login | app fails | failed | 0.01',
      'Chrome 120.0.0.0 (Linux x86_64) | app.Login | app works | passed | 0.01',
    ],
  },
  {
    tool: 'testng',
    timestamp: '2021-01-15T03:39:20.000Z',
    results: [
      'org.example.NtpTest | org.example.NtpTest | service | passed | 0.011',
      'org.example.NtpTest | org.example.NtpTest | setUp | error | 0.001',
    ],
  },
  {
    tool: 'gradle',
    results: ['org.example.NtpTest | org.example.NtpTest | retried() | failed | 0.01'],
    stderr: '1 result has the same key as another; the worst of them counts\n',
  },
  {
    tool: 'newman',
    results: [
      'Folder / Request | Api | Body is right | failed | 0.3',
      'Folder / Request | Api | Status is 200 | passed | 0.3',
    ],
  },
]

describe('registry junit reads', () => {
  let registry: TestRegistry
  let program: RegistryProgram
  beforeAll(async () => {
    registry = await startRegistry([template])
    program = await createRegistryProgram(registry.url)
  })
  afterAll(async () => {
    await registry?.close()
    await program?.remove()
  })

  test.each(dialects)('the results of $tool', async ({ tool, results, timestamp, message, stderr = '' }) => {
    copyFileSync(`test/cli/fixtures/junit/${tool}.xml`, join(program.folder, `${tool}.xml`))
    expect(await program.run(['junit', 'result', `${tool}.xml`, `tool=${tool}`])).toEqual({
      code: 0,
      stdout: `${results.length} created, 0 updated, 0 unchanged, 0 failed\n`,
      stderr,
    })
    const { nodes } = (
      await registry.data(
        `query ($tool: String!) { results(tool: $tool, orderBy: [{ suite: asc }, { classname: asc }, { name: asc }]) {
          nodes { suite classname name status time retries message timestamp } } }`,
        { tool },
      )
    ).results as { nodes: readonly Record<string, string | number | null>[] }
    expect(
      nodes
        .map(({ suite, classname, name, status, time, retries }) =>
          [suite, classname, name, status, String(time), ...(retries ? [retries] : [])].join(' | '),
        )
        .sort(),
    ).toEqual([...results].sort())
    if (timestamp !== undefined) expect(nodes[0]?.['timestamp']).toBe(timestamp)
    if (message !== undefined) expect(nodes.find((node) => node['message'])?.['message']).toBe(message)
  })
})
