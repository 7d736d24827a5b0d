import { runAction } from './countersign.js'
await runAction()
