import { readFile } from 'node:fs/promises'
import { buildPage } from '../page/build-page.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const distributions = ['alt', 'astra', 'centos', 'debian', 'ubuntu']
const roleNames = [
  'consul',
  'docker',
  'grafana',
  'haproxy',
  'keepalived',
  'nginx',
  'node-exporter',
  'ntp-client',
  'postgresql',
  'sshd',
  'vault',
]
const commit = 'b312abbb05a9be4fe82abcb60d44b7bdd0220bdc'

/** What the cells are that have not passed. */
const exceptions: Readonly<Record<string, 'failed' | 'stale' | 'missing'>> = {
  'ntp-client ubuntu_22.04.image': 'failed',
  'postgresql centos_8.image': 'failed',
  'postgresql centos_9.image': 'failed',
  'docker astra_1.7.image': 'stale',
  'grafana debian_11.image': 'missing',
  'keepalived alt_10.image': 'missing',
}

const versions: Readonly<Record<string, readonly string[]>> = {
  alt: ['8', '9', '10', '11'],
  astra: ['1.6', '1.7', '1.8', '2.12'],
  centos: ['6', '7', '8', '9'],
  debian: ['9', '10', '11', '12'],
  ubuntu: ['18.04', '20.04', '22.04', '24.04'],
}

/** A registry with the page, and 220 cells of which 214 have passed: 3 failed, 1 is stale, 2 are missing. */
export async function startPageRegistry(): Promise<TestRegistry> {
  const shipped = (name: string) => readFile(`object-templates/${name}.yaml`, 'utf8')
  const role = (await shipped('role')).replace('passed:', 'staleAfter: 14d\npassed:')
  const registry = await startRegistry([await shipped('image'), await shipped('person'), role], {
    page: await buildPage(),
  })
  const images = distributions.flatMap((distr) =>
    (versions[distr] ?? []).map((version, i) => ({
      name: `${distr}_${version}.image`,
      distr,
      version,
      kernel: `5.${i + 4}.0-80-generic`,
      lts: i % 2 === 1,
    })),
  )
  await registry.data(
    'mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }',
    { input: images },
    by('ann'),
  )
  const roles = roleNames.flatMap((name) =>
    images.flatMap(({ name: image }) => {
      const exception = exceptions[`${name} ${image}`]
      if (exception === 'missing') return []
      const old = exception === 'stale' ? { _meta: { updateTime: '2026-01-01T00:00:00Z' } } : {}
      return [{ name, image, commit, status: exception !== 'failed', ...old }]
    }),
  )
  await registry.data(
    'mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created } }',
    { input: roles },
    by('jenkins'),
  )
  return registry
}

/** A registry with a matrix of 1,000 rows and 100 columns, most of whose cells are missing. */
export async function startLargeRegistry(): Promise<TestRegistry> {
  const registry = await startRegistry(undefined, { page: await buildPage() })
  const images = Array.from({ length: 100 }, (_, i) => ({
    name: `image-${String(i).padStart(3, '0')}`,
    distr: `d${i % 5}`,
  }))
  const roles = Array.from({ length: 1_000 }, (_, i) => ({
    name: `role-${String(i).padStart(4, '0')}`,
    image: `image-${String(i % 100).padStart(3, '0')}`,
    status: i % 7 !== 0,
  }))
  await registry.data('mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }', {
    input: images,
  })
  await registry.data('mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created } }', { input: roles })
  return registry
}

function by(actor: string) {
  return { 'X-Registry-Actor': actor }
}
