import { convertedValuesFit } from './converted-values-fit.ts'
import { defaultsFit } from './defaults-fit.ts'
import { deprecatedIsOptional } from './deprecated-is-optional.ts'
import { enumValuesDiffer } from './enum-values-differ.ts'
import { fieldCount } from './field-count.ts'
import { fieldListsHold } from './field-lists-hold.ts'
import { fieldNamesAreFree } from './field-names-are-free.ts'
import { fieldNamesDiffer } from './field-names-differ.ts'
import { formerNamesAreGone } from './former-names-are-gone.ts'
import { graphqlNamesAreUnique } from './graphql-names-are-unique.ts'
import { keyFieldsExist } from './key-fields-exist.ts'
import { keyTypes } from './key-types.ts'
import { keysEnd } from './keys-end.ts'
import { membersStandAlone } from './members-stand-alone.ts'
import { mergeIsPossible } from './merge-is-possible.ts'
import { onDeleteIsPossible } from './on-delete-is-possible.ts'
import { patternsCompile } from './patterns-compile.ts'
import { pluralDiffers } from './plural-differs.ts'
import { rangesHoldValues } from './ranges-hold-values.ts'
import { referencesLeadSomewhere } from './references-lead-somewhere.ts'
import { requiredIsConsistent } from './required-is-consistent.ts'
import { retentionIsSound } from './retention-is-sound.ts'
import { reverseFieldsAreUnique } from './reverse-fields-are-unique.ts'
import type { Rule } from './rule.ts'
import { templateNamesAreUnique } from './template-names-are-unique.ts'
import { typeKeys } from './type-keys.ts'
import { verdictIsSound } from './verdict-is-sound.ts'

/** All rules for templates, apart from their form. To add one, add a file, a line here and a test. */
export const rules: readonly Rule[] = [
  templateNamesAreUnique,
  pluralDiffers,
  graphqlNamesAreUnique,
  formerNamesAreGone,
  fieldNamesAreFree,
  fieldNamesDiffer,
  fieldCount,
  keyFieldsExist,
  keyTypes,
  fieldListsHold,
  keysEnd,
  referencesLeadSomewhere,
  reverseFieldsAreUnique,
  onDeleteIsPossible,
  typeKeys,
  membersStandAlone,
  requiredIsConsistent,
  deprecatedIsOptional,
  enumValuesDiffer,
  rangesHoldValues,
  patternsCompile,
  defaultsFit,
  convertedValuesFit,
  verdictIsSound,
  retentionIsSound,
  mergeIsPossible,
]
