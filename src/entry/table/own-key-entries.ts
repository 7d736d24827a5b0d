// Commands that log a person in with their own key.
import { entryOf } from '../command-entry.ts'
import {
  CERTIFICATE_ARTIFACT,
  CERTIFICATE_SECRET,
  OWN_KEY_FILE,
  REPOSITORY,
  TOKEN_ENV,
  setting,
  toggle,
} from '../flags/shared-flags.ts'

export const OWN_KEY_ENTRIES = [
  entryOf({
    name: 'kubeconfig',
    args: '<name>',
    text: 'print a kubeconfig for your own key; kubectl fetches renewed certificates by itself',
    flags: [
      OWN_KEY_FILE,
      setting(
        'pr',
        'NUMBER',
        'pull request with the certificate (default: the newest comment, or the artifact of the request)',
      ),
      setting('certificate', 'FILE', 'file with the certificate, instead of a comment'),
      CERTIFICATE_SECRET,
      CERTIFICATE_ARTIFACT,
      {
        ...setting(
          'merge',
          'FILE',
          'add it to this kubeconfig, with a backup (default: the first file of $KUBECONFIG, then ~/.kube/config)',
        ),
        isOptional: true,
      },
      setting('out', 'FILE', 'file to write with mode 0600; an existing file is not overwritten'),
      toggle(
        'embed-key',
        'put key and certificate into the file, for machines without countersign; they are not renewed there',
      ),
      REPOSITORY,
      TOKEN_ENV,
    ],
    examples: [
      'countersign kubeconfig jane --merge                add the login to the current kubeconfig',
      'countersign kubeconfig jane --embed-key --out ~/jane.kubeconfig',
    ],
    run: async (...given) =>
      (await import('../commands/own-key/kubeconfig-command.ts')).kubeconfig(...given),
  }),
  entryOf({
    name: 'credential',
    args: '<name>',
    text: 'print the credential of your own key for kubectl, which runs this command',
    flags: [OWN_KEY_FILE, CERTIFICATE_SECRET, CERTIFICATE_ARTIFACT, REPOSITORY, TOKEN_ENV],
    isHidden: true,
    examples: ['countersign credential jane --cluster prod --repository acme/certs'],
    run: async (...given) =>
      (await import('../commands/own-key/credential-command.ts')).credential(...given),
  }),
]
