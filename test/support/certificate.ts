import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Makes a certificate for these names (`DNS:…`, `IP:…`, by comma) that signs itself; answers where it and its key lie. */
export async function makeCertificate(
  folder: string,
  name: string,
  names: string,
): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const subject = ['-subj', '/CN=onsale', '-addext', `subjectAltName=${names}`];
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', ['req', ...options, ...subject, '-keyout', key, '-out', cert]);
  return { cert, key };
}
