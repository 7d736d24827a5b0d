#!/usr/bin/env node
// The `gh` of a reader: hands arguments and input to the world of the test (gh-program.ts), and prints its answer.
import { text } from 'node:stream/consumers'

const args = process.argv.slice(2)
const readsInput = args.includes('-') || (args[0] === 'secret' && !args.includes('--body'))
const input = readsInput ? await text(process.stdin) : ''
const response = await fetch(process.env.READER_GH, {
  method: 'POST',
  body: JSON.stringify({ args, input, folder: process.cwd() }),
})
const { stdout, stderr, code } = await response.json()
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = code
