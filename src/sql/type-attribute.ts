/** The attribute that names an object's GraphQL type where its field is abstract; no response key can be like it. */
export const typeAttribute = '@type'
