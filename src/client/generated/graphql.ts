/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Object image VM */
export type ImageInput = {
  /** For imports. */
  readonly _meta?: MetaInput | null | undefined;
  /** Distribution kit */
  readonly distr?: string | null | undefined;
  /** Kernel Linux */
  readonly kernel?: string | null | undefined;
  /** Long term support */
  readonly lts?: boolean | null | undefined;
  /** Name image */
  readonly name: string;
  /** Version distr */
  readonly version?: string | null | undefined;
};

/** What the latest object of a cell says. */
export type MatrixVerdict =
  /** The latest object is not a success */
  | 'FAILED'
  /** There is no object */
  | 'MISSING'
  /** The latest object is a success */
  | 'PASSED'
  /** There is an object, and its template does not say what a success is */
  | 'PRESENT'
  /** The latest object is a success that is too old */
  | 'STALE';

/** Metadata of an imported object. It applies to new objects only; updateTime also replaces the current time for existing ones, unless it is earlier than the stored one. */
export type MetaInput = {
  readonly createTime?: string | number | null | undefined;
  readonly createdBy?: string | null | undefined;
  readonly createdFor?: string | null | undefined;
  readonly updateTime?: string | number | null | undefined;
  readonly updatedBy?: string | null | undefined;
  readonly updatedFor?: string | null | undefined;
  readonly uuid?: string | null | undefined;
  readonly version?: number | null | undefined;
};

/** Object Ansible role */
export type RoleInput = {
  /** For imports. */
  readonly _meta?: MetaInput | null | undefined;
  /** Commit GIT */
  readonly commit?: string | null | undefined;
  /** Name image VM */
  readonly image: string;
  /** Name role */
  readonly name: string;
  /** Success */
  readonly status: boolean;
};

/** What an upsert did to an object. */
export type UpsertOutcome =
  /** There was no object with this key */
  | 'CREATED'
  /** Nothing differs; only the update time has changed */
  | 'UNCHANGED'
  /** The object differs from before; its version is one higher */
  | 'UPDATED';

export type RegisterImagesMutationVariables = Exact<{
  images: ReadonlyArray<ImageInput> | ImageInput;
}>;


export type RegisterImagesMutation = { readonly upsertImages: { readonly created: number, readonly updated: number, readonly unchanged: number } };

export type NotPassedQueryVariables = Exact<{
  role: unknown;
  commit: string;
}>;


export type NotPassedQuery = { readonly roleMatrix: { readonly notPassed: ReadonlyArray<{ readonly verdict: MatrixVerdict, readonly column: { readonly name: string } }> } };

export type WriteResultMutationVariables = Exact<{
  result: RoleInput;
}>;


export type WriteResultMutation = { readonly upsertRole: { readonly outcome: UpsertOutcome } };

export type RegistryTemplatesQueryVariables = Exact<{ [key: string]: never; }>;


export type RegistryTemplatesQuery = { readonly templates: ReadonlyArray<{ readonly name: string, readonly plural: string, readonly type: string, readonly description: string | null, readonly key: ReadonlyArray<string>, readonly additionalFields: boolean, readonly fields: ReadonlyArray<{ readonly name: string, readonly graphqlName: string, readonly type: string, readonly list: boolean, readonly required: boolean, readonly key: boolean, readonly description: string | null, readonly deprecated: string | null, readonly values: ReadonlyArray<string>, readonly graphqlValues: ReadonlyArray<string>, readonly to: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly graphqlName: string, readonly type: string, readonly list: boolean, readonly required: boolean, readonly key: boolean, readonly description: string | null, readonly deprecated: string | null, readonly values: ReadonlyArray<string>, readonly graphqlValues: ReadonlyArray<string>, readonly to: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly graphqlName: string, readonly type: string, readonly list: boolean, readonly required: boolean, readonly key: boolean, readonly description: string | null, readonly deprecated: string | null, readonly values: ReadonlyArray<string>, readonly graphqlValues: ReadonlyArray<string>, readonly to: string | null }> }> }> }> };

export type DescribedFieldFragment = { readonly name: string, readonly graphqlName: string, readonly type: string, readonly list: boolean, readonly required: boolean, readonly key: boolean, readonly description: string | null, readonly deprecated: string | null, readonly values: ReadonlyArray<string>, readonly graphqlValues: ReadonlyArray<string>, readonly to: string | null };

export const DescribedFieldFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DescribedField"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TemplateField"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"graphqlName"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"list"}},{"kind":"Field","name":{"kind":"Name","value":"required"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"deprecated"}},{"kind":"Field","name":{"kind":"Name","value":"values"}},{"kind":"Field","name":{"kind":"Name","value":"graphqlValues"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]} as unknown as DocumentNode<DescribedFieldFragment, unknown>;
export const RegisterImagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RegisterImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"images"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageInput"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upsertImages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"images"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"created"}},{"kind":"Field","name":{"kind":"Name","value":"updated"}},{"kind":"Field","name":{"kind":"Name","value":"unchanged"}}]}}]}}]} as unknown as DocumentNode<RegisterImagesMutation, RegisterImagesMutationVariables>;
export const NotPassedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NotPassed"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"role"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"JSON"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"commit"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"roleMatrix"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"rows"},"value":{"kind":"EnumValue","value":"name"}},{"kind":"Argument","name":{"kind":"Name","value":"rowIn"},"value":{"kind":"ListValue","values":[{"kind":"Variable","name":{"kind":"Name","value":"role"}}]}},{"kind":"Argument","name":{"kind":"Name","value":"columns"},"value":{"kind":"EnumValue","value":"image"}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"commit"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"equals"},"value":{"kind":"Variable","name":{"kind":"Name","value":"commit"}}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notPassed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"column"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"verdict"}}]}}]}}]}}]} as unknown as DocumentNode<NotPassedQuery, NotPassedQueryVariables>;
export const WriteResultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"WriteResult"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"result"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RoleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upsertRole"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"result"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}}]}}]}}]} as unknown as DocumentNode<WriteResultMutation, WriteResultMutationVariables>;
export const RegistryTemplatesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RegistryTemplates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"plural"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"additionalFields"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DescribedField"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DescribedField"}},{"kind":"Field","name":{"kind":"Name","value":"fields"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DescribedField"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DescribedField"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TemplateField"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"graphqlName"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"list"}},{"kind":"Field","name":{"kind":"Name","value":"required"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"deprecated"}},{"kind":"Field","name":{"kind":"Name","value":"values"}},{"kind":"Field","name":{"kind":"Name","value":"graphqlValues"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]} as unknown as DocumentNode<RegistryTemplatesQuery, RegistryTemplatesQueryVariables>;