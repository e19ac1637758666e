/** What people write first: Yoga with a resolver per field, written like Prisma's guide for GraphQL. */

import { createServer } from 'node:http'
import { PrismaPg } from '@prisma/adapter-pg'
import { createSchema, createYoga } from 'graphql-yoga'
import { type Image, PrismaClient } from './client/client.ts'

interface ImagesArguments {
  readonly distr?: string
  readonly kernel?: string
  readonly notPassed?: { readonly name: string; readonly commit: string }
  readonly first: number
}

const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env['DATABASE_URL'], max: 10 }, { schema: 'typed' }),
})

const schema = createSchema({
  typeDefs: `
    type Query {
      image(name: String!): Image
      images(distr: String, kernel: String, notPassed: RoleFilter, first: Int = 100): [Image!]!
      imageCounts: [ImageCount!]!
    }
    type Mutation {
      upsertImage(name: String!, kernel: String!): Image!
    }
    input RoleFilter { name: String!, commit: String! }
    type Image { name: String!, distr: String, version: String, kernel: String, lts: Boolean, roles(first: Int = 20): [Role!]! }
    type Role { name: String!, commit: String, status: Boolean! }
    type ImageCount { distr: String, count: Int! }
  `,
  resolvers: {
    Query: {
      image: (_: unknown, { name }: { name: string }) => prisma.image.findUnique({ where: { name } }),
      images: (_: unknown, { notPassed, first, ...fields }: ImagesArguments) =>
        prisma.image.findMany({
          where: { ...fields, ...(notPassed && { roles: { none: { ...notPassed, status: true } } }) },
          orderBy: [{ createdAt: 'asc' }, { name: 'asc' }],
          take: first,
        }),
      async imageCounts() {
        const groups = await prisma.image.groupBy({ by: ['distr'], _count: true })
        return groups.map(({ distr, _count }) => ({ distr, count: _count }))
      },
    },
    Mutation: {
      upsertImage: (_: unknown, { name, kernel }: { name: string; kernel: string }) =>
        prisma.image.upsert({ where: { name }, create: { name, kernel }, update: { kernel } }),
    },
    Image: {
      roles: ({ name }: Image, { first }: { first: number }) =>
        prisma.image
          .findUnique({ where: { name } })
          .roles({ orderBy: [{ createdAt: 'asc' }, { name: 'asc' }], take: first }),
    },
  },
})

createServer(createYoga({ schema, graphiql: false, landingPage: false, logging: 'warn' })).listen(
  Number(process.env['PORT']),
  '127.0.0.1',
)
