import { startShopServer } from './shop-server.ts';
import { stockShop } from './stock.ts';

/** One shop for all tests, which make shows of their own in it; at the end its data must hold every promise. */
export default async function startShop(): Promise<() => Promise<void>> {
  const server = await startShopServer();
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
