import { describe, expect, test } from 'vitest'
import { createRights } from '../../src/access/create-rights.ts'
import { everyone, type Identity } from '../../src/access/identity.ts'
import type { Role } from '../../src/access/role.ts'
import { verbs } from '../../src/plan/rights.ts'
import { printIssues } from '../../src/template/issue.ts'
import { createTestIdentify } from '../support/test-identify.ts'
import { parseTestRoles, ruleContext } from './rule-context.ts'

const github = 'https://token.actions.githubusercontent.com'

const files = [
  'name: reader\nwho: [{ token: reader }, { token: both }]\nmay: [{ read: "*" }]',
  `
name: writer
contact: writers@example.org
who: [{ token: writer }, { token: both }]
may:
  - write: [role, image]
  - read: role
    where: { name: { startsWith: ntp- } }
  - read: role
    where: { count: { gt: 7 } }`,
  'name: importer\nwho: [{ token: importer }]\nmay: [{ write: image, where: { name: { equals: a } } }, { import: image }]',
  'name: own\nwho: [{ token: own }, { token: other-own }]\nmay: [{ delete: role, where: { _meta: { createdBy: { equals: "{actor}" } } } }]',
  'name: partly\nwho: [{ token: partly }]\nmay: [{ read: "*", where: { distr: { equals: debian } } }]',
  'name: images\nwho: [{ token: images }]\nmay: [{ admin: image }]',
  'name: admins\ncontact: ops@example.org\nwho: [{ token: ops }]\nmay: [{ admin: "*" }]',
  'name: public\nwho: [anyone]\nmay: [{ read: image }]',
  `
name: jobs
contact: ci@example.org
who: [{ oidc: '${github}', audience: registry, claims: { repository_owner_id: 17 } }]
may:
  - read: '*'
  - write: role
    where: { name: { startsWith: '{claims.repository_id}-' } }
  - write: role
    where: { level: { equals: '{claims.environment}' } }
  - delete: role
    where: { count: { equals: '{claims.run_number}' } }`,
]

const { roles, issues } = parseTestRoles(...files)
const rightsOf = createRights(roles, ruleContext)
const identify = createTestIdentify(roles)

const token = (name: string) => identify([`Bearer test:${name}`])
const job = (claims: object) =>
  identify([
    `Bearer job:${Buffer.from(JSON.stringify({ iss: github, aud: 'registry', sub: 'r', ...claims })).toString('base64url')}`,
  ])

/** `read:all,some,-`: what is granted of image, role and vm_host; what nothing is granted of is left out. */
function printRights(identity: Identity): string {
  const rights = rightsOf(identity)
  const lines = verbs.map((verb) => {
    const granted = ruleContext.model.templates.map((template) => {
      const condition = rights.granted(verb, template)
      return condition ? (condition.kind === 'always' ? 'all' : 'some') : '-'
    })
    return granted.every((one) => one === '-') ? [] : [`${verb}:${granted.join(',')}`]
  })
  return [...lines.flat(), ...(rights.isAdmin ? ['admin'] : [])].join(' ')
}

const all = verbs.map((verb) => `${verb}:all,all,all`).join(' ')

