import { readCertificate, wholeNumber } from './config-readers.ts';
import { addressWithPassword } from './config-secrets.ts';
import { accept, type Decision, refuse } from './kernel/decision.ts';
import { Secret } from './kernel/secret.ts';

const form = 'must read http://user:password@host:9200 (or https), several nodes of one cluster separated by spaces';
const nodesMax = 9;

/** In production no password in any of them is an easy one. */
function addressesOfNodes(text: string): string | undefined {
  for (const address of text.trim().split(/\s+/)) {
    const wanted = addressWithPassword(address);
    if (wanted !== undefined) return wanted;
  }
  return undefined;
}

function readAddresses(text: string): Decision<Secret | undefined, string> {
  const addresses = text.trim().split(/\s+/);
  const areGood = addresses.every(
    (address) => /^https?:\/\/[^/?#]+\/?$/.test(address) && URL.canParse(address) && new URL(address).hostname !== '',
  );
  return areGood && addresses.length <= nodesMax ? accept(new Secret(addresses.join(' '))) : refuse(form);
}

/** The settings about the search engine. */
export const searchSettings = {
  openSearchUrl: {
    env: 'OPENSEARCH_URL',
    fallback: undefined,
    about:
      'OpenSearch 2 or newer to search in, instead of PostgreSQL: `https://user:password@host:9200`, several nodes of one cluster separated by spaces. It is fed by logical replication: PostgreSQL needs `wal_level=logical`, and the user of DATABASE_URL the right to replicate.',
    secret: addressesOfNodes,
    read: readAddresses,
  },
  openSearchCa: {
    env: 'OPENSEARCH_CA',
    fallback: undefined,
    about:
      'Certificate of the authority that signs that of OpenSearch, where it is your own: as PEM or the path of a file.',
    read: (text: string): Decision<string | undefined, string> => readCertificate(text),
  },
  searchSlotMb: {
    env: 'SEARCH_SLOT_MB',
    fallback: '1024',
    about:
      'How much of its log PostgreSQL may keep for OpenSearch while that takes nothing, in MB, 16 to 1000000. At half of it `/health` says so; then the slot is given up, and the index made anew later.',
    read: wholeNumber(16, 1_000_000),
  },
} as const;
