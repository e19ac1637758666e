import { commit } from './load-data.ts'

/** The form of a contender's requests. */
export type Dialect = 'registry' | 'raw' | 'postgraphile' | 'prisma'

type Variables = Readonly<Record<string, unknown>>

export interface Workload {
  readonly title: string
  /** The variables of one request; different each time. */
  readonly variables: (objects: number) => Variables
  /** GraphQL documents. A contender that cannot do this in one request has none. Raw has its own path. */
  readonly queries: Readonly<Partial<Record<Exclude<Dialect, 'raw'>, string>>>
  /** The part of a response's `data`, in the form of the registry or of another contender, on which all contenders must agree. */
  // biome-ignore lint/suspicious/noExplicitAny: responses have the forms of four schemas.
  readonly answer: (data: any) => unknown
}

const pick = (count: number) => Math.floor(Math.random() * count)
const nodesOf = (list: { nodes: unknown } | unknown) => (list as { nodes?: unknown }).nodes ?? list
const byText = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
const inOrder = 'orderBy: [CREATED_AT_ASC, NAME_ASC]'
const roleNames = Array.from({ length: 50 }, (_, i) => `role-${i}`)

export const workloads = {
  point: {
    title: 'one image by its key',
    variables: (objects) => ({ name: `image-${pick(objects)}` }),
    queries: {
      registry: 'query ($name: String!) { image(name: $name) { name distr version kernel lts } }',
      postgraphile: 'query ($name: String!) { image: imageByName(name: $name) { name distr version kernel lts } }',
      prisma: 'query ($name: String!) { image(name: $name) { name distr version kernel lts } }',
    },
    answer: ({ image }) => image,
  },
  list: {
    title: '100 of a filtered list',
    variables: () => ({ distr: ['ubuntu', 'debian', 'centos', 'fedora', 'alpine'][pick(5)] }),
    queries: {
      registry: 'query ($distr: String!) { images(distr: $distr, first: 100) { nodes { name distr version lts } } }',
      postgraphile: `query ($distr: String!) { images: allImages(condition: {distr: $distr}, first: 100, ${inOrder}) { nodes { name distr version lts } } }`,
      prisma: 'query ($distr: String!) { images(distr: $distr, first: 100) { name distr version lts } }',
    },
    answer: ({ images }) => nodesOf(images),
  },
  nested: {
    title: '50 images each with 10 roles',
    variables: () => ({ kernel: `5.15.0-${pick(4)}` }),
    queries: {
      registry:
        'query ($kernel: String!) { images(kernel: $kernel, first: 50) { nodes { name roles(first: 10) { nodes { name commit status } } } } }',
      postgraphile: `query ($kernel: String!) { images: allImages(condition: {kernel: $kernel}, first: 50, ${inOrder}) { nodes { name roles: rolesByImage(first: 10, ${inOrder}) { nodes { name commit status } } } } }`,
      prisma:
        'query ($kernel: String!) { images(kernel: $kernel, first: 50) { name roles(first: 10) { name commit status } } }',
    },
    answer: ({ images }) =>
      (nodesOf(images) as { name: string; roles: unknown }[]).map(({ name, roles }) => [name, nodesOf(roles)]),
  },
  none: {
    title: 'not passed yet, of 1,000 images',
    variables: () => ({ kernel: '6.8.0-0', role: `role-${pick(50)}`, commit }),
    queries: {
      registry:
        'query ($kernel: String!, $role: String!, $commit: String!) { images(where: {kernel: {equals: $kernel}, roles: {none: {name: {equals: $role}, commit: {equals: $commit}, status: {equals: true}}}}, first: 1000) { nodes { name } } }',
      postgraphile: `query ($kernel: String!, $role: String!, $commit: String!) { images: allImages(filter: {kernel: {equalTo: $kernel}, rolesByImage: {none: {name: {equalTo: $role}, commit: {equalTo: $commit}, status: {equalTo: true}}}}, first: 1000, ${inOrder}) { nodes { name } } }`,
      prisma:
        'query ($kernel: String!, $role: String!, $commit: String!) { images(kernel: $kernel, notPassed: {name: $role, commit: $commit}, first: 1000) { name } }',
    },
    answer: ({ images }) => nodesOf(images),
  },
  groupBy: {
    title: 'all images, counted by distr',
    variables: () => ({}),
    queries: {
      registry: '{ images { groupBy(by: [distr]) { key { distr } count } } }',
      postgraphile:
        '{ images: allImages { groupBy: groupedAggregates(groupBy: [DISTR]) { keys distinctCount { name } } } }',
      prisma: '{ imageCounts { distr count } }',
    },
    answer: ({ images, imageCounts }) =>
      byText(
        (imageCounts ?? images.groupBy).map(
          (group: {
            key?: { distr: string }
            keys?: readonly string[]
            distr?: string
            count?: number
            distinctCount?: { name: string }
          }) => [group.key?.distr ?? group.keys?.[0] ?? group.distr, Number(group.count ?? group.distinctCount?.name)],
        ),
      ),
  },
  matrix: {
    title: 'missing of 50 roles × 200 images',
    variables: () => ({ kernel: '6.8.0-0', distr: 'ubuntu', roles: roleNames, commit }),
    queries: {
      registry:
        'query ($kernel: String!, $distr: String!, $roles: [JSON!]!, $commit: String!) { roleMatrix(rows: name, columns: image, rowIn: $roles, columnWhere: {kernel: {equals: $kernel}, distr: {equals: $distr}}, where: {commit: {equals: $commit}, status: {equals: true}}) { missing { row column { name } } } }',
    },
    answer: ({ roleMatrix }) => byText(roleMatrix.missing),
  },
  upsert: {
    title: 'upsert of one image',
    variables: () => ({ name: `written-${pick(10_000)}`, kernel: `${pick(1e6)}` }),
    queries: {
      registry:
        'mutation ($name: String!, $kernel: String!) { upsertImage(input: {name: $name, kernel: $kernel}) { image { name kernel } } }',
      prisma:
        'mutation ($name: String!, $kernel: String!) { upsertImage(name: $name, kernel: $kernel) { name kernel } }',
    },
    answer: ({ upsertImage }) => upsertImage.image ?? upsertImage,
  },
} as const satisfies Readonly<Record<string, Workload>>

export type WorkloadName = keyof typeof workloads
