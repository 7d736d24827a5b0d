// A test environment in which nothing runs after the first failure of a file: a break that is noticed needs no second witness.
const NativeEnvironment = require('../../scripts/native-jest/environment.cjs')

module.exports = class FirstFailure extends NativeEnvironment {
  #hasFailed = false

  handleTestEvent(event, state) {
    super.handleTestEvent(event, state)
    const { name, test } = event
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#hasFailed = true
    if (name === 'test_start' && this.#hasFailed && test !== undefined) test.mode = 'skip'
  }
}
