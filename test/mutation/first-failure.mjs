// A test environment in which nothing runs after the first failure of a file: a break that is noticed needs no second witness.
import { TestEnvironment } from 'jest-environment-node'

export default class FirstFailure extends TestEnvironment {
  #hasFailed = false

  /** @param {{ name: string, test?: { mode?: string | null } }} event */
  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#hasFailed = true
    if (name === 'test_start' && this.#hasFailed && test !== undefined) test.mode = 'skip'
  }
}
