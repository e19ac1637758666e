import { describe, expect, test } from 'vitest'
import { printIssues } from '../../src/template/issue.ts'
import { doubtfulFiles, github, rightFile, withWhere, wrongFiles } from './role-files.ts'
import { parseTestRoles } from './rule-context.ts'

const print = (texts: readonly string[]) => {
  const { issues, warnings } = parseTestRoles(...texts)
  return { issues: printIssues(issues), warnings: printIssues(warnings) }
}

const printCase = (texts: readonly string[], found: string) => `${texts.join('\n---\n')}\n\n${found}\n`
const line = `${'='.repeat(40)}\n`

describe('a file of a role', () => {
  test('that is wrong has issues with their places, and what to write instead', async () => {
    const cases = wrongFiles.map((file) => [file].flat())
    const printed = cases.map((texts) => printCase(texts, print(texts).issues))
    expect(cases.filter((texts) => print(texts).issues === '')).toEqual([])
    await expect(printed.join(line)).toMatchFileSnapshot('wrong-roles.txt')
  })

  test('that is hardly meant so has warnings, and no issue', async () => {
    const found = doubtfulFiles.map((text) => ({ text, ...print([text]) }))
    expect(found.filter(({ issues, warnings }) => issues !== '' || warnings === '')).toEqual([])
    const printed = found.map(({ text, warnings }) => printCase([text], warnings))
    await expect(printed.join(line)).toMatchFileSnapshot('doubtful-roles.txt')
  })

  test('that compares values of another type with those of a caller who may have such values has no warning', () => {
    const who = `oidc: ${github}, audience: registry, claims: { repository_id: 12, ref: 7 }`
    const right = [
      withWhere('{ count: { equals: "{actor}" } }', 'role', 'token: a }, { token: 12'),
      withWhere(
        '{ status: { equals: "{actor}" }, level: { equals: "{actor}1" } }',
        'role',
        'token: a }, anyone, { token: b',
      ),
      withWhere(
        '{ count: { equals: "{claims.run_number}" }, day: { equals: "{claims.ref}" } }',
        'role',
        who.replace(', ref: 7', ''),
      ),
      withWhere('{ count: { gt: "{claims.ref}" }, big: { equals: "1{claims.repository_id}" } }', 'role', who),
      withWhere('{ name: { equals: "{actor}" }, data: { equals: "{actor}" }, tags: { has: "{actor}" } }'),
      withWhere('{ _meta: { createdBy: { equals: "{actor}" } }, image: { name: { equals: "{actor}" } } }'),
    ]
    expect(
      right.map((text) => print([text])).filter(({ issues, warnings }) => issues !== '' || warnings !== ''),
    ).toEqual([])
  })

  test('that is for anyone grants what it compares with the caller to those with a token, of any role', () => {
    const anyone = (where: string) => withWhere(where).replace('{ token: a }', 'anyone')
    const issuer = `name: b\nwho: [{ oidc: "${github}", audience: registry, claims: { repository_id: 12 } }]\nmay: [{ read: image }]`
    const right = [
      [anyone('{ name: { equals: "{actor}" } }')],
      [anyone('{ name: { equals: "{claims.ref}" } }'), issuer],
      [issuer, anyone('{ name: { equals: "{claims.ref}" } }')],
    ]
    expect(right.map(print)).toEqual(right.map(() => ({ issues: '', warnings: '' })))
    expect(print([anyone('{ name: { equals: "{claims.reff}" } }'), issuer]).warnings).toContain(
      '{claims.reff} stands for nothing, so that nothing is granted: it is no known claim of GitHub Actions.',
    )
  })

  test('that is right has neither', () => {
    const { roles, issues, warnings } = parseTestRoles(rightFile)
    expect(printIssues([...issues, ...warnings])).toBe('')
    expect(roles).toEqual([
      {
        name: 'ntp-ci',
        contact: 'ntp@example.org',
        who: [
          { kind: 'token', name: 'jenkins' },
          { kind: 'token', name: '12' },
          {
            kind: 'oidc',
            issuer: github,
            audience: 'registry',
            claims: { repository_id: '1234', ref: 'refs/heads/main' },
          },
          {
            kind: 'oidc',
            issuer: 'http://localhost:8080',
            audience: 'registry',
            claims: { sub: 'https://jenkins.example.org/job/ntp' },
          },
        ],
        may: [
          { verb: 'read', templates: 'all', where: undefined },
          { verb: 'write', templates: ['role', 'image'], where: { name: { startsWith: 'ntp-' } } },
          {
            verb: 'delete',
            templates: ['role'],
            where: {
              _meta: { createdBy: { equals: '{actor}' } },
              name: { matches: '^a{2}$' },
            },
          },
          { verb: 'import', templates: ['role'], where: undefined },
        ],
        limits: { objects: { role: 1000 }, bytesADay: 10_000_000 },
      },
    ])
  })
})
