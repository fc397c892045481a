import { StartRefused } from '../start-refused.ts';

/** One line for the operator: why a backup could not be taken, or not be restored. */
export class BackupRefused extends StartRefused {
  override readonly name = 'BackupRefused';
}
