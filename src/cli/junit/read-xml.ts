import sax from 'sax'
import { TextReadError } from '../import/text-read-error.ts'
import { cutText } from './cut-text.ts'

export interface XmlElement {
  /** As it is written, with a prefix if it has one. */
  readonly tag: string
  /** Without the prefix. */
  readonly name: string
  /** Where it begins, from 1. */
  readonly line: number
  readonly attributes: Readonly<Record<string, string>>
}

/** Gets what an XML text has, in its order. A text may come in several pieces. */
export interface XmlVisitor {
  readonly open: (element: XmlElement) => void
  readonly text: (text: string) => void
  /** The element that was opened last, of those that are open, ends. */
  readonly close: () => void
}

const deepest = 64
/** The most characters of an attribute. */
const longestAttribute = 100_000

/** What sax has and its types do not. */
const internals = sax as unknown as { MAX_BUFFER_LENGTH: number; readonly STATE: Readonly<Record<string, number>> }
/** The most characters of a name, a declaration and the like. */
internals.MAX_BUFFER_LENGTH = 10_000_000
type Parser = sax.SAXParser & { readonly state: number; readonly c: string; attribValue: string; comment: string }

/** The states of a parser while it reads an entity, in a text or in an attribute. */
const entityStates = new Set([internals.STATE['TEXT_ENTITY'], internals.STATE['ATTRIB_VALUE_ENTITY_Q']])

/**
 * Reads an XML text, or several one after another, from its pieces, and keeps none of it. Attributes are cut to 100,000 characters. A
 * document type is refused, so that no entity is expanded and nothing fetched. Throws `TextReadError` for what is not XML, is empty,
 * ends in the middle or is nested deeper than 64 levels. Characters and entities that XML does not have stay as they are written: tools
 * that write what a test prints often forget to escape it.
 */
export async function readXml(chunks: AsyncIterable<string>, visitor: XmlVisitor): Promise<void> {
  const parser = sax.parser(true, {}) as Parser
  const lineNow = () => parser.line + 1
  const open: { readonly tag: string; readonly line: number }[] = []
  let isEmpty = true
  let line = 1

  parser.onopentagstart = (tag) => {
    // The name may end at a line break, which has been counted.
    line = parser.c === '\n' ? parser.line : lineNow()
    // sax calls the method of this object, which an attribute of this name would replace.
    Object.defineProperty(tag.attributes, 'hasOwnProperty', { value: Object.prototype.hasOwnProperty })
  }
  parser.onopentag = ({ name: tag, attributes }) => {
    isEmpty = false
    open.push({ tag, line })
    if (open.length > deepest) throw new TextReadError(lineNow(), `the file is nested deeper than ${deepest} levels`)
    const name = tag.slice(tag.indexOf(':') + 1)
    visitor.open({ tag, name, line, attributes: attributes as XmlElement['attributes'] })
  }
  parser.onclosetag = () => {
    open.pop()
    visitor.close()
  }
  parser.ontext = visitor.text
  parser.oncdata = visitor.text
  parser.ondoctype = () => {
    throw new TextReadError(lineNow(), 'a document type (<!DOCTYPE …>) is not accepted')
  }
  parser.onerror = (error) => {
    if (!entityStates.has(parser.state))
      throw new TextReadError(lineNow(), `this is not XML: ${error.message.split('\n', 1)[0]}`)
    parser.resume()
  }

  for await (const chunk of chunks) {
    parser.write(chunk)
    // Hands over what there is of a text that goes on, so that none is held as a whole. Attributes and comments sax holds, character by
    // character.
    parser.flush()
    if (parser.attribValue.length > longestAttribute) parser.attribValue = cutText(parser.attribValue, longestAttribute)
    parser.comment = ''
  }
  const last = open.at(-1)
  if (last) {
    throw new TextReadError(lineNow(), `the file ends in the middle: <${last.tag}> of line ${last.line} is not closed`)
  }
  parser.close()
  if (isEmpty) throw new TextReadError(1, 'there is nothing in this file')
}
