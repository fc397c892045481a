import { parentPort } from 'node:worker_threads';
import type { PaperOrder } from '../domain/paper.ts';
import { drawTickets } from './draw-tickets.ts';

parentPort!.on('message', async (order: PaperOrder) => {
  try {
    parentPort!.postMessage({ pdf: await drawTickets(order) });
  } catch (error) {
    parentPort!.postMessage({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
