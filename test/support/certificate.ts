import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where a certificate and its key lie. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for these names (`DNS:…`, `IP:…`, by comma), signed by this authority, or by itself. */
export async function makeCertificate(
  folder: string,
  name: string,
  names: string,
  authority?: Certificate,
): Promise<Certificate> {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const signer = authority
    ? ['-CA', authority.cert, '-CAkey', authority.key, '-addext', 'basicConstraints=CA:FALSE']
    : [];
  const subject = ['-subj', `/CN=${authority ? name : 'onsale'}`, '-addext', `subjectAltName=${names}`];
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', ['req', ...options, ...subject, ...signer, '-keyout', key, '-out', cert]);
  return { cert, key };
}
