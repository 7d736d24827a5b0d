// The flags of the commands that prove what code review approved, without a person at a terminal.
import { REPOSITORY, TOKEN_ENV, setting, toggle } from './shared-flags.ts'

export const PROVE_FLAGS = [
  REPOSITORY,
  setting('commit', 'SHA', 'commit to check (default: the head of the default branch)'),
  setting(
    'trusted-config',
    'SHA256',
    'digest of the configuration you trust (default: the configuration of the commit is trusted)',
  ),
  setting('trusted-requests', 'SHA256', 'digest of the adopted request files (default: none)'),
  TOKEN_ENV,
  setting('evidence', 'FILE', 'check this evidence against the checkout; GitHub is not contacted'),
  toggle('digests-only', 'with --output intoto: no names and logins, for public attestations'),
] as const

export const CONTROLLER_FLAGS = [
  REPOSITORY,
  setting('trusted-config', 'SHA256', 'digest of the configuration you trust'),
  setting('trusted-requests', 'SHA256', 'digest of the adopted request files (default: none)'),
  setting('github-calls', 'COUNT', 'most calls to GitHub in an hour (default 1000)'),
  setting(
    'listen',
    'ADDRESS:PORT',
    'where /healthz, /readyz and /metrics answer (default 127.0.0.1:8080)',
  ),
  setting(
    'approve',
    'SIGNERS',
    'approve pending requests of others for these signers by the policies, and issue nothing; separated by commas',
  ),
  TOKEN_ENV,
] as const
