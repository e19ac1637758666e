/** A caller's question with the condition of its role in `where`, and the same question without it, asked by a caller with that role. */
export interface ComparedRead {
  readonly title: string
  /** `$where` stands for the condition on images, `$roles` for that on roles. */
  readonly query: string
  readonly variables: () => Readonly<Record<string, unknown>>
}

/** The conditions of the role, which leave out a fifth of the images and one in fifty roles. */
export const conditions = {
  image: '{version: {lt: "24.04"}}',
  role: '{name: {not: "role-49"}}',
} as const

const pick = (count: number) => Math.floor(Math.random() * count)

/** The reads of the benchmark (`workloads.ts`). A lookup by key takes no `where`: it is asked as a list of one. */
export function listReads(objects: number, commit: string): readonly ComparedRead[] {
  const roles = Array.from({ length: 50 }, (_, i) => `role-${i}`)
  return [
    {
      title: 'one image by its key, as a list',
      query:
        'query ($name: String!) { images(name: $name, $where, first: 1) { nodes { name distr version kernel lts } } }',
      variables: () => ({ name: `image-${pick(objects)}` }),
    },
    {
      title: '100 of a filtered list',
      query:
        'query ($distr: String!) { images(distr: $distr, $where, first: 100) { nodes { name distr version lts } } }',
      variables: () => ({ distr: ['ubuntu', 'debian', 'centos', 'fedora', 'alpine'][pick(5)] }),
    },
    {
      title: '50 images each with 10 roles',
      query:
        'query ($kernel: String!) { images(kernel: $kernel, $where, first: 50) { nodes { name roles($roles, first: 10) { nodes { name commit status } } } } }',
      variables: () => ({ kernel: `5.15.0-${pick(4)}` }),
    },
    {
      title: 'not passed yet, of 1,000 images',
      query:
        'query ($kernel: String!, $role: String!, $commit: String!) { images(where: {AND: [$image, {kernel: {equals: $kernel}, roles: {none: {AND: [$role_, {name: {equals: $role}, commit: {equals: $commit}, status: {equals: true}}]}}}]}, first: 1000) { nodes { name } } }',
      variables: () => ({ kernel: '6.8.0-0', role: `role-${pick(49)}`, commit }),
    },
    {
      title: 'all images, counted by distr',
      query: '{ images($where) { groupBy(by: [distr]) { key { distr } count } } }',
      variables: () => ({}),
    },
    {
      title: 'missing of 50 roles × 200 images',
      query:
        'query ($kernel: String!, $distr: String!, $rows: [JSON!]!, $commit: String!) { roleMatrix(rows: name, columns: image, rowIn: $rows, columnWhere: {AND: [$image, {kernel: {equals: $kernel}, distr: {equals: $distr}}]}, where: {AND: [$role_, {commit: {equals: $commit}, status: {equals: true}}]}) { missing { row column { name } } } }',
      variables: () => ({ kernel: '6.8.0-0', distr: 'ubuntu', rows: roles, commit }),
    },
  ]
}

/** The question with the conditions in it, or without them. */
export function printRead({ query }: ComparedRead, isWritten: boolean): string {
  const given = isWritten ? conditions : { image: '{}', role: '{}' }
  return query
    .replaceAll(/\$where(, )?/g, (_, comma = '') => (isWritten ? `where: ${given.image}${comma}` : ''))
    .replaceAll(/\$roles, /g, () => (isWritten ? `where: ${given.role}, ` : ''))
    .replaceAll('($where)', '')
    .replaceAll('()', '')
    .replaceAll('$image', given.image)
    .replaceAll('$role_', given.role)
}
