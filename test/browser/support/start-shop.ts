import { startShopServer } from './shop-server.ts';
import { stockShop } from './stock.ts';

/** The shop that runs already where ONSALE_TEST_URL says, with its owner's key in ONSALE_TEST_KEY. Whoever runs it looks after its data. */
function namedShop() {
  const { ONSALE_TEST_URL: url, ONSALE_TEST_KEY: ownerKey } = process.env;
  if (url === undefined) return null;
  if (ownerKey === undefined) throw new Error('ONSALE_TEST_URL needs ONSALE_TEST_KEY: the key of its owner');
  return { url, ownerKey, verify: async () => {}, stop: async () => {} };
}

/** One shop for all tests, which make shows of their own in it; at the end its data must hold every promise. */
export default async function startShop(): Promise<() => Promise<void>> {
  const server = namedShop() ?? (await startShopServer());
  process.env.ONSALE_BROWSER_URL = server.url;
  process.env.ONSALE_BROWSER_KEY = server.ownerKey;
  try {
    process.env.ONSALE_BROWSER_STOCK = JSON.stringify(await stockShop(server));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return async () => {
    try {
      await server.verify();
    } finally {
      await server.stop();
    }
  };
}
