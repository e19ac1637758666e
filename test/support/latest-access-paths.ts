import type { PlanNode } from './explain.ts'

const few = Array.from({ length: 50 }, (_, i) => `"image-${i * 2000 + 7}"`).join(', ')

/** Queries of the latest objects on the large registry, and how many rows each step of their plans may look at. */
export const latestQueries: readonly (readonly [title: string, most: number, query: string])[] = [
  [
    'the first page of the images whose latest role has failed',
    1_000,
    '{ images(first: 50, where: {roles: {latest: {is: {status: {equals: false}}}}}) { nodes { name } } }',
  ],
  [
    'the first page of those on which the latest of one kind of role has failed',
    1_000,
    '{ images(first: 50, where: {roles: {latest: {where: {name: {equals: "sshd"}}, is: {status: {equals: false}}}}}) { nodes { name } } }',
  ],
  [
    'the images on which the latest role of a commit has failed',
    2_000,
    '{ images(where: {roles: {latest: {where: {commit: {equals: "commit-4"}}, is: {status: {equals: true}}}}}) { totalCount nodes { name } } }',
  ],
  [
    'the latest of each group of the related objects',
    2_000,
    '{ images(where: {roles: {latest: {per: [name], is: {commit: {equals: "commit-4"}}}}}) { totalCount } }',
  ],
  [
    'one image',
    20,
    '{ images(name: "image-777", where: {roles: {latest: {is: {status: {equals: false}}}}}) { nodes { name } } }',
  ],
  [
    'the latest of those that list an image',
    200,
    '{ images(kernel: "5.7.0-7", where: {releases: {latest: {is: {stage: {equals: "stage7"}}}}}) { nodes { name } } }',
  ],
  [
    'the latest of those that are listed',
    2_000,
    '{ releases(first: 50, where: {images: {latest: {is: {lts: {equals: true}}}}}) { nodes { name } } }',
  ],
  [
    'the latest of each group of what matches, filtered',
    1_000,
    '{ roles(commit: "commit-4", latestPer: [image], whereLatest: {status: {equals: true}}) { totalCount nodes { name } } }',
  ],
  [
    'the same on the reverse sides of a page',
    1_000,
    '{ images(first: 50) { nodes { roles(latestPer: [name], whereLatest: {status: {equals: true}}) { totalCount nodes { commit } } } } }',
  ],
  [
    'the verdicts of a matrix of a few columns',
    2_000,
    `{ roleMatrix(rows: name, columns: image, columnWhere: {name: {in: [${few}]}}) { rows { row verdicts } counts { passed stale } notPassed { verdict } } }`,
  ],
  [
    'the latest of each group of all, each object once',
    200_100,
    '{ roles(latestPer: [name, image], whereLatest: {status: {equals: false}}) { nodes { name } } }',
  ],
]

/** How many rows a step has found and thrown away, in all its runs. */
export function looksOf(node: PlanNode): number {
  const rows = ['Actual Rows', 'Rows Removed by Filter', 'Rows Removed by Join Filter', 'Rows Removed by Index Recheck']
  return rows.reduce((sum, name) => sum + Number(node[name] ?? 0), 0) * Number(node['Actual Loops'])
}
