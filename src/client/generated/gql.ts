/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation RegisterImages($images: [ImageInput!]!) {\n    upsertImages(input: $images) { created updated unchanged }\n  }\n": typeof types.RegisterImagesDocument,
    "\n  query NotPassed($role: JSON!, $commit: String!) {\n    roleMatrix(rows: name, rowIn: [$role], columns: image, where: { commit: { equals: $commit } }) {\n      notPassed { column { name } verdict }\n    }\n  }\n": typeof types.NotPassedDocument,
    "\n  mutation WriteResult($result: RoleInput!) {\n    upsertRole(input: $result) { outcome }\n  }\n": typeof types.WriteResultDocument,
    "\nquery RegistryTemplates {\n  templates {\n    name plural type description key additionalFields\n    fields { ...DescribedField fields { ...DescribedField fields { ...DescribedField } } }\n  }\n}\nfragment DescribedField on TemplateField { name graphqlName type list required key description deprecated values graphqlValues to }\n": typeof types.RegistryTemplatesDocument,
};
const documents: Documents = {
    "\n  mutation RegisterImages($images: [ImageInput!]!) {\n    upsertImages(input: $images) { created updated unchanged }\n  }\n": types.RegisterImagesDocument,
    "\n  query NotPassed($role: JSON!, $commit: String!) {\n    roleMatrix(rows: name, rowIn: [$role], columns: image, where: { commit: { equals: $commit } }) {\n      notPassed { column { name } verdict }\n    }\n  }\n": types.NotPassedDocument,
    "\n  mutation WriteResult($result: RoleInput!) {\n    upsertRole(input: $result) { outcome }\n  }\n": types.WriteResultDocument,
    "\nquery RegistryTemplates {\n  templates {\n    name plural type description key additionalFields\n    fields { ...DescribedField fields { ...DescribedField fields { ...DescribedField } } }\n  }\n}\nfragment DescribedField on TemplateField { name graphqlName type list required key description deprecated values graphqlValues to }\n": types.RegistryTemplatesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterImages($images: [ImageInput!]!) {\n    upsertImages(input: $images) { created updated unchanged }\n  }\n"): (typeof documents)["\n  mutation RegisterImages($images: [ImageInput!]!) {\n    upsertImages(input: $images) { created updated unchanged }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query NotPassed($role: JSON!, $commit: String!) {\n    roleMatrix(rows: name, rowIn: [$role], columns: image, where: { commit: { equals: $commit } }) {\n      notPassed { column { name } verdict }\n    }\n  }\n"): (typeof documents)["\n  query NotPassed($role: JSON!, $commit: String!) {\n    roleMatrix(rows: name, rowIn: [$role], columns: image, where: { commit: { equals: $commit } }) {\n      notPassed { column { name } verdict }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation WriteResult($result: RoleInput!) {\n    upsertRole(input: $result) { outcome }\n  }\n"): (typeof documents)["\n  mutation WriteResult($result: RoleInput!) {\n    upsertRole(input: $result) { outcome }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\nquery RegistryTemplates {\n  templates {\n    name plural type description key additionalFields\n    fields { ...DescribedField fields { ...DescribedField fields { ...DescribedField } } }\n  }\n}\nfragment DescribedField on TemplateField { name graphqlName type list required key description deprecated values graphqlValues to }\n"): (typeof documents)["\nquery RegistryTemplates {\n  templates {\n    name plural type description key additionalFields\n    fields { ...DescribedField fields { ...DescribedField fields { ...DescribedField } } }\n  }\n}\nfragment DescribedField on TemplateField { name graphqlName type list required key description deprecated values graphqlValues to }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;