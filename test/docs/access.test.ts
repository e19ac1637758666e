import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseRoles } from '../../src/access/parse-roles.ts'
import { defaultLimits } from '../../src/limits.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { printIssues } from '../../src/template/issue.ts'
import { roleIssueCodes } from '../../src/template/issue-codes.ts'
import { loadTemplates } from '../../src/template/load-templates.ts'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asJob, asToken } from '../support/test-identify.ts'
import { listBlocks } from './list-blocks.ts'
import { listSteps, runSteps, withoutChance } from './run-console.ts'

const text = readFileSync('docs/access.md', 'utf8')
const blocks = listBlocks(text)
const yaml = blocks.filter(({ language }) => language === 'yaml').map((block) => block.text)
/** The files of roles, by their paths. */
const roles = new Map(
  yaml.flatMap((block) => {
    const path = /^# (object-access\/\S+)$/m.exec(block)?.[1]
    return path === undefined ? [] : [[path, block] as const]
  }),
)
const workflow = parse(yaml.find((block) => block.startsWith('# .github/')) ?? '')

/** Of the job of the workflow: what GitHub says of it. */
const job = asJob({
  iss: 'https://token.actions.githubusercontent.com',
  aud: workflow.jobs.ntp.env.REGISTRY_AUDIENCE,
  sub: 'repo:octo/ntp:ref:refs/heads/main',
  repository_id: '1234',
  repository: 'octo/ntp',
  ref: 'refs/heads/main',
})
const callers: Readonly<Record<string, string | undefined>> = {
  job: job['authorization'],
  jenkins: asToken('jenkins')['authorization'],
}

describe('docs/access.md', () => {
  let registry: TestRegistry
  let program: RegistryProgram
  beforeAll(async () => {
    registry = await startRegistry(undefined, { access: [...roles.values()] })
    program = await createRegistryProgram(registry.url)
    cpSync('object-templates', `${program.folder}/object-templates`, { recursive: true })
    await registry.data('mutation { upsertImage(input: {name: "debian_12"}) { outcome } }', {}, asAdmin)
  })
  afterAll(async () => {
    await program?.remove()
    await registry?.close()
  })

  test('has roles that are in order', async () => {
    const model = await loadTemplates('object-templates')
    const files = [...roles].map(([file, block]) => ({ file, text: block }))
    const context = { model, schema: buildSchema(model), limits: defaultLimits }
    const { issues, warnings } = parseRoles(files, context)
    expect(printIssues([...issues, ...warnings])).toBe('')
    expect(roles.size).toBe(4)
    // From nothing to a job that writes: ten lines.
    expect(roles.get('object-access/ntp-ci.yaml')?.split('\n')).toHaveLength(10)
  })

  test('has commands that print what it shows, for each of its callers', async () => {
    mkdirSync(`${program.folder}/object-access`)
    const file = 'object-access/ntp-ci.yaml'
    writeFileSync(`${program.folder}/${file}`, roles.get(file) ?? '')
    const run = workflow.jobs.ntp.steps[0].run
    const shown: (readonly [command: string, output: string])[] = []
    const printed: (readonly [command: string, output: string])[] = []
    for (const { language, text: block } of blocks) {
      const caller = /^console (\w+)$/.exec(language)?.[1]
      if (caller === undefined) continue
      const steps = listSteps(block)
      const commands = steps.map(({ command }) => command)
      const token = callers[caller]?.replace('Bearer ', '') ?? ''
      const [, ...outputs] = await runSteps([`export REGISTRY_TOKEN='${token}'`, ...commands], program)
      for (const [i, { command, output }] of steps.entries()) {
        shown.push([command, withoutChance(output)])
        printed.push([command, withoutChance(outputs[i] ?? '')])
      }
    }
    expect(printed).toEqual(shown)
    expect(shown.map(([command]) => command)).toContain(run)
  })

  test('has the commands for tokens', async () => {
    const commands = blocks.filter(({ language }) => language === 'sh').flatMap((block) => block.text.split('\n'))
    expect(commands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
      'registry token create',
      'registry token ls',
      'registry token revoke',
    ])
    const admin = `export REGISTRY_TOKEN='${asAdmin.authorization.replace('Bearer ', '')}'`
    const [, created, listed, revoked] = await runSteps([admin, ...commands], program)
    expect(created).toMatch(/rgs_\w+/)
    expect(listed).toContain('jenkins')
    expect(revoked).not.toMatch(/error/i)
  })

  test('has every code, with the text of the program', () => {
    const rows = Object.entries(roleIssueCodes).map(([code, action]) => `| \`${code}\` | ${action} |`)
    expect(text.slice(text.indexOf('| code | what to do |')).split('\n\n')[0]?.split('\n').slice(2)).toEqual(rows)
  })
})
