import { writeFileSync } from 'node:fs';
import { problemsPage, problemsPath } from './problems-page.ts';

writeFileSync(problemsPath, problemsPage());
