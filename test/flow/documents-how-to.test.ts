// Every command in the how-to pages is run, page by page, in the order of the page, and prints what the page shows.
import { describePages, pagesWith } from '../build/reader/follow-pages.ts'

describePages(pagesWith(path => path.startsWith('docs/how-to/')))
