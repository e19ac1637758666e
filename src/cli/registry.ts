#!/usr/bin/env node
import { runProgram } from './run-program.ts'

// No top-level await: the bundle is CommonJS, which Node starts sooner.
void runProgram(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
