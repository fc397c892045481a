import { StartRefused } from '../start-refused.ts';

/** One line for the user: why the private PostgreSQL cannot run here. */
export class EmbeddedPostgresRefused extends StartRefused {
  override readonly name = 'EmbeddedPostgresRefused';
}
