import { commit } from '../load-data.ts'

/** A request that goes by update times, or whose writes move them. */
export interface TimedRequest {
  readonly title: string
  readonly query: string
  readonly variables: (objects: number) => object
}

const pick = (count: number) => Math.floor(Math.random() * count)
const latestFirst = 'orderBy: [{ _meta: { updateTime: desc } }]'

export const requests: readonly TimedRequest[] = [
  {
    title: 'the image updated last',
    query: `{ images(${latestFirst}, first: 1) { nodes { name _meta { updateTime } } } }`,
    variables: () => ({}),
  },
  {
    title: 'the role updated last, of 18,000 in one slot',
    query: `{ roles(${latestFirst}, first: 1) { nodes { name _meta { updateTime } } } }`,
    variables: () => ({}),
  },
  {
    title: '100 of a filtered list, the latest first',
    query: `query ($distr: String!) { images(distr: $distr, ${latestFirst}, first: 100) { nodes { name version _meta { updateTime } } } }`,
    variables: () => ({ distr: ['ubuntu', 'debian', 'centos', 'fedora', 'alpine'][pick(5)] }),
  },
  {
    title: '100 images of a span of time',
    query:
      'query ($from: DateTime!, $to: DateTime!) { images(where: { _meta: { updateTime: { gte: $from, lt: $to } } }, first: 100) { nodes { name } } }',
    variables: (objects) => {
      const from = Date.parse('2026-01-01T00:00:00Z') + pick(objects - 200) * 1_000
      return { from: new Date(from), to: new Date(from + 100_000) }
    },
  },
  {
    title: 'the last update time of all images',
    query: '{ images { aggregate { max { _meta { updateTime } } } } }',
    variables: () => ({}),
  },
  {
    title: '50 images whose latest role has failed',
    query:
      'query ($kernel: String!) { images(kernel: $kernel, first: 50, where: { roles: { latest: { is: { status: { equals: false } } } } }) { nodes { name } } }',
    variables: () => ({ kernel: `5.15.0-${pick(4)}` }),
  },
  {
    title: 'passed and not, of 50 roles × 40 images',
    query:
      'query ($kernel: String!, $distr: String!) { roleMatrix(rows: name, columns: image, columnWhere: { kernel: { equals: $kernel }, distr: { equals: $distr } }) { counts { passed failed missing } notPassed { row } } }',
    variables: () => ({ kernel: '6.8.0-1', distr: ['ubuntu', 'debian', 'centos', 'fedora', 'alpine'][pick(5)] }),
  },
  {
    title: 'the latest role of each image, of a commit',
    query: `query ($commit: String!, $name: String!) { roles(commit: $commit, name: $name, latestPer: [image], first: 100) { totalCount nodes { status } } }`,
    variables: () => ({ commit, name: `role-${pick(50)}` }),
  },
  {
    title: 'an upsert that changes an image',
    query:
      'mutation ($name: String!, $kernel: String!) { upsertImage(input: { name: $name, kernel: $kernel }) { outcome } }',
    variables: () => ({ name: `written-${pick(10_000)}`, kernel: `${pick(1e6)}` }),
  },
  {
    title: 'a confirmation of one of 1,000 images',
    query: 'mutation ($name: String!) { upsertImage(input: { name: $name }) { outcome } }',
    variables: () => ({ name: `image-${pick(1_000)}` }),
  },
]
