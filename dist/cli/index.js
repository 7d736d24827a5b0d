#!/usr/bin/env node
import { runCommandLine } from '../countersign.js'
await runCommandLine()
