/** The attribute with an object's GraphQL type, if its field is abstract; no response key can have this name. */
export const typeAttribute = '@type'