describe('the rights of a caller', () => {
  test.each<[string, Promise<Identity>, string]>([
    ['everyone without rules', Promise.resolve(everyone), `${all} admin`],
    ['the administrator', token('admin!'), `${all} admin`],
    ['no token', identify([]), 'read:all,-,-'],
    ['a token that no file names', token('nobody'), ''],
    ['reader', token('reader'), 'read:all,all,all'],
    ['writer', token('writer'), 'read:-,some,- write:all,all,-'],
    ['two roles add up', token('both'), 'read:all,all,all write:all,all,-'],
    ['writing is not reading, and importing is not writing', token('importer'), 'write:some,-,- import:all,-,-'],
    ['what a caller has made', token('own'), 'delete:-,some,-'],
    ['all templates that have the field', token('partly'), 'read:some,-,-'],
    ['the administrator of a template', token('images'), verbs.map((verb) => `${verb}:all,-,-`).join(' ')],
    ['an administrator by a role', token('ops'), `${all} admin`],
    [
      'a job',
      job({ repository_owner_id: '17', repository_id: '5', environment: 'low', run_number: '3' }),
      'read:all,all,all write:-,some,- delete:-,some,-',
    ],
    [
      'a job without a claim',
      job({ repository_owner_id: '17', repository_id: '5', run_number: '3' }),
      'read:all,all,all write:-,some,- delete:-,some,-',
    ],
    [
      'a job whose claims do not fit',
      job({ repository_owner_id: '17', environment: 'mid', run_number: 'x' }),
      'read:all,all,all',
    ],
    ['a job whose claim is a list', job({ repository_owner_id: '17', repository_id: ['5'] }), 'read:all,all,all'],
    ['a job of another owner', job({ repository_owner_id: '18', repository_id: '5' }), ''],
  ])('%s', async (_, identity, expected) => {
    expect(printIssues(issues)).toBe('')
    expect(printRights(await identity)).toBe(expected)
  })

  test('have one sight for the same grants, and another for others', async () => {
    const sightOf = async (identity: Promise<Identity>) => rightsOf(await identity).sight
    const owner = { repository_owner_id: '17' }
    expect(await sightOf(token('own'))).toBe(await sightOf(token('other-own')))
    // The values of callers fill their places when a statement runs ...
    expect(await sightOf(job({ ...owner, repository_id: '5' }))).toBe(
      await sightOf(job({ ...owner, repository_id: '6' })),
    )
    const sights = await Promise.all([
      sightOf(token('reader')),
      sightOf(token('writer')),
      sightOf(token('both')),
      sightOf(token('own')),
      sightOf(token('nobody')),
      sightOf(token('ops')),
      sightOf(job(owner)),
      sightOf(job({ ...owner, repository_id: '5' })),
      // ... but for a member of an enum, which the condition itself has.
      sightOf(job({ ...owner, repository_id: '5', environment: 'low' })),
      sightOf(job({ ...owner, repository_id: '5', environment: 'high' })),
    ])
    expect(new Set(sights).size).toBe(sights.length)
    expect([await sightOf(token('admin!')), rightsOf(everyone).sight, await sightOf(token('ops'))]).toEqual([
      '',
      '',
      '',
    ])
  })

  test('are worked out once for an identity', async () => {
    const identity = await token('writer')
    expect(rightsOf(identity)).toBe(rightsOf(identity))
  })

  test('grant nothing by a role that is not among those of the start', async () => {
    const [role] = roles as readonly [Role]
    const forged: Identity = { kind: 'token', actor: 'x', claims: {}, roles: [{ ...role }] }
    expect(printRights(forged)).toBe('')
  })
})

describe('a refusal', () => {
  const [image, role] = ruleContext.model.templates
  test.each<[string, () => Promise<Identity>, Parameters<ReturnType<typeof rightsOf>['refuse']>, string]>([
    [
      'a verb that is not granted',
      () => token('reader'),
      ['write', role],
      'FORBIDDEN: reader may not write role. Ask writers@example.org or ops@example.org or ci@example.org.',
    ],
    [
      'an object that is not granted',
      () => token('writer'),
      ['read', role],
      'FORBIDDEN: writer may read role only where {"name":{"startsWith":"ntp-"}} or {"count":{"gt":7}}. Ask writers@example.org or ops@example.org or ci@example.org.',
    ],
    [
      'nobody else is told of',
      () => token('own'),
      ['import', image],
      'FORBIDDEN: own may not import image (give _meta in an input). Ask ops@example.org.',
    ],
    [
      'the registry as a whole',
      () => token('own'),
      ['admin'],
      'FORBIDDEN: own may not administer the registry. Ask ops@example.org.',
    ],
    [
      'without a token',
      () => identify([]),
      ['write', role],
      'UNAUTHENTICATED: Only callers with a token may write role: send the header Authorization: Bearer TOKEN.',
    ],
    [
      'an object that is not granted to all without a token',
      async () => ({ ...(await identify([])), roles: roles.filter(({ name }) => name === 'partly') }),
      ['read', image],
      'UNAUTHENTICATED: Callers without a token may read image only where {"distr":{"equals":"debian"}}; for others, send the header Authorization: Bearer TOKEN.',
    ],
  ])('of %s says what would be needed', async (_, identity, given, expected) => {
    const { message, extensions } = rightsOf(await identity()).refuse(...given)
    expect(`${extensions['code']}: ${message}`).toBe(expected)
    if (extensions['code'] === 'UNAUTHENTICATED')
      expect(extensions['http']).toEqual({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })
  })
})
