// The generated pages and pictures, by path. A unit test compares each with the file.
import { actionPage } from './action-page.ts'
import { commandsPage } from './commands-page.ts'
import { commentPicture } from './comment-picture.ts'
import { compatibilityPage } from './compatibility-page.ts'
import { configurationPage } from './configuration-page.ts'
import { errorsPage } from './errors-page.ts'
import { permissionsPage } from './permissions-page.ts'
import { pictureText } from './picture.ts'

export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/compatibility.md': compatibilityPage,
  'docs/errors.md': errorsPage,
  'docs/pictures/comment-dark.svg': () => commentPicture('dark'),
  'docs/pictures/comment-light.svg': () => commentPicture('light'),
  'docs/pictures/countersign-dark.svg': () => pictureText('dark'),
  'docs/pictures/countersign-light.svg': () => pictureText('light'),
  'docs/reference/action.md': actionPage,
  'docs/reference/commands.md': commandsPage,
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/permissions.md': permissionsPage,
}
