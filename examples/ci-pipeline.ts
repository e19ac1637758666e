/**
 * A CI pipeline that asks the registry which tests are still missing, runs them, and records the results.
 *
 *   REGISTRY_URL=http://127.0.0.1:4000/graphql ROLE=ntp-client COMMIT=b312 npx tsx examples/ci-pipeline.ts
 *
 * It ends with exit code 0 if this commit of the role has passed on every image, otherwise with 1. If you run it again, it tests
 * only the images on which the role has not passed yet.
 */

import { createClient } from '../src/client/create-client.ts'
import { graphql } from '../src/client/generated/gql.ts'

const role = process.env['ROLE'] ?? 'ntp-client'
const commit = process.env['COMMIT'] ?? 'b312'
const client = createClient({
  url: process.env['REGISTRY_URL'] ?? 'http://127.0.0.1:4000/graphql',
  // Where the registry has rules of access; a registry without them takes no notice.
  token: process.env['REGISTRY_TOKEN'],
  // The user and the run, from the variables of GitLab and Jenkins: the registry keeps both with every change.
  actor: process.env['GITLAB_USER_LOGIN'] ?? process.env['BUILD_USER_ID'],
  run: process.env['CI_PIPELINE_URL'] ?? process.env['BUILD_URL'],
})

// 1. Register the images. A real pipeline does this when it builds them; a second time, it changes nothing.

const RegisterImages = graphql(/* GraphQL */ `
  mutation RegisterImages($images: [ImageInput!]!) {
    upsertImages(input: $images) { created updated unchanged }
  }
`)

const images = [
  { name: 'centos_8_v0.image', distr: 'centos', version: '8', kernel: '4.18.0-305', lts: false },
  { name: 'ubuntu_18.04_v0.image', distr: 'ubuntu', version: '18.04', kernel: '5.4.0-73', lts: true },
  { name: 'ubuntu_20.04_v0.image', distr: 'ubuntu', version: '20.04', kernel: '5.15.0-2', lts: true },
]
const { upsertImages: registered } = await client.request(RegisterImages, { images })
console.log(`images: ${registered.created} created, ${registered.updated} updated, ${registered.unchanged} unchanged`)

// 2. Ask on which images this commit of the role has not passed yet.

const NotPassed = graphql(/* GraphQL */ `
  query NotPassed($role: JSON!, $commit: String!) {
    roleMatrix(rows: name, rowIn: [$role], columns: image, where: { commit: { equals: $commit } }) {
      notPassed { column { name } verdict }
    }
  }
`)

const { roleMatrix: before } = await client.request(NotPassed, { role, commit })

// 3. Test the role on each of them, and record each result immediately.

const WriteResult = graphql(/* GraphQL */ `
  mutation WriteResult($result: RoleInput!) {
    upsertRole(input: $result) { outcome }
  }
`)

for (const { column: image } of before.notPassed) {
  const status = await testRole(image.name)
  await client.request(WriteResult, { result: { name: role, image: image.name, commit, status } })
  console.log(`${role} at ${commit} on ${image.name}: ${status ? 'passed' : 'failed'}`)
}

/** A placeholder: here, start a virtual machine of the image and apply the role to it. */
async function testRole(image: string): Promise<boolean> {
  return image !== process.env['FAIL_ON']
}

// 4. Ask again. The pipeline has passed if no image is left.

const { roleMatrix: after } = await client.request(NotPassed, { role, commit })
if (after.notPassed.length === 0) {
  console.log(`${role} at ${commit} has passed on every image`)
} else {
  console.error(`${role} at ${commit} has not passed on ${after.notPassed.map(({ column }) => column.name).join(', ')}`)
  process.exitCode = 1
}
